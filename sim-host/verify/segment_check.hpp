#pragma once
// SegmentCheck: one segment, checked on its own, and what the rest of the verifier needs of it.
//
// A segment header says what comes before it (first sequence, head, tree), so segments are checked
// in any order and on any core; that a segment's end is what its successor's header says is checked
// here too, and the order does the rest (log_judge.hpp). Memory: what is kept of a block is 72
// bytes, of an entry nothing unless it is of the log's own domain.

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include <axiom/log/log_kinds.hpp>
#include <axiom/store/block_scan.hpp>
#include <axiom/store/link_fold.hpp>
#include <sim-host/platform/gap_store.hpp>
#include <sim-host/verify/verdict.hpp>

namespace axiom::host {

struct BlockFact {
    Hash256 leaf{}; // of the public tree
    Hash256 head{};
    Sequence next{};
};

/// What an entry's place says of it. `before` is the link before a Boot or an Attach; of other
/// entries it may be that of their block.
struct EntryContext {
    Hash256 before{};
    Epoch epoch{};
    BootNumber boot{};
};

/// An entry of the log's own domain that a verifier reads.
struct LogFact {
    Sequence sequence{};
    LogKind kind{};
    std::size_t body_at{};
    std::size_t body_bytes{};
    EntryContext context{};
};

/// An attachment whose bytes are not those that its entry commits to.
struct MissingFact {
    Sequence sequence{};
    Sequence block{}; // the first entry of its block
    bool zeros{};     // else they are other bytes
};

struct SegmentFacts {
    std::size_t index{}; // in the map
    std::vector<BlockFact> blocks;
    std::vector<LogFact> entries;
    std::vector<std::byte> bodies;
    std::vector<LogOrigin> forks; // of the entries: which log begins at each
    std::vector<MissingFact> missing;
    std::vector<SequenceRange> reduced;
    std::vector<Finding> findings;
    std::vector<Finding> strays; // bytes behind the frames' end: they do not end the walk
    store::ChainPosition end{};
    std::uint64_t entries_count{};
    std::uint64_t hashed{};
    std::uint64_t bytes{};
    std::uint64_t late_segments{};
    bool ended_in_order{};
    bool entered{};    // its header is as it must be, so `end` says what it says
    bool whole{true};  // `blocks` are all that the log has of the segment
    bool torn{};       // the log ends here: what comes next was never acknowledged
    bool links_torn{}; // the same for a block further up: it takes a check that folds no links

    [[nodiscard]] Bytes body(LogFact const& fact) const noexcept {
        return Bytes{bodies}.subspan(fact.body_at, fact.body_bytes);
    }

    /// The log that begins with `fact`, which is a Fork.
    [[nodiscard]] Hash256 const& log_id_of(LogFact const& fact) const noexcept {
        return std::ranges::find(forks, fact.sequence, &LogOrigin::first)->log_id;
    }
};

/// An attachment that never reached the medium: the log ends before its block.
struct LostAttachment {
    Sequence block{}; // the first entry of its block
    Sequence entry{};
};

struct SegmentCheckOptions {
    HashEngine const* engine{};
    SequenceRange range{.first = {}, .end = Sequence{~std::uint64_t{0}}};
    bool writer_alive{};   // an unfinished group at the live end is no damage
    Gaps const* gaps{};    // what the medium does not have; may be null
    bool fold_links{true}; // side by side, else block by block
    std::optional<LostAttachment> lost{};
};

class SegmentCheck {
  public:
    SegmentCheck(Store& store, store::SegmentMap const& map, SegmentCheckOptions const& options);

    [[nodiscard]] SegmentFacts check(std::size_t segment);

  private:
    struct Weight {
        Severity severity{};
        bool torn{};
    };
    struct Found {
        Finding finding;
        bool torn{};
    };

    bool take_step(store::BlockScan& scan, store::ScanStep step, SegmentFacts& facts);
    bool take_error(store::BlockScan& scan, Error error, SegmentFacts& facts);
    void take_block(store::BlockScan const& scan, SegmentFacts& facts);
    void take_log_entry(Entry const& entry, EntryContext const& context, SegmentFacts& facts);
    bool live_end(store::BlockScan& scan, SegmentFacts& facts);

    Found describe(store::BlockScan const& scan, Error error);
    Weight weigh(store::BlockScan const& scan, Error error);
    Sequence damaged_entry(store::BlockScan const& scan, Error error, Weight weight);
    Result<bool> acknowledged_beyond(store::ScanPlace place, Sequence next);
    void links_broke(SegmentFacts& facts, Error error);

    void look_at_late_bytes(SegmentFacts& facts);
    std::uint64_t late_frame(store::SegmentPlace const& place, std::uint64_t at,
                             store::BlockView& block);

    SegmentCheckOptions options_;
    store::SegmentMap const* map_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    std::unique_ptr<store::LinkFold> links_;
    std::array<Hash256, block_entries_max> leaves_{};
};

} // namespace axiom::host
