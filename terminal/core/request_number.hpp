#pragma once
// A request as people name it: its number, or `last` for the newest.

#include <services/policy/request_api.hpp>
#include <terminal/core/number.hpp>
#include <terminal/core/proposal.hpp>

namespace axiom::terminal {

/// `bad_text`; `no_such_row` when there is none yet.
[[nodiscard]] inline Result<std::uint64_t> request_in(Session& session,
                                                      std::string_view word) noexcept {
    if (word != "last") {
        return number_in(word);
    }
    return TRY(ask(*session.link, policy_engine, engine::AskRequest{}, session.held)).row.number;
}

} // namespace axiom::terminal
