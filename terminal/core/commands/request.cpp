// request …: what waits for somebody else's approval, as whoever asked sees it, and whoever may
// approve in the terminal's own name.

#include <array>

#include <services/policy/request_api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/request_number.hpp>
#include <terminal/core/request_view.hpp>

namespace axiom::terminal {

namespace {

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    RequestTable table{*session.out};
    engine::ListRequests asks{};
    for (;;) {
        auto const told = TRY(ask(*session.link, policy_engine, asks, session.held));
        for (engine::RequestRow const& each : told.requests) {
            table.put(each);
        }
        if (told.before == 0 || !session.goes_on()) {
            return {};
        }
        asks.before = told.before;
    }
}

Result<void> show(Session& session, Arguments arguments) noexcept {
    engine::AskRequest const asks{.number = TRY(request_in(session, arguments[0]))};
    put_request(*session.out, TRY(ask(*session.link, policy_engine, asks, session.held)));
    return {};
}

Result<void> wait(Session& session, Arguments arguments) noexcept {
    engine::AskRequest const asks{.number = TRY(request_in(session, arguments[0])),
                                  .wait_ms = 1000};
    while (session.goes_on()) {
        auto const told = TRY(ask(*session.link, policy_engine, asks, session.held));
        if (told.row.state != engine::RequestState::waits) {
            put_request(*session.out, told);
            return told.row.state == engine::RequestState::approved
                       ? Result<void>{}
                       : fail(Code::request_settled, told.row.number);
        }
    }
    return fail(Code::unanswered, asks.number);
}

template <class Asks> Result<void> settle(Session& session, Arguments arguments) noexcept {
    Asks const asks{.number = TRY(request_in(session, arguments[0])),
                    .reason = arguments.size() > 1 ? arguments[1] : std::string_view{}};
    auto const decided = TRY(ask(*session.link, policy_engine, asks, session.held));
    TRY(accept(*session.out, decided));
    auto const told = TRY(
        ask(*session.link, policy_engine, engine::AskRequest{.number = asks.number}, session.held));
    return put_settled(*session.out, told);
}

} // namespace

Command const request_list_command{"request list", "", "what needs an approval", 0, 0, list};
Command const request_show_command{
    "request show", "NUMBER|last", "one of them, with all it would do", 1, 1, show};
Command const request_wait_command{
    "request wait", "NUMBER|last", "until it is settled", 1, 1, wait};
Command const request_approve_command{
    "request approve",      "NUMBER|last [REASON]", "approves it, in this terminal's name", 1, 2,
    settle<engine::Approve>};
Command const request_refuse_command{
    "request refuse",      "NUMBER|last [REASON]", "refuses it, or takes one's own back", 1, 2,
    settle<engine::Refuse>};

} // namespace axiom::terminal
