#pragma once
// How verbs come by a log and the entries that their words name; failures carry the right status.

#include <memory>
#include <string>

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/inspect/reference.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

/// Exit::usage for what can never be a log (a pipe, a terminal), Exit::not_found for what is not
/// there, Exit::incompatible for what is no log.
void check_log_path(std::string const& path);

/// Exit::usage for an image or a disk: what writes here writes to data folders.
void check_is_written_here(std::string const& path);

/// What a log's tables may take in memory: AXIOM_STATE_MIB, else the library's own bound.
/// Exit::usage when it is no number.
[[nodiscard]] std::size_t state_bytes_allowed();

/// The positional `entry`, for verbs that are about one.
enum class Needed : bool { no, yes };
[[nodiscard]] OptionRow entry_option(Needed needed);

/// The log that --from, $AXIOM_LOG or ./axiom names.
[[nodiscard]] std::unique_ptr<host::OpenedLog> open_log(Invocation const& given);
[[nodiscard]] std::unique_ptr<host::OpenedLog> open_log(std::string const& path);

/// Why the log at `path` cannot be opened, which met `problem`: where its segments are gone, what
/// has them.
[[nodiscard]] Failure unopened(std::string const& path, host::Problem const& problem,
                               std::string sentence);

/// Exit::usage when the text is no reference, Exit::not_found when the log has no such entry.
[[nodiscard]] Sequence entry_named(host::OpenedLog& log, std::string const& text);
/// Whether the newest entry is a checkpoint, which no checkpoint covers yet.
[[nodiscard]] bool ends_with_checkpoint(host::OpenedLog& log);
/// Exit::not_found: of this entry pruning has left the leaf only; names the archive that the log
/// notes, if it notes one.
[[nodiscard]] Failure is_pruned(host::OpenedLog const& log, Sequence sequence);

[[nodiscard]] host::EntryRange range_named(host::OpenedLog& log, std::string const& text);

} // namespace axiom::cli
