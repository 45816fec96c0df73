#include <services/policy/engine.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/utf8.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/policy/approval.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/print.hpp>
#include <services/policy/answering.hpp>
#include <services/policy/facts.hpp>
#include <services/policy/policy_edit.hpp>
#include <services/time/api.hpp>

namespace axiom::engine {

namespace {

constexpr kernel::Nanoseconds pause{100'000'000}; // before axiomd is asked again
constexpr std::uint32_t follow_ms = 1000;
constexpr std::size_t text_bytes = std::size_t{256} << 10U;

static_assert(static_cast<int>(Verdict::allow) == static_cast<int>(policy::Verdict::allow) &&
              static_cast<int>(Verdict::not_permitted) ==
                  static_cast<int>(policy::Verdict::not_permitted) &&
              static_cast<int>(Verdict::forbidden) ==
                  static_cast<int>(policy::Verdict::forbidden) &&
              static_cast<int>(Verdict::error) == static_cast<int>(policy::Verdict::error));

bool begins_a_trial(Wanted const& wanted) noexcept {
    return wanted.domain == DomainNumber::policy &&
           wanted.kind == static_cast<std::uint16_t>(policy::Kind::install);
}

} // namespace

std::size_t Engine::bytes_for() noexcept {
    return axiomd::Replica::bytes_for(default_capacities) + Recent::bytes_for() +
           Requests::bytes_for() + Arena::bytes_for<policy::PolicyTable>(1) +
           Arena::bytes_for<policy::PolicyDraft>(1) + Arena::bytes_for<std::byte>(text_bytes) +
           Arena::bytes_for<std::byte>(policy::policy_bytes_max);
}

Engine::Engine(Loop& loop, Arena& arena, HashEngine const& hashes, EngineSlots slots) noexcept
    : loop_{&loop}, hashes_{&hashes}, slots_{slots},
      replica_{loop, hashes, arena, slots.axiomd, default_capacities}, recent_{arena},
      requests_{arena}, spare_{arena.make<policy::PolicyTable>(1).data()},
      draft_{arena.make<policy::PolicyDraft>(1).data()}, text_{arena.make<std::byte>(text_bytes)},
      canonical_{arena.make<std::byte>(policy::policy_bytes_max)} {}

Detached Engine::follow() noexcept {
    for (;;) {
        if (wall_at_zero_ == 0) {
            static_cast<void>(co_await learn_time());
        }
        auto const advanced = co_await replica_.advance(false, follow_ms);
        if (!advanced) {
            co_await loop_->after(pause); // axiomd may be begun again
        }
        pass_requests();
        loop_->wake(changed_); // who waits looks at the clock, too
    }
}

Task<Nothing> Engine::learn_time() noexcept {
    MessageBytes held;
    CO_TRY(axiomd::Clock const clock,
           ask(*loop_, slots_.axiomd, axiomd::AskClock{}, patience, held));
    wall_at_zero_ = clock.wall_ns - loop_->now().value;
    co_return Nothing{};
}

std::uint64_t Engine::deadline_from_now() const noexcept {
    return loop_->now().value + patience.value;
}

bool Engine::is_current() noexcept {
    return replica_.domains() != nullptr && replica_.domains()->shadows().next() > last_;
}

Task<Nothing> Engine::pass_time() noexcept {
    std::uint64_t const deadline = deadline_from_now();
    MessageBytes held;
    CO_TRY(time::Times const times, ask(*loop_, slots_.time, time::PassTime{}, patience, held));
    while (replica_.domains() == nullptr || replica_.domains()->log().now().value < times.log_ms) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered);
        }
        co_await loop_->turn(changed_);
    }
    co_return Nothing{};
}

Task<Nothing> Engine::until_current(std::uint64_t deadline) noexcept {
    for (;;) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered);
        }
        if (is_current()) {
            co_return Nothing{};
        }
        co_await loop_->turn(changed_);
    }
}

void Engine::decide(Asked const& asked, Found& found) noexcept {
    axiomd::ShadowSet& domains = *replica_.domains();
    std::array const causes{Sequence{asked.causes[0]}, Sequence{asked.causes[1]}};
    std::size_t const caused = asked.causes[0] == 0 ? 0 : asked.causes[1] == 0 ? 1 : 2;
    policy::Request const request{.principal = PrincipalId{asked.principal},
                                  .approver = PrincipalId{asked.approver},
                                  .domain = asked.wanted.domain,
                                  .kind = asked.wanted.kind,
                                  .action = asked.wanted.action,
                                  .object = asked.wanted.object,
                                  .capability = {},
                                  .causes = std::span{causes}.first(caused),
                                  .rights = 0};
    policy::PolicyTable const& table = domains.policy().active();
    EngineFacts const facts{domains};
    std::array<policy::TraceStep, 64> steps{};
    policy::Trace trace{steps};
    policy::Answer const of_rules = policy::evaluate(table, request, facts, *hashes_, &trace);
    bool const acts = domains.identity().acts(request.principal);
    found.answer = acts ? of_rules : policy::does_not_act(request.principal);
    found.decided_at = domains.shadows().next().value - 1;
    found.explanation = {};
    policy::explain(found.explanation, table, request, found.answer, trace);
    if (!acts) {
        found.explanation.text("if it did: ");
        policy::explain(found.explanation, table, request, of_rules, trace);
    }
    found.verdict = policy::awaits_approval(found.answer.decision)
                        ? Verdict::needs_approval
                        : static_cast<Verdict>(found.answer.verdict);
}

