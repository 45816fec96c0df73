// Judging a log in its order; see sim-host/verify/log_judge.hpp.

#include <sim-host/verify/log_judge.hpp>

#include <algorithm>

#include <axiom/domain/gated.hpp>

namespace axiom::host {

LogJudge::LogJudge(VerifyOptions const& options, store::SegmentMap const& map, Verdict& verdict,
                   MissingStart missing)
    : options_{options}, map_{map}, verdict_{verdict}, engine_{*options.engine},
      anchors_{options, verdict} {
    store::SegmentHeader const& first = map.segments().front().header;
    bool const from_the_start = first.number.value == 0;
    begin(first.log_id, from_the_start ? Sequence{} : first.first);
    if (from_the_start) {
        return;
    }
    tree_known_ = false;
    forget_what_was_named();
    ended_ = missing == MissingStart::never_acknowledged;
    walk_damaged_ = !ended_;
    verdict_.blame(missing == MissingStart::damaged ? Severity::tampering : Severity::incomplete,
                   missing == MissingStart::gap ? Code::size_changed : Code::chain_break,
                   "the log begins with segment " + std::to_string(first.number.value) +
                       "; those before it are not here",
                   {});
}

void LogJudge::begin(Hash256 const& log_id, Sequence first) {
    verdict_.log_id = log_id;
    verdict_.origins.push_back({log_id, first});
}

void LogJudge::take(SegmentFacts& facts) {
    if (!ended_) {
        check_tree(facts);
    }
    if (ended_) { // whatever comes behind the end was never acknowledged
        verdict_.bytes += facts.bytes;
        return;
    }
    ended_ = facts.torn;
    for (Finding& finding : facts.findings) {
        walk_damaged_ = walk_damaged_ || !facts.torn || finding.severity >= Severity::tampering;
        verdict_.add(std::move(finding));
    }
    for (Finding& stray : facts.strays) {
        verdict_.add(std::move(stray));
    }
    if (walk_damaged_) { // a Boot may be among what was not read
        forget_what_was_named();
    }
    for (MissingFact const& missing : facts.missing) {
        unexplained_.emplace(missing.sequence.value, missing);
    }
    for (SequenceRange const& range : facts.reduced) {
        if (!reduced_.empty() && reduced_.back().end == range.first) {
            reduced_.back().end = range.end;
        } else {
            reduced_.push_back(range);
        }
        verdict_.reduced += range.end.value - range.first.value;
    }

    // Entries before the block that holds them, because a checkpoint covers earlier blocks.
    auto entry = facts.entries.begin();
    for (BlockFact const& block : facts.blocks) {
        for (; entry != facts.entries.end() && entry->sequence < block.next; ++entry) {
            take_entry(facts, *entry);
        }
        if (tree_known_) {
            history_.append(engine_, block);
            anchors_.meet(engine_, history_, block);
        }
    }
    for (; entry != facts.entries.end(); ++entry) {
        take_entry(facts, *entry);
    }
    tree_known_ = tree_known_ && facts.whole;

    verdict_.entries += facts.entries_count;
    verdict_.entries_hashed += facts.hashed;
    verdict_.blocks += facts.blocks.size();
    verdict_.bytes += facts.bytes;
    verdict_.late_segments += facts.late_segments;
    verdict_.ended_in_order = facts.ended_in_order;
    ++verdict_.segments;
    if (facts.entered) {
        verdict_.next = facts.end.next;
        verdict_.head = facts.end.head;
        verdict_.epoch = facts.end.epoch;
        verdict_.boot = facts.end.boot;
        watermark_ = facts.end.watermark;
    }
}

void LogJudge::take_entry(SegmentFacts const& facts, LogFact const& fact) {
    Bytes const body = facts.body(fact);
    switch (fact.kind) {
    case LogKind::genesis:
        return take_genesis(body, fact.sequence);
    case LogKind::boot:
        return take_boot(body, fact);
    case LogKind::attach:
        return take_attach(body, fact);
    case LogKind::checkpoint:
        return take_checkpoint(body, fact.sequence);
    case LogKind::key_rotate:
    case LogKind::key_lost:
        return take_key(facts, fact);
    case LogKind::fork:
        return take_fork(facts, fact);
    case LogKind::erase:
        return take_erase(body, fact.sequence);
    case LogKind::prune:
        return take_prune(body, fact.sequence);
    case LogKind::repaired:
        if (auto const repaired = decode_whole<Repaired>(body); !repaired) {
            verdict_.blame(Severity::tampering, repaired.error().code,
                           "this note of a repair does not parse", fact.sequence);
        }
        ++verdict_.repairs;
        return;
    default:
        return;
    }
}

// The segment's header names the tree of the blocks before it.
void LogJudge::check_tree(SegmentFacts const& facts) {
    store::SegmentPlace const& place = map_.segments()[facts.index];
    TreeFrontier const& tree = history_.frontier();
    bool const checked_there = place.header.number.value == 0;
    if (!tree_known_ || checked_there ||
        (place.header.blocks_before == tree.size().value &&
         place.header.tree_root == tree.root(engine_))) {
        return;
    }
    bool acknowledged = !facts.whole || facts.end.watermark > place.header.first;
    for (store::SegmentPlace const& later : map_.segments().subspan(facts.index)) {
        acknowledged = acknowledged || later.header.watermark > place.header.first;
    }
    ended_ = !acknowledged;
    walk_damaged_ = walk_damaged_ || acknowledged;
    verdict_.add({.severity = acknowledged ? Severity::tampering : Severity::incomplete,
                  .code = Code::block_mismatch,
                  .what = "the segment's header names another tree than the blocks before it",
                  .sequence = place.header.first,
                  .segment = place.header.number,
                  .slot = place.slot,
                  .offset = 0});
}

void LogJudge::take_genesis(Bytes body, Sequence at) {
    genesis_seen_ = true;
    auto const genesis = decode_whole<Genesis>(body);
    if (!genesis || at.value != 0) {
        verdict_.blame(Severity::tampering, genesis ? Code::not_canonical : genesis.error().code,
                       "this is no genesis that a log begins with", at);
        return;
    }
    verdict_.keys = key_ring_from(genesis->checkpoint_key, at);
    keys_known_ = true;
    note_key();
}

void LogJudge::take_boot(Bytes body, LogFact const& fact) {
    auto const boot = decode_whole<Boot>(body);
    if (!boot) {
        return verdict_.blame(Severity::tampering, boot.error().code, "this boot does not parse",
                              fact.sequence);
    }
    bool const next = !boots_ || boot->boot.value == *boots_ + 1;
    if (!next || boot->boot != fact.context.boot) {
        verdict_.blame(Severity::tampering, Code::out_of_range,
                       "this boot is not the one after the boot before, or not its record's",
                       fact.sequence);
    }
    check_epoch(boot->epoch, fact);
    check_link_before(boot->previous_head, fact);
    boots_ = boot->boot.value;
}

void LogJudge::take_attach(Bytes body, LogFact const& fact) {
    auto const attach = decode_whole<Attach>(body);
    if (!attach) {
        return verdict_.blame(Severity::tampering, attach.error().code,
                              "this attach does not parse", fact.sequence);
    }
    check_epoch(attach->epoch, fact);
    check_link_before(attach->previous_head, fact);
}

// What a writer has entered is kept by the next one when it ended before that was durable.
void LogJudge::check_epoch(Epoch named, LogFact const& fact) {
    bool const rises = !named_epoch_ || named.value > named_epoch_->value;
    if (!rises || named.value > fact.context.epoch.value) {
        verdict_.blame(
            Severity::tampering, Code::out_of_range,
            "this writer's epoch is not above the writer's before, or above its record's",
            fact.sequence);
    }
    named_epoch_ = named;
}

void LogJudge::forget_what_was_named() noexcept {
    boots_.reset();
    named_epoch_.reset();
}

void LogJudge::check_link_before(Hash256 const& named, LogFact const& fact) {
    if (named != fact.context.before) {
        verdict_.blame(Severity::tampering, Code::chain_break,
                       "this writer began behind another entry than the one before it",
                       fact.sequence);
    }
}

// That it is the first of its block, names its parent's head and gives its link as log id has been
// checked where the block was read.
void LogJudge::take_fork(SegmentFacts const& facts, LogFact const& fact) {
    auto const fork = decode_whole<Fork>(facts.body(fact));
    if (!fork) {
        return verdict_.blame(Severity::tampering, fork.error().code, "the fork does not parse",
                              fact.sequence);
    }
    verdict_.keys = key_ring_from(fork->checkpoint_key, fact.sequence);
    keys_known_ = true;
    named_key_.reset(); // the parent's keys are not the fork's
    note_key();
    begin(facts.log_id_of(fact), fact.sequence);
}

void LogJudge::take_key(SegmentFacts const& facts, LogFact const& fact) {
    Bytes const body = facts.body(fact);
    Sequence const at = fact.sequence;
    Result<void> checked = fail(Code::bad_key);
    if (fact.kind == LogKind::key_rotate) {
        if (auto const rotate = decode_whole<KeyRotate>(body); rotate && keys_known_) {
            checked = check_signed(*options_.signatures, verdict_.keys, verdict_.log_id, *rotate);
            if (checked) {
                apply_key(verdict_.keys, *rotate, at);
            }
        }
    } else if (auto const lost = decode_whole<KeyLost>(body); lost && keys_known_) {
        checked = check_signed(*options_.signatures, verdict_.keys, verdict_.log_id, *lost);
        if (checked) {
            apply_key(verdict_.keys, *lost, at);
        }
    }
    if (!checked) {
        return verdict_.blame(Severity::tampering, checked.error().code,
                              "the change of the checkpoint key does not hold", at);
    }
    note_key();
}

void LogJudge::take_checkpoint(Bytes body, Sequence at) {
    auto const entry = decode_whole<CheckpointEntry>(body);
    if (!entry) {
        return verdict_.blame(Severity::tampering, entry.error().code,
                              "this checkpoint cannot be read", at);
    }
    if (!keys_known_) {
        return; // the log's beginning is missing or damaged, and has been named
    }
    auto const claimed = read_claimed_checkpoint(bytes_of(entry->note));
    if (claimed && claimed->log_id != verdict_.log_id) {
        return verdict_.blame(Severity::tampering, Code::wrong_log,
                              "this checkpoint is another log's", at);
    }
    KeyRecord const& key = verdict_.keys.current();
    auto const opened = open_checkpoint(engine_, *options_.signatures, public_key_of(key.key),
                                        bytes_of(entry->note));
    if (!opened) {
        return verdict_.blame(Severity::tampering, opened.error().code,
                              "this checkpoint is not signed by the key in force", at);
    }
    if (opened->entries <= key.since) {
        return verdict_.blame(Severity::tampering, Code::bad_proof,
                              "this checkpoint does not cover the entry that brought its key", at);
    }
    if (!tree_known_) {
        return; // what came before it is damaged, and has been named
    }
    auto const moment = history_.at(engine_, opened->tree.size);
    if (!moment && opened->tree.size <= history_.frontier().size()) {
        return verdict_.blame(Severity::note, Code::not_sealed,
                              "this checkpoint trails too far behind to be held against the tree",
                              at);
    }
    bool const holds = moment && moment->root == opened->tree.root &&
                       moment->head == opened->head && moment->next == opened->entries;
    if (!holds) {
        return verdict_.blame(Severity::tampering, Code::bad_proof,
                              "this checkpoint is signed, but not over the blocks of this log", at);
    }
    ++verdict_.checkpoints;
    if (!verdict_.seal || opened->entries >= verdict_.seal->checkpoint.entries) {
        verdict_.seal = Seal{.checkpoint = *opened, .entry = at, .key = key};
    }
}

void LogJudge::take_prune(Bytes body, Sequence at) {
    auto const prune = decode_gated<Prune>(body);
    if (!prune) {
        return verdict_.blame(Severity::tampering, prune.error().code,
                              "this pruning does not parse", at);
    }
    verdict_.pruned.push_back({.range = {prune->first, prune->end},
                               .entry = at,
                               .snapshot = prune->snapshot,
                               .root = prune->root,
                               .count = prune->count});
}

void LogJudge::take_erase(Bytes body, Sequence at) {
    auto const erase = decode_gated<Erase>(body);
    if (!erase) {
        return verdict_.blame(Severity::tampering, erase.error().code,
                              "this erasure does not parse", at);
    }
    if (erase->sequence >= at) {
        return verdict_.blame(Severity::tampering, Code::cause_unknown,
                              "this erasure names no earlier entry", at);
    }
    std::uint64_t const target = erase->sequence.value;
    if (auto const missing = unexplained_.extract(target)) {
        erased_explained_.insert(target);
        if (missing.mapped().zeros) {
            ++verdict_.erased;
        } else { // cut short
            unpaid_.insert(target);
        }
    } else if (!erased_explained_.contains(target) && target >= verdict_.range.first.value &&
               !is_reduced(erase->sequence)) {
        unpaid_.insert(target);
    }
}

void LogJudge::take_owed(std::set<std::uint64_t> const& still_there) {
    verdict_.erasures_owed = still_there.size();
    for (std::uint64_t const sequence : still_there) {
        verdict_.blame(
            Severity::incomplete, Code::erasure_owed,
            "an entry erased this attachment, and it is still there: a crash came between, or an "
            "older copy of the segment was put back",
            Sequence{sequence});
    }
}

// Of an entry that came before what is being read.
bool LogJudge::is_reduced(Sequence sequence) const {
    auto const after = std::ranges::upper_bound(reduced_, sequence, {}, &SequenceRange::first);
    return after != reduced_.begin() && sequence < std::prev(after)->end;
}

// Every entry that is reduced to its leaf lies in a range that a Prune entry names.
void LogJudge::check_reduced() {
    std::vector<SequenceRange> ranges;
    for (PruneFact const& prune : verdict_.pruned) {
        ranges.push_back(prune.range);
    }
    std::ranges::sort(ranges, {}, &SequenceRange::first);
    for (SequenceRange const& range : reduced_) {
        Sequence reached = range.first;
        for (SequenceRange const& named : ranges) {
            if (named.first <= reached && reached < named.end) {
                reached = named.end;
            }
        }
        if (reached < range.end) {
            verdict_.blame(weight_of_unexplained(), Code::entry_missing,
                           "only the leaf is left of this entry, though no entry pruned it",
                           reached);
        }
    }
}

// The key that came into force just now may be the one that was named.
void LogJudge::note_key() {
    KeyRecord const& key = verdict_.keys.current();
    if (options_.key && key.key == key_hash(*options_.key)) {
        named_key_ = key;
    }
}

// The key that was named signed the newest checkpoint, or the keys of its era up to that one.
void LogJudge::check_key() {
    if (!options_.key) {
        return;
    }
    KeyRecord const& used = verdict_.seal ? verdict_.seal->key : verdict_.keys.current();
    if (!named_key_) {
        verdict_.blame_outside(Severity::tampering, Code::wrong_key,
                               "the log is sealed by another key than the one that was named, in "
                               "force since entry " +
                                   std::to_string(used.since.value),
                               {});
    } else if (named_key_->era != used.era) {
        verdict_.blame_outside(
            Severity::tampering, Code::wrong_key,
            "the key that was named is of another era than the one that seals the log: a key was "
            "lost between them, and nobody signed for the change",
            used.since);
    } else {
        verdict_.anchors.key = true;
    }
}

// The log's own name, or the id of a log that it was forked from: whoever can copy a log can fork
// it, so the parent's id vouches for nothing here.
void LogJudge::check_log_id() {
    verdict_.anchors.log_id = options_.log_id == verdict_.log_id;
    if (!options_.log_id || verdict_.anchors.log_id) {
        return;
    }
    for (std::size_t index = 0; index + 1 < verdict_.origins.size(); ++index) {
        if (verdict_.origins[index].log_id == *options_.log_id) {
            Sequence const fork = verdict_.origins[index + 1].first;
            return verdict_.blame_outside(
                Severity::tampering, Code::wrong_log,
                "this log was forked from the one that was named, at entry " +
                    std::to_string(fork.value),
                fork);
        }
    }
    verdict_.blame_outside(Severity::tampering, Code::wrong_log,
                           "this is not the log that was named", {});
}

// What explains that something is gone may itself be among what is damaged: then it cannot be told.
Severity LogJudge::weight_of_unexplained() const noexcept {
    return walk_damaged_ ? Severity::incomplete : Severity::tampering;
}

// The newest group can lose attachments, or parts of them, that no flush covered: then the log ends
// before their block.
std::optional<LostAttachment> LogJudge::lost() const {
    for (auto const& [sequence, missing] : unexplained_) {
        if (!walk_damaged_ && missing.block >= watermark_) {
            return LostAttachment{.block = missing.block, .entry = missing.sequence};
        }
    }
    return std::nullopt;
}

void LogJudge::finish() {
    verdict_.tree = tree_known_ ? history_.frontier().head(engine_) : TreeHead{};
    verdict_.range.end = std::min(options_.range.end, verdict_.next);
    SequenceRange const& wanted = options_.range;
    bool const begins_beyond = wanted.first.value != 0 && wanted.first >= verdict_.next;
    bool const open_end = wanted.end.value == ~std::uint64_t{0};
    if (begins_beyond || (!open_end && wanted.end > verdict_.next)) {
        verdict_.blame(Severity::incomplete, Code::out_of_range,
                       "the range goes beyond the log's end", verdict_.next);
    }
    for (auto const& [sequence, missing] : unexplained_) {
        verdict_.blame(weight_of_unexplained(),
                       missing.zeros ? Code::attachment_missing : Code::commitment_mismatch,
                       missing.zeros
                           ? "the attachment's bytes are zeros, and no entry erased it"
                           : "the attachment's bytes are not those that the entry commits to",
                       missing.sequence);
    }
    check_log_id();
    anchors_.finish(tree_known_);
    check_reduced();
    check_genesis();
    if (keys_known_) {
        check_key();
    }
}

void LogJudge::check_genesis() {
    if (genesis_seen_ || walk_damaged_) {
        return;
    }
    if (verdict_.entries != 0) {
        verdict_.blame(Severity::tampering, Code::not_a_log, "the first entry is no genesis", {});
    } else if (verdict_.worst < Severity::incomplete) {
        verdict_.blame(Severity::incomplete, Code::not_a_log,
                       "the log was begun, and has no entries", {});
    }
}

} // namespace axiom::host
