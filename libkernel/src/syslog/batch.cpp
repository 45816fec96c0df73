// Batches against their seals; see kernel/syslog/batch.hpp.

#include <kernel/syslog/batch.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/hash.hpp>

namespace axiom::kernel {

namespace {

// A response comes after its request, which tells where they stand in the same ring.
bool is_sound_response(ResponseRecord const& response, std::uint32_t ring) noexcept {
    bool const after = call_ring_of(cpu_of(response.request)) != ring ||
                       index_of(response.request) < response.index;
    return after && response.unused == decltype(response.unused){} &&
           response.unused_words == decltype(response.unused_words){};
}

bool is_sound(Record const& record, std::uint32_t ring) noexcept {
    bool const calls = ring % 2 == 0;
    switch (type_of(record)) {
    case RecordType::request:
        return calls && as<RequestRecord>(record).flags <= sealers_own;
    case RecordType::response:
        return calls && is_sound_response(as<ResponseRecord>(record), ring);
    case RecordType::refusal: {
        auto const refusal = as<RefusalRecord>(record);
        return !calls && refusal.flags <= sealers_own &&
               refusal.unused == decltype(refusal.unused){};
    }
    case RecordType::denial: {
        auto const denial = as<DenialRecord>(record);
        return !calls && denial.flags <= sealers_own && denial.unused == 0;
    }
    case RecordType::note:
        break;
    }
    return false;
}

BatchVerdict check_records(Seal const& seal, BatchView records) noexcept {
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (records[at].words[0] != seal.first + at) {
            return {BatchFlaw::index, at + batch_overhead};
        }
        if (!is_sound(records[at], seal.ring)) {
            return {BatchFlaw::record, at + batch_overhead};
        }
    }
    return {};
}

BatchVerdict check_notes(Seal const& seal, BatchView notes) noexcept {
    std::uint64_t left = seal.unrecorded;
    std::uint64_t bucket_min = 0;
    for (std::size_t at = 0; at < notes.size(); ++at) {
        auto const note = as<NoteRecord>(notes[at]);
        bool const blank = note.unused == 0 && note.unused_bytes == decltype(note.unused_bytes){} &&
                           note.unused_words == decltype(note.unused_words){};
        if (note.type != RecordType::note || !blank || note.bucket < bucket_min ||
            note.count == 0 || note.count > left) {
            return {BatchFlaw::note, batch_overhead + seal.count + at};
        }
        bucket_min = note.bucket + 1;
        left -= note.count;
    }
    return left == 0 ? BatchVerdict{} : BatchVerdict{BatchFlaw::note, 0};
}

} // namespace

Hash256 hash_of_batch(HashEngine const& engine, BatchView batch) noexcept {
    return hash_bytes(engine, context::syslog_batch, std::as_bytes(batch));
}

BatchVerdict check_batch(HashEngine const& engine, BootNumber boot, Seal const& seal,
                         BatchView batch) noexcept {
    if (batch.size() != batch_overhead + std::size_t{seal.count} + seal.notes) {
        return {BatchFlaw::size, batch.size()};
    }
    if (as<BatchHeader>(batch[0]) != header_of(boot, seal)) {
        return {BatchFlaw::header, 0};
    }
    if (hash_of_batch(engine, batch) != seal.hash && !AXIOM_MUTANT(batch_hash_unchecked)) {
        return {BatchFlaw::hash, 0};
    }
    if (auto const verdict = check_records(seal, batch.subspan(batch_overhead, seal.count));
        !verdict.sound()) {
        return verdict;
    }
    return check_notes(seal, batch.last(seal.notes));
}

} // namespace axiom::kernel