kernel::ProposalHead Engine::head_for(Asked const& asked, Found const& found) noexcept {
    return {.domain = static_cast<std::uint16_t>(asked.wanted.domain),
            .kind = asked.wanted.kind,
            .rule = found.answer.rule,
            .decided_at = found.decided_at,
            .causes = {asked.causes[0], asked.causes[1]},
            .time = wall_at_zero_ == 0 ? 0 : wall_at_zero_ + loop_->now().value};
}

Kept& Engine::keep(Asked const& asked, Found const& found, std::string_view reason) noexcept {
    Kept& kept = recent_.add();
    kept.decided.verdict = found.verdict;
    kept.decided.log_id = replica_.log_id();
    kept.decided.watermark = replica_.watermark().value;
    kept.decided.rule = found.answer.rule;
    kept.decided.decided_at = found.decided_at;
    kept.principal = asked.principal;
    kept.domain = static_cast<std::uint16_t>(asked.wanted.domain);
    kept.kind = asked.wanted.kind;
    kept.action = HeldText<name_bytes_max>{asked.wanted.action};
    kept.object = HeldText<object_bytes_max>{asked.wanted.object};
    kept.reason = HeldText<reason_bytes_max>{reason};
    kept.explanation = found.explanation;
    return kept;
}

// The kernel's record names who asked, from its own memory. That it could not be made changes
// nothing for whoever was denied.
void Engine::deny(std::uint64_t token, Asked const& asked, Found const& found) noexcept {
    kernel::ProposalHead head = head_for(asked, found);
    head.digest = hash_bytes(*hashes_, context::content, asked.wanted.content);
    static_cast<void>(
        loop_->kernel().log_propose(slots_.log, token, kernel::Verdict::deny, head, {}));
}

kernel::Answer<kernel::Proposed> Engine::commit(std::uint64_t token, Asked const& asked,
                                                Found const& found) noexcept {
    std::array<std::byte, kernel::proposal_body_max> room{};
    auto const body = put_body(MutableBytes{room}, found.answer.decision, asked.wanted.content);
    if (!body) {
        return kernel::refuse(kernel::Check::log, kernel::no_argument,
                              static_cast<std::uint64_t>(body.error().code));
    }
    return loop_->kernel().log_propose(slots_.log, token, kernel::Verdict::commit,
                                       head_for(asked, found), *body);
}

Task<Decided> Engine::on(Request const& request, Propose const& asks) noexcept {
    auto const wanted = read_wanted(DomainNumber{asks.domain}, asks.kind, asks.content);
    if (!wanted) {
        co_return std::unexpected{wanted.error()};
    }
    Asked const asked{.principal = principal_of(request),
                      .wanted = *wanted,
                      .causes = {asks.cause, 0},
                      .approver = 0};
    std::uint64_t const deadline = deadline_from_now();
    bool has_passed = false;
    Found found;
    for (;;) {
        CO_DO(until_current(deadline));
        decide(asked, found);
        bool const lasts = found.verdict == Verdict::needs_approval
                               ? asks.wait_ms != 0
                               : found.verdict == Verdict::allow && begins_a_trial(*wanted);
        if (lasts && !has_passed) {
            has_passed = true;
            CO_DO(pass_time());
            continue;
        }
        if (found.verdict == Verdict::needs_approval) {
            co_return hold(request, asked, found, asks);
        }
        bool const is_passed =
            AXIOM_MUTANT(forbidden_is_committed) && found.verdict == Verdict::forbidden;
        if (found.verdict != Verdict::allow && !is_passed) {
            deny(request.token, asked, found);
            co_return keep(asked, found, asks.reason).answer();
        }
        auto const taken = check_wanted(*replica_.domains(), *hashes_, *spare_, *wanted);
        if (!taken) {
            co_return std::unexpected{taken.error()};
        }
        auto const proposed = commit(request.token, asked, found);
        if (!proposed && !is_stale(proposed.error())) {
            co_return refused(proposed.error());
        }
        if (proposed) {
            last_ = proposed->entry;
            break;
        }
        co_await loop_->turn(changed_);
    }
    std::uint64_t const sequence = last_.value;
    CO_DO(until_durable(sequence, deadline));
    Kept& kept = keep(asked, found, asks.reason);
    kept.decided.sequence = sequence;
    co_return kept.answer();
}

