// Gated changes; see terminal/cli/gated_change.hpp.

#include <terminal/cli/gated_change.hpp>

#include <axiom/policy/approval.hpp>
#include <sim-host/replay/policy_question.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

std::optional<PrincipalId> parse_principal(std::string_view text) noexcept {
    auto const id = parse_id(text);
    return id ? std::optional{PrincipalId{*id}} : std::nullopt;
}

} // namespace

OptionRow as_option() {
    return {.name = "as",
            .kind = ValueKind::name,
            .value = "PRINCIPAL",
            .sentence = "act as this identity (its id or label); by default the log's creator"};
}

PrincipalId principal_named(identity::IdentityDomain const& identities, std::string const& text) {
    // A label may be digits; then it wins only when no principal has that id.
    auto const id = parse_principal(text);
    if (id && identities.find(*id) != nullptr) {
        return *id;
    }
    std::optional<PrincipalId> found;
    identities.for_each_principal([&](identity::PrincipalRow const& row) {
        found = row.label.view() == text ? std::optional{row.principal} : found;
    });
    if (!found) {
        throw not_found("this log has no identity `" + printable(text) + "`",
                        "axiom identity list");
    }
    return *found;
}

PrincipalId principal_asked_for(identity::IdentityDomain const& identities,
                                std::string const& text) {
    auto const id = parse_principal(text);
    return id && identities.find(*id) == nullptr ? *id : principal_named(identities, text);
}

std::string principal_text(identity::IdentityDomain const& identities, PrincipalId principal) {
    identity::PrincipalRow const* const row = identities.find(principal);
    std::string const id = std::to_string(principal.value);
    return row != nullptr ? id + " (" + printable(row->label.view()) + ")" : id;
}

PrincipalId actor_of(Invocation const& given, identity::IdentityDomain const& identities) {
    auto const named = given.given("as");
    return named ? principal_named(identities, *named) : host::creator_principal;
}

void act_as_given(Invocation const& given, WritableLog& log) {
    log.session().act_as(actor_of(given, log.session().domains().identity()));
}

LogAsItStands::LogAsItStands(Invocation const& given) : log_{open_log(given)}, replayer_{*log_} {
    begin_at_snapshot(replayer_, log_->end());
    advance_or_stop(replayer_, log_->end());
    if (replayer_.domains() == nullptr) {
        throw failure_of(Error{Code::not_a_log}, "the log has no readable genesis");
    }
}

void LogAsItStands::ask(Invocation const& given, GatedChange const& change) {
    if (change.check) {
        change.check(domains());
    }
    host::PolicyQuestion question{.principal = actor_of(given, domains().identity()),
                                  .approver = {},
                                  .domain = change.wish.domain,
                                  .kind = change.wish.kind,
                                  .action = std::string{host::action_of(change.wish)},
                                  .object = std::string{change.wish.object},
                                  .capability = {},
                                  .causes = {}};
    for (Sequence const cause : change.wish.causes) {
        if (cause.value != 0) {
            question.causes.push_back(cause);
        }
    }
    host::PolicyReply const reply = host::ask(question, domains(), *log_);
    if (!policy::is_granted(reply.answer)) {
        throw denied({.verdict = reply.answer.verdict,
                      .rule = reply.answer.rule,
                      .actor = principal_text(domains().identity(), question.principal),
                      .explanation = reply.summary},
                     change.wish, change.what);
    }
}

} // namespace axiom::cli
