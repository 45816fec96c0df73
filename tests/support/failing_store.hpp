#pragma once
// A store whose N-th operation fails: for anomaly loops, N = 0, 1, 2 … until a run ends with no
// fault fired.
//
// Once, or from then on. A failed operation does nothing underneath, so that what is checked is the
// user's path back; what a failing disk does to the medium is the lying store's part.

#include <array>
#include <cstdint>
#include <optional>

#include <sim-host/platform/wrapped_store.hpp>

namespace axiom::test {

enum class Operation : std::uint8_t {
    extend,
    read,
    write,
    flush,
    discard,
    claimed_epoch,
    claim_epoch
};
inline constexpr std::size_t operation_kinds = 7;

struct PlannedFailure {
    std::uint64_t operation{}; // counted from 0 over all kinds together
    bool from_then_on{};
    std::optional<Code> code{}; // what it answers; else what a device answers for such an operation
};

class FailingStore final : public host::WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// Starts counting anew and fails as planned.
    void plan(PlannedFailure failure) noexcept;

    /// Starts counting anew and fails nothing.
    void plan_nothing() noexcept;

    [[nodiscard]] std::uint64_t operations() const noexcept { return operations_; }
    [[nodiscard]] std::uint64_t operations(Operation kind) const noexcept {
        return by_kind_[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] std::uint64_t fired() const noexcept { return fired_; }

  private:
    /// Counts an operation and says whether it fails.
    [[nodiscard]] Result<void> begin(Operation kind) noexcept;

    PlannedFailure failure_{};
    bool is_planned_{};
    std::uint64_t operations_{};
    std::array<std::uint64_t, operation_kinds> by_kind_{};
    std::uint64_t fired_{};
};

} // namespace axiom::test
