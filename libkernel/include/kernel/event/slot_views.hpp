#pragma once
// SlotViews: what lies in each slot of each process, for readers that hold no lock.
//
// A projection of the capability table, one cache line a capability, each with a sequence word that
// is odd while the line changes. One writer at a time, the holder of the authority lock; any number
// of readers, who copy a line and look whether the word is still what it was:
//
//     reader   word ─ copy ─ word again: the same and even? then it was all there at one moment
//     later    word once more: still the same? then the capability has not been touched since
//
// A slot's line is found by open addressing. An entry that moves in the index may be passed by, so
// "nothing there" counts only if the index did not change meanwhile. Every new try means that
// authority has changed since the last.

#include <atomic>
#include <optional>

#include <axiom/base/arena.hpp>
#include <axiom/domain/probing.hpp>

#include <kernel/event/rows.hpp>

namespace axiom::kernel {

/// A capability as it was at one moment.
struct SlotView {
    Slot slot{no_slot}; // where it lay
    RowHandle capability{};
    ObjectName object{};
    Rights rights{};
    std::uint64_t badge{};
    LogTime expires{};        // none: 0
    std::uint64_t sequence{}; // for `still`
};

class SlotViews {
  public:
    SlotViews(Arena& arena, std::uint32_t capabilities) noexcept
        : lines_{arena.make<Line>(capabilities)},
          places_{arena.make<std::atomic<std::uint32_t>>(Probing::places_for(capabilities))},
          home_shift_{static_cast<unsigned>(std::countl_zero(std::uint64_t{places_.size()}) + 1)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t capabilities) noexcept {
        return Arena::bytes_for<Line>(capabilities) +
               Arena::bytes_for<std::atomic<std::uint32_t>>(Probing::places_for(capabilities));
    }

    // ── for anybody ────────────────────────────────────────────────────────────────────────────

    [[nodiscard]] std::optional<SlotView> find(RowHandle process, Slot slot) const noexcept;

    /// Whether the capability is where it was and what it was when `view` was taken.
    [[nodiscard]] bool still(SlotView const& view) const noexcept {
        return lines_[view.capability.index].sequence.load(std::memory_order_acquire) ==
               view.sequence;
    }

    /// What the capability at this index stands for, or stood for last.
    [[nodiscard]] ObjectName object_of(std::uint32_t capability) const noexcept {
        Line const& line = lines_[capability];
        std::uint64_t const what = line.what.load(std::memory_order_relaxed);
        return {
            static_cast<ObjectType>(what >> 8U & 0xFFU),
            {static_cast<std::uint32_t>(what >> 32U), line.object.load(std::memory_order_relaxed)}};
    }

    /// The log time that expiry is measured against.
    [[nodiscard]] LogTime now() const noexcept {
        return LogTime{now_.load(std::memory_order_relaxed)};
    }

    // ── for the holder of the authority lock ───────────────────────────────────────────────────

    void insert(RowHandle capability, CapabilityRow const& row) noexcept;
    void erase(std::uint32_t capability) noexcept;
    void set_now(LogTime now) noexcept { now_.store(now.value, std::memory_order_relaxed); }
    void clear() noexcept;

  private:
    using Word = std::atomic<std::uint64_t>;
    struct alignas(64) Line {
        Word sequence{};
        Word holder{};     // generation; 0: nothing here
        Word place{};      // the holder's index, the slot
        Word capability{}; // generation
        Word object{};     // generation
        Word what{};       // the object's index, its type, the rights
        Word badge{};
        Word expires{};
    };
    static_assert(sizeof(Line) == 64);

    [[nodiscard]] static std::uint64_t place_of(std::uint32_t holder, Slot slot) noexcept {
        return std::uint64_t{holder} << 32U | slot.value;
    }
    [[nodiscard]] Probing probing() const noexcept { return {places_.size()}; }
    // Every lookup comes by here: one multiplication, by 2^64 over the golden ratio, which spreads
    // slots that follow each other (Knuth, The Art of Computer Programming 3, 6.4).
    [[nodiscard]] std::size_t home(std::uint64_t place) const noexcept {
        return static_cast<std::size_t>(place * 0x9E37'79B9'7F4A'7C15U >> home_shift_);
    }

    std::span<Line> lines_;
    std::span<std::atomic<std::uint32_t>> places_; // one more than a line's index; 0: free
    unsigned home_shift_;
    std::atomic<std::uint64_t> index_sequence_{}; // odd while the index changes
    std::atomic<std::uint64_t> now_{};
};

// Loads are acquiring and stores releasing, so that none passes the sequence words: on x86 that
// costs nothing, and a race detector understands it, which it does not of fences.
inline std::optional<SlotView> SlotViews::find(RowHandle process, Slot slot) const noexcept {
    constexpr auto acquire = std::memory_order_acquire;
    std::uint64_t const wanted = place_of(process.index, slot);
    while (true) {
        std::uint64_t const before = index_sequence_.load(acquire);
        std::uint32_t row = 0;
        for (std::size_t at = home(wanted); (row = places_[at].load(acquire)) != 0;
             at = probing().next(at)) {
            Line const& line = lines_[row - 1];
            std::uint64_t const sequence = line.sequence.load(acquire);
            if (line.place.load(acquire) != wanted ||
                line.holder.load(acquire) != process.generation) {
                continue;
            }
            std::uint64_t const what = line.what.load(acquire);
            SlotView const view{
                .slot = slot,
                .capability = {row - 1, line.capability.load(acquire)},
                .object = {static_cast<ObjectType>(what >> 8U & 0xFFU),
                           {static_cast<std::uint32_t>(what >> 32U), line.object.load(acquire)}},
                .rights = {static_cast<std::uint8_t>(what & 0xFFU)},
                .badge = line.badge.load(acquire),
                .expires = LogTime{line.expires.load(acquire)},
                .sequence = sequence};
            if ((sequence & 1U) == 0 && line.sequence.load(acquire) == sequence) [[likely]] {
                return view;
            }
        }
        // A line changes only together with the index, so one that was torn is noticed here too.
        if ((before & 1U) == 0 && index_sequence_.load(acquire) == before) {
            return std::nullopt;
        }
    }
}

} // namespace axiom::kernel
