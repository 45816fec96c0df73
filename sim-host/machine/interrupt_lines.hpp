#pragma once
// InterruptLines: the machine's interrupt lines, each raised through a descriptor.
//
//     device, in any process ──▶ descriptor ──▶ pending ──▶ the kernel is told; it takes the line
//                                    ▲                        │ masks it
//                                    └── armed by unmasking ◀─┘
//
// A line that is masked is remembered, not delivered, and its descriptor is not looked at: who
// raises it without end is delivered as often as somebody acknowledges it, and costs nobody else.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

class InterruptLines {
  public:
    /// All are masked. `tell` is called, by any thread, when `next` has something.
    [[nodiscard]] static HostResult<std::unique_ptr<InterruptLines>>
    create(std::uint32_t lines, std::function<void()> tell);

    InterruptLines(InterruptLines const&) = delete;
    InterruptLines& operator=(InterruptLines const&) = delete;
    ~InterruptLines();

    /// Whoever has it raises the line by writing to it (eventfd(2)).
    [[nodiscard]] int descriptor(std::uint64_t line) const noexcept {
        return lines_[line].raised.number();
    }
    void raise(std::uint64_t line) noexcept;

    /// A line that was raised and is not masked. Any CPU.
    [[nodiscard]] std::optional<std::uint64_t> next() noexcept;

    void mask(std::uint64_t line, bool masked) noexcept;

  private:
    struct Line {
        Descriptor raised;
        std::atomic<bool> masked{true};
        std::atomic<bool> pending{};
    };

    explicit InterruptLines(std::uint32_t lines, std::function<void()> tell)
        : tell_{std::move(tell)}, lines_(lines) {}
    void arm(std::uint64_t line) noexcept;
    void run();

    std::function<void()> tell_;
    std::vector<Line> lines_;
    Descriptor looks_; // an epoll, at the lines that are armed
    Descriptor ends_;  // an eventfd
    std::thread thread_;
};

} // namespace axiom::host
