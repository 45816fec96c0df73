// permissions …: the application of that name, for whoever was granted it.

#include <array>

#include <services/permissions/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/needed.hpp>
#include <terminal/core/request_number.hpp>
#include <terminal/core/request_view.hpp>

namespace axiom::terminal {

namespace {

constexpr std::string_view application = "permissions";

constexpr std::array step_columns{Column{"ENTRY", 8, true},    Column{"PRINCIPAL", 9, true},
                                  Column{"APPROVER", 8, true}, Column{"RULE", 5, true},
                                  Column{"ACTION", 8},         Column{"OBJECT", 36}};

void put(Table& table, permissions::Step const& step) noexcept {
    table.cell(step.sequence).cell(step.principal);
    if (step.approver == 0) {
        table.cell("-");
    } else {
        table.cell(step.approver);
    }
    table.cell(std::uint64_t{step.rule})
        .cell(step.action.view())
        .cell(step.object.view())
        .end_row();
}

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    permissions::Pending asks{};
    auto told = TRY(ask_granted(session, application, asks));
    if (told.requests.empty()) {
        session.out->text("nothing waits for an approval\n");
        return {};
    }
    RequestTable table{*session.out};
    for (;;) {
        for (engine::RequestRow const& each : told.requests) {
            table.put(each);
        }
        if (told.before == 0 || !session.goes_on()) {
            return {};
        }
        asks.before = told.before;
        told = TRY(ask_granted(session, application, asks));
    }
}

Result<void> show(Session& session, Arguments arguments) noexcept {
    permissions::Show const asks{.number = TRY(request_in(session, arguments[0]))};
    put_request(*session.out, TRY(ask_granted(session, application, asks)));
    return {};
}

template <class Asks> Result<void> settle(Session& session, Arguments arguments) noexcept {
    Asks const asks{.number = TRY(request_in(session, arguments[0])),
                    .reason = arguments.size() > 1 ? arguments[1] : std::string_view{}};
    auto const decided = TRY(ask_granted(session, application, asks));
    TRY(accept(*session.out, decided));
    auto const told =
        TRY(ask_granted(session, application, permissions::Show{.number = asks.number}));
    return put_settled(*session.out, told);
}

Result<void> revoke(Session& session, Arguments arguments) noexcept {
    permissions::Revoke const asks{.what = arguments[1], .whom = arguments[0]};
    auto const decided = TRY(ask_granted(session, application, asks));
    TRY(accept(*session.out, decided));
    session.out->text("allowed, entry ");
    put_number(*session.out, decided.sequence);
    session.out->text("; ");
    return put_outcome(session, Sequence{decided.sequence});
}

Result<void> history(Session& session, Arguments /*arguments*/) noexcept {
    permissions::History asks{};
    auto told = TRY(ask_granted(session, application, asks));
    Table table{*session.out, step_columns};
    for (;;) {
        for (permissions::Step const& each : told.steps) {
            put(table, each);
        }
        if (told.before == 0 || !session.goes_on()) {
            return {};
        }
        asks.before = told.before;
        told = TRY(ask_granted(session, application, asks));
    }
}

Result<void> provenance(Session& session, Arguments arguments) noexcept {
    permissions::Provenance const asks{.what = arguments[1], .whom = arguments[0]};
    auto const told = TRY(ask_granted(session, application, asks));
    TextSink& out = *session.out;
    if (told.chain.empty()) {
        out.text("the log has no grant of that: the manifest gives it, or nobody does (caps)\n");
        return fail(Code::no_such_row);
    }
    Table table{out, step_columns};
    for (permissions::Step const& each : told.chain) {
        put(table, each);
    }
    if (told.revoked != 0) {
        out.text("and it was taken back by entry ");
        put_number(out, told.revoked);
        out.text("\n");
    }
    return {};
}

} // namespace

Command const permissions_list_command{
    "permissions list", "", "what waits for an approval", 0, 0, list};
Command const permissions_show_command{
    "permissions show", "NUMBER|last", "a request, with all it would do", 1, 1, show};
Command const permissions_approve_command{"permissions approve",
                                          "NUMBER|last [REASON]",
                                          "approves it, as the application may",
                                          1,
                                          2,
                                          settle<permissions::Approve>};
Command const permissions_refuse_command{
    "permissions refuse", "NUMBER|last [REASON]", "refuses it", 1, 2, settle<permissions::Refuse>};
Command const permissions_revoke_command{
    "permissions revoke", "WHOM WHAT", "takes back what was granted", 2, 2, revoke};
Command const permissions_history_command{
    "permissions history", "", "grants, approvals and what was taken back", 0, 0, history};
Command const permissions_provenance_command{
    "permissions provenance", "WHOM WHAT", "which entries let WHOM call WHAT", 2, 2, provenance};

} // namespace axiom::terminal