Task<Nothing> Engine::until_durable(std::uint64_t sequence, std::uint64_t deadline) noexcept {
    while (replica_.watermark().value <= sequence) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered, sequence);
        }
        co_await loop_->turn(changed_);
    }
    co_return Nothing{};
}

Result<Explained> Engine::on(Request const& /*request*/, Explain const& asks) noexcept {
    Kept const* const kept = recent_.find(asks);
    if (kept == nullptr) {
        return fail(Code::no_such_row, asks.sequence);
    }
    return Explained{.decided = kept->answer(),
                     .principal = kept->principal,
                     .domain = kept->domain,
                     .kind = kept->kind,
                     .action = kept->action.view(),
                     .object = kept->object.view(),
                     .reason = kept->reason.view()};
}

Task<Decided> Engine::on(Request const& request, Test const& asks) noexcept {
    CO_DO(until_current(deadline_from_now()));
    Asked const asked{.principal = asks.principal == 0 ? principal_of(request) : asks.principal,
                      .wanted = {.domain = DomainNumber{asks.domain},
                                 .kind = asks.kind,
                                 .action = asks.action,
                                 .object = asks.object,
                                 .content = {}},
                      .causes = {},
                      .approver = 0};
    Found found;
    decide(asked, found);
    tested_ = {}; // told from where it stays until the answer is encoded
    tested_.decided = {.verdict = found.verdict,
                       .log_id = replica_.log_id(),
                       .watermark = replica_.watermark().value,
                       .rule = found.answer.rule,
                       .decided_at = found.decided_at};
    tested_.explanation = found.explanation;
    co_return tested_.answer();
}

Task<PolicyPiece> Engine::on(Request const& /*request*/, ShowPolicy const& asks) noexcept {
    CO_DO(until_current(deadline_from_now()));
    policy::PolicyDomain const& domain = replica_.domains()->policy();
    SpanSink sink{text_};
    policy::print_policy(sink, domain.active());
    if (asks.offset > sink.view().size()) {
        co_return fail(Code::out_of_range, asks.offset, sink.view().size());
    }
    std::string_view const rest = sink.view().substr(asks.offset);
    co_return PolicyPiece{.version = domain.standing().active,
                          .on_trial = domain.standing().on_trial,
                          .deadline = domain.standing().deadline.value,
                          .total_bytes = static_cast<std::uint32_t>(sink.view().size()),
                          .piece = whole_letters(rest, policy_piece_bytes_max)};
}

// A proposal like any other, of what the text comes to on the policy that is in force now.
Task<Decided> Engine::on(Request const& request, ChangePolicy const& asks) noexcept {
    CO_DO(until_current(deadline_from_now()));
    auto const canonical =
        edited_policy(replica_.domains()->policy().active(), asks, text_, *draft_, canonical_);
    if (!canonical) {
        co_return std::unexpected{canonical.error()};
    }
    std::array<std::byte, content_bytes_max> room;
    auto const content = encode_whole(
        MutableBytes{room}, policy::Install{.trial_ms = asks.trial_ms, .canonical = *canonical});
    if (!content) {
        co_return fail(Code::policy_too_large, canonical->size(), content_bytes_max);
    }
    Propose const install{.domain = static_cast<std::uint16_t>(DomainNumber::policy),
                          .kind = static_cast<std::uint16_t>(policy::Kind::install),
                          .cause = 0,
                          .wait_ms = asks.wait_ms,
                          .reason = asks.reason,
                          .content = *content};
    auto const decided = co_await on(request, install);
    co_return decided;
}

Task<Decided> Engine::on(Request const& request, ConfirmPolicy const& asks) noexcept {
    CO_DO(until_current(deadline_from_now()));
    policy::PolicyRow const& standing = replica_.domains()->policy().standing();
    if (!standing.on_trial) {
        co_return fail(Code::no_such_row);
    }
    std::array<std::byte, 64> room;
    auto const content =
        encode_whole(MutableBytes{room}, policy::Confirm{.version = standing.active});
    if (!content) {
        co_return std::unexpected{content.error()};
    }
    Propose const confirm{.domain = static_cast<std::uint16_t>(DomainNumber::policy),
                          .kind = static_cast<std::uint16_t>(policy::Kind::confirm),
                          .cause = 0,
                          .wait_ms = asks.wait_ms,
                          .reason = asks.reason,
                          .content = *content};
    auto const decided = co_await on(request, confirm);
    co_return decided;
}

} // namespace axiom::engine
