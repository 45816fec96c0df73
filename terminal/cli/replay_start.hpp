#pragma once
// Where a verb's replay begins, and how it says so.

#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

/// `--from-genesis`, for every verb that replays.
[[nodiscard]] OptionRow from_genesis_option();

struct ReplayStart {
    std::optional<Sequence> snapshot; // nullopt: genesis
    std::vector<host::RefusedSnapshot> refused;

    /// Entries that the snapshot stands for.
    [[nodiscard]] std::uint64_t applied_before() const noexcept {
        return snapshot ? snapshot->value + 1 : 0;
    }
};

/// Begins `replayer` at the newest usable snapshot at or before `end`, unless --from-genesis is
/// given. Remarks on each one that was passed over.
ReplayStart start_replay(Invocation const& given, host::Replayer& replayer, Sequence end,
                         Console& console);

/// `from_snapshot` (a sequence or null) and `snapshots_refused`.
void describe(ReplayStart const& start, Json& json);

} // namespace axiom::cli
