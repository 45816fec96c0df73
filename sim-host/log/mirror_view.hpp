#pragma once
// The log as it would be if at every place the right one of two sides were taken.
//
//     slot 0   first first first first …        a slot is led by one side
//     slot 1   first second first mixed …       single storage blocks are chosen, or put together
//
// A store that only reads. A block that its side cannot read is read from the other, until the view
// is pinned: then every block has one source, and what cannot be read there is an error, so that
// what is written is what was proven. A slot that its side does not have reads as zeros. Nothing
// here knows what is right: `mirror_judge.hpp` chooses, and what it chose counts only when the
// whole view recovers as a log.

#include <map>
#include <optional>
#include <vector>

#include <sim-host/platform/mirror_store.hpp>
#include <sim-host/platform/read_only_store.hpp>

namespace axiom::host {

/// Two sides by their names.
struct MirrorPair {
    Store& first;
    Store& second;

    [[nodiscard]] Store& at(MirrorSide side) const noexcept {
        return side == MirrorSide::first ? first : second;
    }
};

/// As `Store::read`, but a slot that the side does not have reads as zeros.
[[nodiscard]] Result<void> read_or_zeros(Store& side, SlotOffset from, MutableBytes to) noexcept;

class MirrorView final : public ReadOnlyStore {
  public:
    MirrorView(MirrorPair sides, MirrorSide leader);

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return geometry_; }
    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;

    [[nodiscard]] MirrorPair const& sides() const noexcept { return sides_; }

    /// The side that `slot` is read from.
    [[nodiscard]] MirrorSide leader(SlotIndex slot) const noexcept;

    /// Reads all of `slot` from `side`, whatever was chosen in it.
    void lead(SlotIndex slot, MirrorSide side);

    /// Reads the storage block at `at` from `side`, whatever leads.
    void choose(SlotOffset at, MirrorSide side);

    /// Reads the storage block at `at` as `bytes`.
    void put(SlotOffset at, Bytes bytes);

    /// The side that the storage block at `at` is read from; none where it was put together.
    [[nodiscard]] std::optional<MirrorSide> source(SlotOffset at) const;

    /// Chooses the other side for the storage block at `at` when its source cannot read it.
    void settle(SlotOffset at);

    /// From here on nothing is read but from its source.
    void pin() noexcept { is_pinned_ = true; }

    /// What was chosen for one block, to be given back to `restore`.
    struct Choice {
        std::optional<MirrorSide> side;
        std::vector<std::byte> bytes;
    };
    [[nodiscard]] Choice choice(SlotOffset at) const;
    void restore(SlotOffset at, Choice choice);

  private:
    using Place = std::pair<std::uint32_t, std::uint64_t>; // slot, offset

    [[nodiscard]] Result<void> read_block(SlotOffset from, MutableBytes to) noexcept;

    MirrorPair sides_;
    StoreGeometry geometry_;
    MirrorSide leader_;
    std::map<std::uint32_t, MirrorSide> led_; // where it is not the leader
    std::map<Place, Choice> choices_;
    bool is_pinned_{};
};

} // namespace axiom::host
