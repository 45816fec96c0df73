#pragma once
// A universe: three processes, two CPUs, about a dozen objects, and the real kernel, all of it in
// one piece of memory that is put aside and brought back byte by byte.
//
// Only what need not be brought back lies elsewhere: the log's ring, where what comes later comes
// after what was there; and what regions hold, which nothing here reads.

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <axiom/log/log.hpp>
#include <tests/explore/event.hpp>
#include <tests/explore/small_machine.hpp>

namespace axiom::kernel::explore {

/// The highest priority of threads of all processes but the first.
inline constexpr std::uint64_t universe_ceiling = 10;

inline constexpr std::uint32_t universe_cpus = 2;

/// Destinations lie in [0, slots_end): what is put anywhere goes to the lowest free one.
inline constexpr std::uint32_t slots_end = 14;

/// What is explored: where it starts, and which calls are made from there.
struct Setup {
    std::string_view name;
    std::string_view sentence;
    std::vector<Call> without;           // of all calls
    std::vector<std::uint64_t> timeouts; // of waits
    bool devices{};                      // the first process keeps what it was given of them
    bool limited{};                      // the other processes' threads have budgets
    bool signalled{};                    // theirs are woken by the notification
    bool faults{};                       // theirs have the endpoint as fault handler
    bool peers{};                        // each of the two holds the other\'s thread
    std::uint32_t depth{};               // of a run that does not say how deep
    std::uint32_t short_depth{};         // of one that is to take seconds
};

struct CpuSide {
    Decision decision{};
    bool kicked{};  // another CPU wishes that it comes in
    bool stopped{}; // it was brought in, and has not gone on yet
};

class Universe {
  public:
    /// Within `memory`, all of it; what need not be brought back is in `aside`.
    Universe(MutableBytes memory, MutableBytes aside, Setup const& setup);
    Universe(Universe const&) = delete;
    Universe& operator=(Universe const&) = delete;
    ~Universe() = default;

    [[nodiscard]] static std::size_t bytes_needed();
    [[nodiscard]] static std::size_t aside_bytes_needed();

    /// The answer of a call; none: its thread waits, or it was no call.
    std::optional<CallAnswer> apply(Event const& event);

    /// When something is due next; `for_ever`: never.
    [[nodiscard]] std::uint64_t due_ns() const;

    [[nodiscard]] bool can_call(std::uint32_t cpu) const {
        return !cpus[cpu].stopped && cpus[cpu].decision.thread != no_thread;
    }
    [[nodiscard]] Thread const& thread_on(std::uint32_t cpu) const {
        return kernel_.thread(cpus[cpu].decision.thread);
    }

    [[nodiscard]] Kernel const& kernel() const { return kernel_; }
    [[nodiscard]] KernelState const& state() const { return kernel_.state(); }
    [[nodiscard]] SmallMachine const& machine() const { return machine_; }
    [[nodiscard]] Sequence entries() const { return log_.next_sequence(); }
    [[nodiscard]] Sequence watermark() const { return log_.watermark(); }

    [[nodiscard]] Hash256 root() { return domain_.root(*engine_); }
    /// Of a domain that has seen nothing but the log.
    [[nodiscard]] Hash256 shadow_root() { return shadow_.root(*engine_); }

    std::array<CpuSide, universe_cpus> cpus{};
    std::uint64_t now_ns{1000};

  private:
    void set_up(Setup const& setup);
    void add_process(Setup const& setup, std::uint32_t priority);
    void take(std::uint32_t cpu, Decision const& decision);
    void follow();
    CallAnswer do_call(Call number, std::array<std::uint64_t, 8> const& arguments);
    CallAnswer create(ObjectType type, std::uint64_t slot, std::uint64_t first = 0,
                      std::uint64_t count = 0, std::uint64_t uses = ~std::uint64_t{0});

    Arena arena_;
    Arena aside_;
    HashEngine const* engine_;
    LogState log_state_;
    Log log_;
    KernelDomain domain_;
    KernelDomain shadow_;
    SubscriberIndex follower_{};
    SmallMachine machine_;
    Kernel kernel_;
};

/// The universes that are explored, by name.
[[nodiscard]] std::vector<Setup> const& setups();

} // namespace axiom::kernel::explore
