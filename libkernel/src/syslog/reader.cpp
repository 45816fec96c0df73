// Draining a ring that is written meanwhile; see kernel/syslog/reader.hpp.

#include <kernel/syslog/reader.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

// So many records are copied before it is asked once whether they were overwritten meanwhile.
constexpr std::size_t stride = 64;

// A writer that overwrites even what was read a moment ago loses half a ring to the reader.
constexpr int attempts_max = 4;

// Of the eight words, those that this type of record has.
constexpr std::size_t words_of(std::uint64_t head) noexcept {
    bool const short_one = static_cast<RecordType>(head >> type_shift) == RecordType::response;
    return short_one && !AXIOM_MUTANT(stale_words_kept) ? 5 : record_words;
}

std::uint64_t weight_of(Record const& record) noexcept {
    bool const own = (record.words[1] >> flags_shift & sealers_own) != 0;
    switch (type_of(record)) {
    case RecordType::request:
        return own ? 0 : 2;
    case RecordType::refusal:
    case RecordType::denial:
        return own ? 0 : 1;
    default:
        return 0;
    }
}

} // namespace

void RingReader::begin(Arena& arena, RingView const& ring, BootNumber boot) noexcept {
    ring_ = ring;
    boot_ = boot;
    noted_ = arena.make<std::uint64_t>(ring.buckets);
}

// In this order, so that no newer sum is taken from an older one.
bool RingReader::is_due() const noexcept {
    std::uint64_t const sealed = weight_sealed_.load(std::memory_order_acquire);
    std::uint64_t const all = ring_.weight->load(std::memory_order_relaxed);
    return all - sealed >= std::min(seal_records_max, ring_.records / 4);
}

// The slot of the next record may be half written already, so the record in it does not count.
std::uint64_t RingReader::oldest() const noexcept {
    std::uint64_t const next = index_of(CallMark{ring_.next->load(std::memory_order_relaxed)});
    std::uint64_t const kept =
        AXIOM_MUTANT(half_written_believed) ? ring_.records : ring_.records - 1;
    return next < kept ? 0 : next - kept;
}

void RingReader::copy_record(std::uint64_t index, Record& to) const noexcept {
    RecordSlot const& slot = ring_.slots[index % ring_.records];
    to.words[0] = index;
    to.words[1] = slot.words[1].load(std::memory_order_relaxed);
    std::size_t const words = words_of(to.words[1]);
    for (std::size_t word = 2; word < record_words; ++word) {
        to.words[word] = word < words ? slot.words[word].load(std::memory_order_relaxed) : 0;
    }
}

// Copies what there is of [from, end), without a gap; the gap before it may be longer in the end
// than it was at the start.
RingReader::Span RingReader::copy(std::uint64_t from, std::uint64_t end,
                                  std::span<Record> to) const noexcept {
    Span got{.first = std::max(from, oldest())};
    int attempts = 0;
    while (got.count < to.size() && got.first + got.count < end) {
        std::uint64_t const start = got.first + got.count;
        std::size_t const count = static_cast<std::size_t>(
            std::min<std::uint64_t>(std::min(stride, to.size() - got.count), end - start));
        for (std::size_t index = 0; index < count; ++index) {
            copy_record(start + index, to[got.count + index]);
        }
        std::atomic_thread_fence(std::memory_order_acquire); // (c) of kernel/syslog/ring.hpp
        std::uint64_t const sound_from = oldest();
        if (start >= sound_from || AXIOM_MUTANT(overwritten_believed)) {
            got.count += count;
        } else if (got.count != 0) {
            break; // what is left of this stride begins the next batch, after the gap
        } else if (sound_from < start + count) {
            auto const overwritten = static_cast<std::ptrdiff_t>(sound_from - start);
            std::shift_left(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(count),
                            overwritten);
            got = {.first = sound_from, .count = count - static_cast<std::size_t>(overwritten)};
        } else if (++attempts < attempts_max) {
            got.first = sound_from;
        } else {
            got.first = std::min(sound_from + ring_.records / 2, end);
        }
    }
    return got;
}

// As many notes as there is room for; what is left waits for the next batch.
std::uint32_t RingReader::add_notes(std::span<Record> to,
                                    std::uint64_t& unrecorded) const noexcept {
    std::uint32_t notes = 0;
    for (std::uint32_t bucket = 0; bucket < ring_.buckets && notes < to.size(); ++bucket) {
        std::uint64_t const count =
            ring_.counted[bucket].load(std::memory_order_relaxed) - noted_[bucket];
        if (count != 0) {
            to[notes++] = to_record(NoteRecord{.bucket = bucket, .count = count});
            unrecorded += count;
        }
    }
    return notes;
}

std::optional<Seal> RingReader::drain(RingRow const& sealed, std::span<Record> to,
                                      HashEngine const& engine) noexcept {
    AXIOM_ASSERT(to.size() > batch_overhead && to.size() <= batch_records_max);
    weight_seen_ = ring_.weight->load(std::memory_order_relaxed);
    end_seen_ = index_of(CallMark{ring_.next->load(std::memory_order_acquire)}); // (a)
    std::span<Record> const records = to.subspan(batch_overhead);
    Span const got = copy(sealed.end, end_seen_, records);
    Seal seal{.ring = ring_.ring,
              .first = got.first,
              .count = static_cast<std::uint32_t>(got.count),
              .lost = AXIOM_MUTANT(gap_uncounted) ? 0 : got.first - sealed.end,
              .previous = sealed.hash};
    seal.notes = add_notes(records.subspan(got.count), seal.unrecorded);
    if (seal.count == 0 && seal.lost == 0 && seal.notes == 0) {
        return std::nullopt;
    }
    to[0] = to_record(header_of(boot_, seal));
    seal.hash = hash_of_batch(engine, to.first(batch_overhead + seal.count + seal.notes));
    return seal;
}

void RingReader::settle(Seal const& seal, BatchView batch) noexcept {
    AXIOM_ASSERT(batch.size() == batch_overhead + seal.count + seal.notes);
    std::uint64_t weight = weight_sealed_.load(std::memory_order_relaxed) + seal.lost;
    for (Record const& record : batch.subspan(batch_overhead, seal.count)) {
        weight += weight_of(record);
    }
    for (Record const& record : batch.last(seal.notes)) {
        auto const note = as<NoteRecord>(record);
        noted_[note.bucket] += note.count;
        weight += note.count;
    }
    // What was lost is taken to have weighed. Once everything is sealed the sum is right again, but
    // for what was written while the drain began.
    bool const all = seal.end() == end_seen_;
    weight_sealed_.store(all ? weight_seen_ : std::min(weight, weight_seen_),
                         std::memory_order_release);
    ring_.released->store(mark_of(seal.end(), ring_.ring / 2).value, std::memory_order_release);
}

} // namespace axiom::kernel
