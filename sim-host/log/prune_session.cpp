// Agreeing to a pruning; see sim-host/log/prune_session.hpp.

#include <sim-host/log/prune_session.hpp>

#include <algorithm>

namespace axiom::host {

Result<std::vector<PrunePart>> plan_prune(Store& store, HashEngine const& engine,
                                          std::span<PrunedRange const> pruned, Sequence end) {
    std::vector<PrunePart> parts;
    for (PrunedRange const& range : not_pruned_below(pruned, end)) {
        PrunePart part{range, TRY(find_prunable(store, engine, range))};
        if (part.holds.leaves.count != 0) {
            parts.push_back(std::move(part));
        }
    }
    return parts;
}

Result<PruneAgreed> agree_to_prune(LogSession& session, Store& store,
                                   std::span<PrunePart const> parts, std::string_view reason,
                                   std::function<Result<void>()> const& before) {
    PruneAgreed agreed{.answer = session.decide(prune_wish), .entries = {}, .snapshot = {}};
    if (agreed.answer.verdict != policy::Verdict::allow) {
        return agreed;
    }
    // From here on the segments of the parts take nothing more.
    TRY(session.commit());
    Sequence end{};
    for (PrunePart const& part : parts) {
        end = std::max(end, part.range.end);
    }
    TRY(session.live().begin_segment(end));
    auto const snapshot = session.snapshot();
    if (!snapshot) {
        session.live().keep_segment(); // on a full medium there may be no other
        return std::unexpected(snapshot.error());
    }
    agreed.snapshot = *snapshot;
    TRY(reserve_slot(store, session.domains().shadows().engine()));
    TRY(before());
    for (PrunePart const& part : parts) {
        Granted const granted =
            TRY(session.propose(prune_wish, Prune{.first = part.range.first,
                                                  .end = part.range.end,
                                                  .snapshot = agreed.snapshot,
                                                  .root = part.holds.leaves.root,
                                                  .count = part.holds.leaves.count,
                                                  .reason = reason}));
        agreed.answer = granted.answer;
        if (!granted.appended) {
            break;
        }
        agreed.entries.push_back(granted.appended->sequence);
    }
    TRY(session.commit());
    return agreed;
}

} // namespace axiom::host
