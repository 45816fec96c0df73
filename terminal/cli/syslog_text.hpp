#pragma once
// What is kept of the SysLog, held against the log's seals, for people and for scripts.

#include <optional>
#include <string>

#include <sim-host/syslog/batch_judge.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Nothing where no batches lie beside the log.
[[nodiscard]] std::optional<host::SyslogVerdict> syslog_beside(std::string const& log_path,
                                                               bool ended_in_order);

void print_syslog(host::SyslogVerdict const& verdict, Console& console);

[[nodiscard]] Json json_of(host::SyslogVerdict const& verdict);

} // namespace axiom::cli
