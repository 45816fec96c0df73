// action propose, why, policy …: what the policy engine is asked, and what it says.

#include <services/actions/executors.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/number.hpp>
#include <terminal/core/proposal.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr auto actions_number = static_cast<std::uint16_t>(DomainNumber::actions);
constexpr auto commit_number = static_cast<std::uint16_t>(action::Kind::commit);

void put_line(TextSink& out, std::string_view what, std::uint64_t number) noexcept {
    out.text(what);
    put_number(out, number);
    out.text("\n");
}

// `put:lamp=on`, as its executor has it.
Result<action::PreparedEffect> effect_in(std::string_view word) noexcept {
    std::size_t const colon = word.find(':');
    for (actions::Executor const& each : actions::executors) {
        if (colon != std::string_view::npos && word.substr(0, colon) == each.word) {
            return action::PreparedEffect{.kind = each.kind,
                                          .executor = each.name,
                                          .parameters = bytes_of(word.substr(colon + 1)),
                                          .content = {}};
        }
    }
    return fail(Code::unknown_kind);
}

void explain_effects(TextSink& out) noexcept {
    for (actions::Executor const& each : actions::executors) {
        out.text("  ");
        out.text(each.word);
        out.text(":");
        out.text(each.sentence);
        out.text("\n");
    }
}

Result<void> propose(Session& session, Arguments arguments) noexcept {
    action::Commit commit{.action = arguments[0], .object = arguments[1], .effects = {}};
    for (std::string_view const word : arguments.subspan(2)) {
        auto const effect = effect_in(word);
        if (!effect) {
            session.out->text("an effect is one of these:\n");
            explain_effects(*session.out);
            return std::unexpected{effect.error()};
        }
        commit.effects.push_back(*effect);
    }
    put_line(*session.out, "committed as entry ", TRY(propose_action(session, commit)).value);
    return {};
}

Result<void> why(Session& session, Arguments arguments) noexcept {
    engine::Explain asks{};
    if (!arguments.empty() && arguments[0] != "last") {
        asks.sequence = TRY(number_in(arguments[0]));
    }
    auto const told = TRY(ask(*session.link, policy_engine, asks, session.held));
    TextSink& out = *session.out;
    out.text("principal ");
    put_number(out, told.principal);
    out.text(" asked for ");
    put_printable(out, told.action);
    out.text(told.object.empty() ? "" : " of ");
    put_printable(out, told.object);
    out.text(told.reason.empty() ? "" : ": ");
    put_printable(out, told.reason);
    put_line(out, "\ndecided on the state after entry ", told.decided.decided_at);
    if (told.decided.sequence != 0) {
        put_line(out, "committed as entry ", told.decided.sequence);
    }
    put_decision(out, told.decided);
    return {};
}

Result<void> list_policy(Session& session, Arguments /*arguments*/) noexcept {
    engine::ShowPolicy asks{};
    for (;;) {
        auto const told = TRY(ask(*session.link, policy_engine, asks, session.held));
        put_lines(*session.out, told.piece);
        asks.offset += static_cast<std::uint32_t>(told.piece.size());
        if (asks.offset >= told.total_bytes || told.piece.empty()) {
            if (told.on_trial) {
                put_line(*session.out, "# on trial, in log time until ms ", told.deadline);
            }
            return {};
        }
    }
}

Result<void> test_policy(Session& session, Arguments arguments) noexcept {
    engine::Test const asks{.principal = TRY(number_in(arguments[0])),
                            .domain = actions_number,
                            .kind = commit_number,
                            .action = arguments[1],
                            .object = arguments[2]};
    auto const decided = TRY(ask(*session.link, policy_engine, asks, session.held));
    put_decision(*session.out, decided);
    return check_allowed(decided);
}

} // namespace

Command const action_propose_command{"action propose",
                                     "ACTION OBJECT [EFFECT ...]",
                                     "asks for an action, with effects",
                                     2,
                                     2 + action::effects_max,
                                     propose};
Command const why_command{"why", "[SEQ|last]", "why it was decided so", 0, 1, why};
Command const policy_list_command{"policy list", "", "the policy in force", 0, 0, list_policy};
Command const policy_test_command{
    "policy test", "PRINCIPAL ACTION OBJECT", "what the policy would answer", 3, 3, test_policy};

} // namespace axiom::terminal
