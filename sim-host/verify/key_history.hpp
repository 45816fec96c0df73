#pragma once
// The checkpoint keys of a log, each with the entry that brought it.

#include <axiom/log/log_kinds.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/tree/key_chain.hpp>
#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

struct KeyChange {
    KeyRecord record{};
    LogKind how{};      // genesis, fork, key_rotate or key_lost
    Hash256 log_id{};   // of the log that it is a key of
    std::string reason; // of a fork or a loss
};

/// Walks the whole log; the key in force is the last. `bad_signature`, `out_of_range`,
/// `already_exists` for a change that does not hold; `not_a_log` when nothing says which key the
/// log began with.
[[nodiscard]] HostResult<std::vector<KeyChange>> key_history(OpenedLog& log,
                                                             SignatureEngine const& signatures);

} // namespace axiom::host
