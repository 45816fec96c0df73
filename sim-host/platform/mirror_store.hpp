#pragma once
// Two stores as one: every change goes to both, and either answers for the other.
//
// Invariants: a write or flush has succeeded on every live side before it succeeds here; a side
// that fails where the other does not is dropped, and `state` says so and why: nothing is dropped
// in silence, and a dropped side is not read, since it may lag behind. One side is always live:
// when nobody that is still live has a change, nothing is dropped and the caller gets the error,
// also where two changes at once failed on different sides. A side without room for a slot is
// full, not failed: the pair has the slots that both sides have. A read that fails on one side is
// answered by the other and counted.
//
// What this layer cannot know: which side is right when both answer and differ, or that a side it
// never dropped is old because it was away. Recovery (sim-host/log/mirror_recovery.hpp) decides
// that by content and makes the sides equal before a mirror is made of them. Flushes are one after
// the other: waking a second thread costs as much as a flush on the machines this was measured on.

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include <axiom/port/store.hpp>

namespace axiom::host {

enum class MirrorSide : std::uint8_t { first, second };

[[nodiscard]] constexpr MirrorSide other(MirrorSide side) noexcept {
    return side == MirrorSide::first ? MirrorSide::second : MirrorSide::first;
}

struct MirrorSideState {
    bool is_live{true};
    Error why_dropped{};          // where it is not live
    std::uint64_t failed_reads{}; // answered by the other side
};

class MirrorStore final : public Store {
  public:
    /// Whether the two can be a mirror: `mirrors_differ` for unlike geometries or one store named
    /// twice.
    [[nodiscard]] static Result<void> check_pair(Store& first, Store& second) noexcept;

    /// `check_pair` holds for the two, which outlive the mirror.
    MirrorStore(Store& first, Store& second) noexcept;

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return geometry_; }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return slots_.load(); }
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// One side by itself, for recovery to compare.
    [[nodiscard]] Store& side(MirrorSide side) noexcept { return *sides_[index(side)].store; }
    [[nodiscard]] MirrorSideState state(MirrorSide side) const noexcept;

  private:
    struct Side {
        Store* store;
        std::atomic<bool> is_live{true};
        std::atomic<std::uint64_t> failed_reads{0};
        Error why_dropped{};
    };

    [[nodiscard]] static constexpr std::size_t index(MirrorSide side) noexcept {
        return static_cast<std::size_t>(side);
    }
    using Outcomes = std::array<std::optional<Result<void>>, 2>; // none where it was not live

    template <class Change> [[nodiscard]] Outcomes on_live(Change change) noexcept;
    /// Drops who failed where the other did not; the error when nobody that is live succeeded.
    [[nodiscard]] Result<void> settle(Outcomes const& outcomes) noexcept;

    StoreGeometry geometry_;
    std::array<Side, 2> sides_;
    std::atomic<std::uint32_t> slots_; // a side may be ahead by some that nothing was written to
    mutable std::mutex mutex_;         // guards who is dropped, and why
};

} // namespace axiom::host
