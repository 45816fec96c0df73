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
/// given. Remarks on each one that was passed over; stops when the log has lost entries that one
/// stands for.
ReplayStart start_replay(Invocation const& given, host::Replayer& replayer, Sequence end,
                         Console& console);

/// The same for a verb without --from-genesis.
ReplayStart start_replay(host::Replayer& replayer, Sequence end, Console& console,
                         std::string const& otherwise = {});

/// The same without remarks.
void begin_at_snapshot(host::Replayer& replayer, Sequence end);

/// Applies every entry below `end`, or stops with what is missing. `asked` is one past the moment
/// that is wanted, where `end` is on the way to it.
void advance_or_stop(host::Replayer& replayer, Sequence end, std::optional<Sequence> asked = {});

/// Says which snapshots were passed over, and why.
void remark_on(std::vector<host::RefusedSnapshot> const& refused, Console& console);

/// Why a reduction cannot begin or go on: what is missing, and the ways out. `otherwise` is an
/// option that is one, or empty; `asked` is one past the moment that was wanted, by default the
/// log's last.
[[nodiscard]] Failure failure_of_start(Error const& error, std::string const& otherwise = {},
                                       std::optional<Sequence> asked = {});

/// `from_snapshot` (a sequence or null) and `snapshots_refused`.
void describe(ReplayStart const& start, Json& json);

} // namespace axiom::cli
