// Putting the verifier's parts together; see sim-host/verify/verifier.hpp.

#include <sim-host/verify/verifier.hpp>

#include <algorithm>
#include <new>

#include <axiom/store/acknowledged.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/gap_store.hpp>
#include <sim-host/platform/noted_wants.hpp>
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
    if (options.since) {
        if (auto const claimed = read_claimed_checkpoint(*options.since)) {
            range.first = std::max(range.first, claimed->entries);
        }
    }
    return range;
}

// A log may have to be read again up to an earlier end. A medium that asks for it more often than
// this was not left so by a crash.
constexpr int readings_max = 8;

class Verification {
  public:
    Verification(Store& medium, VerifyOptions const& options)
        : options_{options}, gaps_{medium}, store_{gaps_},
          slots_max_{store_.slots() + slots_to_come},
          storage_{store::SegmentMap::bytes_for(slots_max_)}, arena_{storage_.arena()},
          map_{arena_, slots_max_}, buffer_(store::scan_window_bytes(store_.geometry())),
          window_{store_, buffer_} {}

    // What was weighed while reads were refused for want of memory is no verdict.
    Verdict run() {
        Verdict verdict = weigh();
        if (store_.any()) {
            throw std::bad_alloc{};
        }
        return verdict;
    }

  private:
    Verdict weigh() {
        Verdict verdict = blank();
        std::vector<std::byte> head_buffer(2 * std::size_t{store_.geometry().storage_block_bytes});
        store::SegmentWindow heads{store_, head_buffer};
        auto const loaded = map_.load(*options_.engine, heads);
        if (!loaded && loaded.error().code != Code::not_a_log) {
            verdict.add(unreadable(loaded.error()));
            return verdict;
        }
        SegmentCheckOptions check{.engine = options_.engine,
                                  .range = verdict.range,
                                  .writer_alive = options_.writer_alive,
                                  .gaps = &gaps_.gaps()};
        for (int readings = readings_max; loaded; --readings) {
            verdict = blank();
            if (!read_again(check, verdict, readings > 1)) {
                break;
            }
        }
        check_loose_slots(*options_.engine, window_, map_, options_, walk_names_damage_, verdict);
        name_gaps(verdict);
        if (!loaded && verdict.worst < Severity::incomplete) {
            verdict.add(unreadable(loaded.error()));
        }
        return verdict;
    }

    [[nodiscard]] Verdict blank() const {
        Verdict verdict;
        verdict.writer_alive = options_.writer_alive;
        verdict.range = hashed_range(options_);
        verdict.tree = TreeFrontier{}.head(*options_.engine);
        return verdict;
    }

    // Reads the whole log. True when it must be read anew, if it may; `check` then says how.
    bool read_again(SegmentCheckOptions& check, Verdict& verdict, bool may_repeat) {
        LogJudge judge{options_, map_, verdict, missing_start()};
        bool links_torn = false;
        std::uint64_t const bytes_all = map_.segments().size() * store_.geometry().segment_bytes;
        check_segments(store_, map_, check, {options_.jobs, 0, map_.segments().size()},
                       [&](SegmentFacts& facts) {
                           links_torn = links_torn || facts.links_torn;
                           judge.take(facts);
                           if (options_.progress) {
                               options_.progress({verdict.bytes, bytes_all});
                           }
                       });
        walk_names_damage_ = judge.walk_damaged();
        if (!walk_names_damage_ && judge.rests_on_all_of_it() &&
            loose_slots_show_more(*options_.engine, window_, map_, options_, verdict)) {
            judge.take_rot_beyond();
        }
        auto const lost = judge.lost();
        check.fold_links = check.fold_links && !links_torn;
        check.lost = lost ? lost : check.lost;
        if (may_repeat && (lost || links_torn)) {
            return true;
        }
        judge.finish();
        if (!judge.unpaid().empty()) {
            auto const there = attachments_there(store_, *options_.engine, map_, judge.unpaid());
            // Where the log cannot be walked to its end, that has been named already, and every
            // erasure that was not seen done is taken for owed.
            judge.take_owed(there ? *there : judge.unpaid());
        }
        check_prunes(*options_.engine, window_, map_, verdict);
        return false;
    }

    [[nodiscard]] MissingStart missing_start() {
        if (map_.segments().front().header.number.value == 0) {
            return MissingStart::never_acknowledged; // it is not missing
        }
        if (gaps_.gaps().has_missing_slot()) {
            return MissingStart::gap;
        }
        auto const beyond = store::look_beyond(*options_.engine, window_, map_, {});
        bool const acknowledged = !beyond || beyond->acknowledged;
        return acknowledged ? MissingStart::damaged : MissingStart::never_acknowledged;
    }

    void name_gaps(Verdict& verdict) const {
        for (auto const& [slot, from] : gaps_.gaps().list()) {
            verdict.add({.severity = Severity::incomplete,
                         .code = Code::size_changed,
                         .what = from == 0 ? "this slot is missing from the medium"
                                           : "this slot ends too early",
                         .sequence = {},
                         .segment = {},
                         .slot = SlotIndex{slot},
                         .offset = from});
        }
    }

    VerifyOptions const& options_;
    GapStore gaps_;
    NotedWants store_;
    std::uint32_t slots_max_;
    OwnedArena storage_;
    Arena arena_;
    store::SegmentMap map_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    bool walk_names_damage_{};
};

} // namespace

Verdict verify(Store& store, VerifyOptions const& options) {
    return Verification{store, options}.run();
}

} // namespace axiom::host
