// Putting the verifier's parts together; see sim-host/verify/verifier.hpp.

#include <sim-host/verify/verifier.hpp>

#include <algorithm>

#include <sim-host/log/erasure.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/verify/log_judge.hpp>
#include <sim-host/verify/loose_slots.hpp>
#include <sim-host/verify/prune_check.hpp>
#include <sim-host/verify/segment_pool.hpp>

namespace axiom::host {

namespace {

// A medium that grows while it is read may have more slots than it had a moment ago.
constexpr std::uint32_t slots_to_come = 64;

Finding unreadable(Error error) {
    bool const version = error.code == Code::unknown_version;
    bool const missing = error.code == Code::size_changed || error.code == Code::not_a_log;
    return {.severity = version   ? Severity::version
                        : missing ? Severity::incomplete
                                  : Severity::failed,
            .code = error.code,
            .what = std::string{text_of(error.code).what},
            .sequence = {},
            .segment = {},
            .slot = version ? std::optional{SlotIndex{static_cast<std::uint32_t>(error.where)}}
                            : std::nullopt,
            .offset = {}};
}

// The range that is hashed again: what a trusted checkpoint covers is taken as read.
SequenceRange hashed_range(VerifyOptions const& options) {
    SequenceRange range = options.range;
    if (!options.since.empty()) {
        if (auto const claimed = read_claimed_checkpoint(options.since)) {
            range.first = std::max(range.first, claimed->entries);
        }
    }
    return range;
}

} // namespace

Verdict verify(Store& store, VerifyOptions const& options) {
    Verdict verdict;
    verdict.writer_alive = options.writer_alive;
    verdict.anchors.log_id = options.log_id.has_value();
    verdict.range = hashed_range(options);

    std::uint32_t const slots_max = store.slots() + slots_to_come;
    OwnedArena storage{store::SegmentMap::bytes_for(slots_max)};
    Arena arena = storage.arena();
    store::SegmentMap map{arena, slots_max};
    std::vector<std::byte> head_buffer(2 * std::size_t{store.geometry().storage_block_bytes});
    store::SegmentWindow heads{store, head_buffer};
    auto const loaded = map.load(*options.engine, heads);
    if (!loaded && (loaded.error().code != Code::not_a_log || map.damaged_slots() == 0)) {
        verdict.add(unreadable(loaded.error()));
        return verdict;
    }

    std::vector<std::byte> buffer(SegmentCheck::buffer_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};
    if (loaded) {
        LogJudge judge{options, map, verdict};
        SegmentCheckOptions const check{
            .engine = options.engine, .range = verdict.range, .writer_alive = options.writer_alive};
        std::uint64_t const bytes_all = map.segments().size() * store.geometry().segment_bytes;
        check_segments(store, map, check, {options.jobs, 0, map.segments().size()},
                       [&](SegmentFacts& facts) {
                           judge.take(facts);
                           if (options.progress) {
                               options.progress({verdict.bytes, bytes_all});
                           }
                       });
        judge.finish();
        if (!judge.unpaid().empty()) {
            auto const there = attachments_there(store, *options.engine, map, judge.unpaid());
            // Where the log cannot be walked to its end, that has been named already, and every
            // erasure that was not seen done is taken for owed.
            judge.take_owed(there ? *there : judge.unpaid());
        }
        check_prunes(*options.engine, window, map, verdict);
    }
    check_loose_slots(*options.engine, window, map, options, verdict);
    return verdict;
}

} // namespace axiom::host
