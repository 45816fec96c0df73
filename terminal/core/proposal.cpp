#include <terminal/core/proposal.hpp>

#include <axiom/domain/gated.hpp>
#include <terminal/core/entry_reader.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

// How the effect of a commit ended, as the log says it; it may take a while.
Result<action::OutcomeStatus> outcome_of(Session& session, Sequence commit) noexcept {
    constexpr std::uint32_t look_ms = 250;
    EntryReader reader{session, Sequence{commit.value + 1}};
    while (session.goes_on()) {
        auto const entry = TRY(reader.next(look_ms));
        bool const is_outcome =
            entry && entry->header.domain == DomainNumber::actions &&
            entry->header.kind == static_cast<std::uint16_t>(action::Kind::outcome);
        if (!is_outcome) {
            continue;
        }
        auto const outcome = decode_whole<action::Outcome>(entry->body);
        if (outcome && outcome->effect.commit == commit) {
            return outcome->status;
        }
    }
    return fail(Code::unanswered, commit.value);
}

} // namespace

Result<Sequence> propose_action(Session& session, action::Commit const& commit) noexcept {
    std::array<std::byte, engine::content_bytes_max> room{};
    auto const decided =
        TRY(ask(*session.link, policy_engine,
                engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                                .kind = static_cast<std::uint16_t>(action::Kind::commit),
                                .cause = 0,
                                .wait_ms = request_wait_ms,
                                .reason = "typed at a terminal",
                                .content = TRY(encode_whole(MutableBytes{room}, commit))},
                session.held));
    TRY(accept(*session.out, decided));
    return Sequence{decided.sequence};
}

void put_decision(TextSink& out, engine::Decided const& decided) noexcept {
    out.text(EnumNames<engine::Verdict>::names[static_cast<std::size_t>(decided.verdict)]);
    out.text(": ");
    put_lines(out, decided.explanation);
    out.text(decided.explanation.ends_with('\n') ? "" : "\n");
}

Result<void> check_allowed(engine::Decided const& decided) noexcept {
    switch (decided.verdict) {
    case engine::Verdict::allow:
        return {};
    case engine::Verdict::not_permitted:
        break;
    case engine::Verdict::needs_approval:
        return fail(Code::awaits_approval, decided.request);
    case engine::Verdict::forbidden:
        return fail(Code::forbidden);
    case engine::Verdict::error:
        return fail(Code::evaluation_error);
    }
    return fail(Code::not_permitted);
}

Result<void> accept(TextSink& out, engine::Decided const& decided) noexcept {
    if (decided.verdict != engine::Verdict::allow) {
        put_decision(out, decided);
    }
    return check_allowed(decided);
}

Result<void> put_outcome(Session& session, Sequence commit) noexcept {
    TextSink& out = *session.out;
    auto const status = outcome_of(session, commit);
    if (!status) {
        out.text("it is still owed: action owed\n");
        return std::unexpected{status.error()};
    }
    bool const is_done = *status == action::OutcomeStatus::done;
    out.text(is_done ? "done\n" : "init refused: see service list, and what is granted: caps\n");
    return is_done ? Result<void>{} : fail(Code::no_such_row, commit.value);
}

} // namespace axiom::terminal
