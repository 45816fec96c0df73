#pragma once
// A store that does to its user what disks do: the fault model of the project, on purpose and by
// seed.
//
//      fault                        how it is made here
//      torn inside a sector         crash(): front, back or alternate words of a write survive
//      torn across sectors          crash(): any subset of a write's sectors
//      reordered writes             crash(): any subset of the writes since the last flush, in any
//      order dropped flush                dropped_flush: says yes, flushes nothing flush error,
//      then "clean"    flush_error, flush_error_for_good: parts persist, the rest leaves the
//                                   cache's list, still reads back, and a later flush does not
//                                   bring it
//      misdirected write            misdirected_write: the bytes land at another aligned place
//      misdirected, stale read      misdirected_read, stale_read: bytes of another place, or of
//      before bit rot                      rot(), rot_anywhere() lost sector lose(): reads fail
//      until the sectors are written again short write, no space        short_write, no_space: a
//      part is written, the rest refused transient errors             read_error, write_error size
//      and name lag            name_lag: a slot that extend() made may be gone or short after
//      crash() power cut                    power_cut: this operation stops midway, all later ones
//      fail until crash()
//
// With no fault planned it is a store that keeps every promise. Everything follows from the seed
// and the order of operations. It does not enforce that a failed flush is final: that is the user's
// duty here, and `operations_after_failed_flush` counts where it was not kept.

#include <array>
#include <cstdint>
#include <vector>

#include <tests/support/disk_model.hpp>

namespace axiom::test {

enum class Fault : std::uint8_t {
    dropped_flush,
    flush_error,
    flush_error_for_good,
    misdirected_write,
    misdirected_read,
    stale_read,
    short_write,
    no_space,
    read_error,
    write_error,
    name_lag,
    power_cut,
};
inline constexpr std::size_t fault_kinds = 12;

class LyingStore final : public Store {
  public:
    LyingStore(StoreGeometry geometry, std::uint64_t seed, std::uint32_t slots_max = 64)
        : disk_{geometry}, seeded_{seed}, slots_max_{slots_max} {}

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return disk_.geometry; }
    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// Plans `fault` once, at the first operation it applies to whose number is at least
    /// `operation`. Operations of all kinds are numbered together from 0.
    void plan(Fault fault, std::uint64_t operation);

    /// Gives `fault` a chance of `per_mille` at every operation it applies to.
    void plan_always(Fault fault, std::uint32_t per_mille);

    /// No more faults; what already happened stays.
    void plan_nothing();

    /// Power is lost (if it was not yet) and comes back: the medium keeps one of the legal
    /// outcomes.
    void crash();

    /// Flips one bit of what lies at `at`, on the platter and in the cache.
    void rot(SlotOffset at, unsigned bit);

    /// Flips `bits` bits anywhere in `[from, from + bytes)`.
    void rot_anywhere(SlotOffset from, std::uint64_t bytes, unsigned bits);

    /// Makes the sectors of `[at, at + bytes)` unreadable.
    void lose(SlotOffset at, std::uint64_t bytes);

    /// Cuts the slot's end off, as a file that was truncated.
    void cut(SlotOffset at);

    [[nodiscard]] std::uint64_t operations() const noexcept { return operations_; }
    [[nodiscard]] std::uint64_t operations_after_failed_flush() const noexcept {
        return after_failed_flush_;
    }
    [[nodiscard]] std::uint64_t fired(Fault fault) const noexcept {
        return fired_[static_cast<std::size_t>(fault)];
    }
    [[nodiscard]] bool is_powered() const noexcept { return powered_; }
    [[nodiscard]] DiskModel const& disk() const noexcept { return disk_; }

  private:
    struct Plan {
        Fault fault;
        std::uint64_t operation;
        bool done;
    };

    /// Whether `fault` happens at the present operation.
    [[nodiscard]] bool happens(Fault fault) noexcept;
    [[nodiscard]] Result<void> begin(bool is_change) noexcept;
    [[nodiscard]] Result<void> check_range(SlotOffset at, std::uint64_t bytes) const noexcept;
    [[nodiscard]] SlotOffset elsewhere(SlotOffset at, std::uint64_t bytes) noexcept;
    [[nodiscard]] Result<void> fail_flush() noexcept;
    void cut_power() noexcept { powered_ = false; }
    void settle_names();

    DiskModel disk_;
    Seeded seeded_;
    std::uint32_t slots_max_;
    std::vector<Plan> plans_;
    std::array<std::uint32_t, fault_kinds> always_{};
    std::array<std::uint64_t, fault_kinds> fired_{};
    std::uint64_t operations_{};
    std::uint64_t after_failed_flush_{};
    bool powered_{true};
    bool flush_failed_{};
    bool flush_fails_for_good_{};
};

} // namespace axiom::test
