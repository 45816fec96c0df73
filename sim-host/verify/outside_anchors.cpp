// Holding a log against what lies outside it; see sim-host/verify/outside_anchors.hpp.

#include <sim-host/verify/outside_anchors.hpp>

#include <algorithm>

#include <axiom/tree/merkle.hpp>
#include <axiom/tree/receipt_check.hpp>

namespace axiom::host {

OutsideAnchors::OutsideAnchors(VerifyOptions const& options, Verdict& verdict)
    : options_{options}, verdict_{verdict} {
    read_receipt();
    read_since();
}

// The receipt is checked as being of the log that it names; whether that is this one, or one that
// it came from, is known at the end.
void OutsideAnchors::read_receipt() {
    if (!options_.receipt) {
        return;
    }
    HashEngine const& engine = *options_.engine;
    auto const parts = axiom::read_receipt(*options_.receipt);
    auto const claimed =
        parts ? read_claimed_checkpoint(parts->note) : Result<Checkpoint>{fail(Code::bad_proof)};
    auto const receipt =
        claimed ? check_receipt(engine, *options_.signatures, *options_.receipt,
                                {.log_id = claimed->log_id, .key = {}})
                : Result<ReceiptVerdict>{std::unexpected(parts ? claimed.error() : parts.error())};
    if (!receipt) {
        bool const empty = options_.receipt->empty();
        verdict_.blame_outside(
            Severity::tampering, receipt.error().code,
            empty ? "the receipt's file is empty" : "the receipt itself does not hold", {});
        return;
    }
    BlockRecord record;
    std::memcpy(static_cast<void*>(&record), parts->subject.record.data(), sizeof(record));
    anchors_.push_back({.checkpoint = receipt->checkpoint,
                        .name = "the receipt",
                        .note = {},
                        .origin = receipt->origin,
                        .subject = Subject{.sequence = receipt->header.sequence,
                                           .block_end = Sequence{record.first.value + record.count},
                                           .leaf = parts->subject.leaf,
                                           .record_leaf = tree_leaf(engine, parts->subject.record),
                                           .shared = {}},
                        .agrees = {}});
}

void OutsideAnchors::read_since() {
    if (!options_.since) {
        return;
    }
    auto const claimed = options_.since->empty() ? Result<Checkpoint>{fail(Code::truncated)}
                                                 : read_claimed_checkpoint(*options_.since);
    if (!claimed) {
        verdict_.blame_outside(Severity::tampering, claimed.error().code,
                               options_.since->empty() ? "the trusted checkpoint's file is empty"
                                                       : "the trusted checkpoint does not parse",
                               {});
        return;
    }
    anchors_.push_back({.checkpoint = *claimed,
                        .name = "the trusted checkpoint",
                        .note = *options_.since,
                        .origin = {},
                        .subject = {},
                        .agrees = {}});
}

void OutsideAnchors::meet(HashEngine const& engine, TreeHistory const& history,
                          BlockFact const& block) {
    TreeSize const size = history.frontier().size();
    for (Anchor& anchor : anchors_) {
        if (anchor.checkpoint.tree.size == size) {
            auto const moment = history.at(engine, size);
            anchor.agrees = moment->root == anchor.checkpoint.tree.root &&
                            moment->head == anchor.checkpoint.head &&
                            moment->next == anchor.checkpoint.entries;
            anchor.signed_by_log = anchor.note.empty() || is_signed_now(anchor);
        }
        if (anchor.subject && anchor.subject->leaf.value + 1 == size.value) {
            anchor.subject->shared = block.leaf == anchor.subject->record_leaf;
        }
    }
}

// A checkpoint is signed by the last key that its entries brought, in the log that they are of. A
// log without a readable key has been named as such.
bool OutsideAnchors::is_signed_now(Anchor const& anchor) const {
    return anchor.checkpoint.log_id == verdict_.log_id && !verdict_.keys.recent.empty() &&
           open_checkpoint(*options_.engine, *options_.signatures,
                           public_key_of(verdict_.keys.current().key), anchor.note)
               .has_value();
}

void OutsideAnchors::finish(bool tree_known) {
    auto const& origins = verdict_.origins;
    for (Anchor const& anchor : anchors_) {
        auto const own = std::ranges::find(origins, anchor.checkpoint.log_id, &LogOrigin::log_id);
        if (own == origins.end()) {
            std::string what = anchor.name + " is about another log";
            if (anchor.origin != 0) {
                what +=
                    ", which was forked from its parent at entry " + std::to_string(anchor.origin);
            }
            refute(Severity::tampering, Code::wrong_log, std::move(what), {});
        } else if (own + 1 == origins.end()) {
            judge_own(anchor, tree_known);
        } else {
            judge_parent(anchor, (own + 1)->first, tree_known);
        }
    }
}

void OutsideAnchors::judge_own(Anchor const& anchor, bool tree_known) {
    Sequence const entries = anchor.checkpoint.entries;
    if (anchor.agrees && *anchor.agrees) {
        return anchor.signed_by_log ? remember(anchor) : refute_signature(anchor);
    }
    if (anchor.agrees) {
        refute(Severity::tampering, Code::forked,
               "the log is not the one that " + anchor.name + " was made from", entries);
    } else if (tree_known) {
        bool const signed_now = anchor.note.empty() || is_signed_now(anchor);
        refute(Severity::incomplete, Code::rolled_back,
               anchor.name + " has seen entry " + std::to_string(entries.value - 1) +
                   (signed_now ? "; the log ends before"
                               : "; the log ends before, and its newest key has not signed that"),
               verdict_.next);
    }
}

// `fork` is where this log, or one that it came from, left the anchor's.
void OutsideAnchors::judge_parent(Anchor const& anchor, Sequence fork, bool tree_known) {
    std::string const place = "the fork at entry " + std::to_string(fork.value);
    Sequence const entries = anchor.checkpoint.entries;
    bool const saw_no_more = entries <= fork;
    bool const subject_is_older = anchor.subject && anchor.subject->block_end <= fork;
    if (!saw_no_more && !subject_is_older) {
        std::string const seen =
            anchor.subject ? "is for entry " + std::to_string(anchor.subject->sequence.value)
                           : "covers entry " + std::to_string(entries.value - 1);
        return refute(Severity::incomplete, Code::forked,
                      anchor.name + " " + seen +
                          " of the log that this one was forked from, written after " + place +
                          ": that entry is forked away",
                      fork);
    }
    std::optional<bool> const agrees = saw_no_more ? anchor.agrees : anchor.subject->shared;
    if (agrees && *agrees && saw_no_more && !anchor.signed_by_log) {
        return refute_signature(anchor);
    }
    if (agrees && *agrees) {
        verdict_.anchors.shared_until = fork;
        return verdict_.blame(Severity::note, Code::forked,
                              anchor.name +
                                  " is of the log that this one was forked from, and is of their "
                                  "shared past, before " +
                                  place,
                              fork);
    }
    if (agrees || tree_known) {
        refute(Severity::tampering, Code::forked,
               "before " + place + " the log is not the one that " + anchor.name + " was made from",
               entries);
    }
}

void OutsideAnchors::remember(Anchor const& anchor) {
    (anchor.subject ? verdict_.anchors.receipt : verdict_.anchors.checkpoint) = true;
}

void OutsideAnchors::refute_signature(Anchor const& anchor) {
    refute(Severity::tampering, Code::bad_signature,
           anchor.name + " is not signed by the key that its log had then",
           anchor.checkpoint.entries);
}

void OutsideAnchors::refute(Severity severity, Code code, std::string what,
                            std::optional<Sequence> at) {
    verdict_.anchors.refuted = true;
    verdict_.blame_outside(severity, code, std::move(what), at);
}

} // namespace axiom::host
