#include <terminal/core/proposal.hpp>

namespace axiom::terminal {

Result<Sequence> propose_action(Session& session, action::Commit const& commit) noexcept {
    std::array<std::byte, engine::content_bytes_max> room{};
    auto const decided =
        TRY(ask(*session.link, policy_engine,
                engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                                .kind = static_cast<std::uint16_t>(action::Kind::commit),
                                .cause = 0,
                                .reason = "typed at a terminal",
                                .content = TRY(encode_whole(MutableBytes{room}, commit))},
                session.held));
    if (decided.verdict != engine::Verdict::allow) {
        put_decision(*session.out, decided);
    }
    TRY(check_allowed(decided));
    return Sequence{decided.sequence};
}

// Its lines are the evaluator's, which has escaped what others wrote.
void put_decision(TextSink& out, engine::Decided const& decided) noexcept {
    out.text(EnumNames<engine::Verdict>::names[static_cast<std::size_t>(decided.verdict)]);
    out.text(": ");
    out.text(decided.explanation);
    out.text(decided.explanation.ends_with('\n') ? "" : "\n");
}

Result<void> check_allowed(engine::Decided const& decided) noexcept {
    switch (decided.verdict) {
    case engine::Verdict::allow:
        return {};
    case engine::Verdict::not_permitted:
        break;
    case engine::Verdict::forbidden:
        return fail(Code::forbidden);
    case engine::Verdict::error:
        return fail(Code::evaluation_error);
    }
    return fail(Code::not_permitted);
}

} // namespace axiom::terminal
