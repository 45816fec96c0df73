#pragma once
// What opening a log for writing had to mend, in words: nobody learns of a cut tail from silence.

#include <sim-host/log/log_session.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Remarks on what recovery cut, what of a fenced writer was left, and which erasures were
/// completed; nothing when the log had ended in order.
void remark_recovery(host::LogSession& session, Console& console);

} // namespace axiom::cli
