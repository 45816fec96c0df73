#pragma once
// Ring: records of one CPU, the newest of them, written without lock, wait or failure.
//
// One writer, that CPU, with interrupts off; any reader, at any time. The writer overwrites the
// oldest record whether or not it was read: what was lost is a gap between indices, and counted
// when the ring is drained (reader.hpp).
//
//     writer                                  reader of record i
//     (1) next = j        release             (a) next > i           acquire
//     (2) fence           release             (b) words              relaxed
//     (3) words of j      relaxed             (c) fence              acquire
//     (4) next = j + 1    release             (d) next < i + records relaxed
//
// (4) before (a): what is read is at least record i. If a word at (b) is of record i + records or
// later, then (2) before (c), so that (d) sees (1) of that record, and i is not believed. That the
// slot of record `next` may be half written is why a ring keeps `records - 1` of them.

#include <atomic>
#include <concepts>
#include <span>

#include <axiom/base/assert.hpp>

#include <kernel/syslog/record.hpp>

namespace axiom::kernel {

struct alignas(64) RecordSlot {
    std::array<std::atomic<std::uint64_t>, record_words> words{};
};

/// What a reader sees of a ring. Counts are of marks: see CallMark.
struct RingView {
    std::uint32_t ring{};
    std::uint32_t records{};
    RecordSlot const* slots{};
    std::atomic<std::uint64_t> const* next{};    // mark of the record that will be written next
    std::atomic<std::uint64_t> const* weight{};  // of all that was written
    std::atomic<std::uint64_t>* released{};      // mark up to which everything is sealed
    std::atomic<std::uint64_t> const* counted{}; // by bucket, refusals that were only counted
    std::uint32_t buckets{};
};

template <std::uint32_t records> class Ring {
    static_assert(std::has_single_bit(records) && records >= 64);

  public:
    /// Before the first record.
    void begin(std::uint32_t cpu) noexcept {
        AXIOM_ASSERT(cpu < syslog_cpus_max);
        next_.store(cpu, std::memory_order_relaxed);
        released_.store(cpu, std::memory_order_relaxed);
    }

    /// Writes a record from its second word on. Words of `slot` that are not given keep what an
    /// older record left there: readers know by its type which ones count.
    template <std::same_as<std::uint64_t>... Words> CallMark write(Words const&... words) noexcept {
        return write_with(std::span<std::uint64_t const, 0>{}, words...);
    }

    /// The same, and after those words the ones that lie here.
    template <std::size_t more, std::same_as<std::uint64_t>... Words>
    CallMark write_with(std::span<std::uint64_t const, more> rest, Words const&... words) noexcept {
        static_assert(sizeof...(Words) + more < record_words);
        std::uint64_t const mark = next_.load(std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release); // (2)
        RecordSlot& slot = slots_[(mark >> mark_shift) % records];
        std::size_t word = 1;
        (slot.words[word++].store(words, std::memory_order_relaxed), ...); // (3)
        for (std::uint64_t const each : rest) {
            slot.words[word++].store(each, std::memory_order_relaxed);
        }
        next_.store(mark + (1U << mark_shift), std::memory_order_release); // (4), (1) of the next
        return CallMark{mark};
    }

    /// What was written weighs so much more towards a seal.
    void weigh(std::uint64_t weight) noexcept {
        weight_.store(weight_.load(std::memory_order_relaxed) + weight, std::memory_order_relaxed);
    }

    [[nodiscard]] CallMark next() const noexcept {
        return CallMark{next_.load(std::memory_order_relaxed)};
    }
    [[nodiscard]] CallMark released() const noexcept {
        return CallMark{released_.load(std::memory_order_acquire)};
    }

    [[nodiscard]] RingView view(std::uint32_t ring) noexcept {
        return {.ring = ring,
                .records = records,
                .slots = slots_.data(),
                .next = &next_,
                .weight = &weight_,
                .released = &released_};
    }

  private:
    alignas(64) std::atomic<std::uint64_t> next_{};
    std::atomic<std::uint64_t> weight_{};
    alignas(64) std::atomic<std::uint64_t> released_{}; // the reader's line
    std::array<RecordSlot, records> slots_{};
};

} // namespace axiom::kernel
