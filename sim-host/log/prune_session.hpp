#pragma once
// How a session comes to a durable `Prune` entry.
//
//     policy asked ─▶ a segment of its own ─▶ snapshot, read back ─▶ a slot is there ─▶ `before`
//                  ─▶ entries, durable          then: close, and complete_prunes (pruning.hpp)
//
// Until the entries are durable everything can be given up without a trace but a snapshot.

#include <functional>
#include <string_view>

#include <sim-host/log/log_session.hpp>
#include <sim-host/log/pruning.hpp>

namespace axiom::host {

/// What the policy is asked.
inline constexpr Wish prune_wish{.domain = DomainNumber::log,
                                 .kind = static_cast<std::uint16_t>(LogKind::prune),
                                 .object = {},
                                 .causes = {},
                                 .producer = {},
                                 .number = {}};

/// A range that no earlier pruning covers, and what of it goes.
struct PrunePart {
    PrunedRange range{};
    Prunable holds;
};

/// What can go of the entries below `end`; nothing when it is empty. `pruned` are the ranges of the
/// log's state.
[[nodiscard]] Result<std::vector<PrunePart>> plan_prune(Store& store, HashEngine const& engine,
                                                        std::span<PrunedRange const> pruned,
                                                        Sequence end);

struct PruneAgreed {
    policy::Answer answer{};
    std::vector<Sequence> entries; // one a part; none when the policy did not allow it
    Sequence snapshot{};           // that stands for the parts
};

/// `parts` lie below this session's boot. `before` is called when nothing but the entries is left
/// to do; what it refuses or throws ends the pruning. `store_full` without a slot to write to;
/// `snapshot_problem` of the session says more when the snapshot was what failed.
[[nodiscard]] Result<PruneAgreed> agree_to_prune(LogSession& session, Store& store,
                                                 std::span<PrunePart const> parts,
                                                 std::string_view reason,
                                                 std::function<Result<void>()> const& before);

} // namespace axiom::host
