#pragma once
// Acknowledged: what clients of a running system were told is durable. Whatever happened to the
// system since, its log must hold all of it.

#include <map>
#include <string>
#include <vector>

#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

struct Acknowledged {
    std::map<std::uint64_t, Hash256> heads;       // by the entry behind it
    std::map<std::uint64_t, Hash256> states;      // the same
    std::map<std::uint64_t, std::string> actions; // what was acted on, by the action's entry

    [[nodiscard]] std::size_t size() const noexcept {
        return heads.size() + states.size() + actions.size();
    }
};

/// What of it the log does not bear out, in words; reads and replays all of the log. Empty: the
/// log says the same, and replays without an entry that was rejected.
[[nodiscard]] std::vector<std::string> missing_in(OpenedLog& log, Acknowledged const& acknowledged);

} // namespace axiom::host
