#pragma once
// What group `kernel` measures one after another, on one CPU: each by instructions and by time.

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <bench/support/options.hpp>

namespace axiom::bench {

/// One thing that the kernel does, again and again.
class KernelOperation {
  public:
    virtual ~KernelOperation() = default;

    KernelOperation() = default;
    KernelOperation(KernelOperation const&) = delete;
    KernelOperation& operator=(KernelOperation const&) = delete;

    /// Before each run, and not measured.
    virtual void prepare() {}

    /// Does it `times()` times.
    virtual void run() = 0;

    [[nodiscard]] virtual std::size_t times() const noexcept = 0;
};

/// A line of the table, or two of them.
struct OperationLine {
    std::string_view id;
    std::string_view what;
    std::optional<double> instructions; // at most
    std::optional<double> ns;           // at most
    std::unique_ptr<KernelOperation> (*make)(Options const& options);
};

[[nodiscard]] std::span<OperationLine const> kernel_operations() noexcept;

} // namespace axiom::bench
