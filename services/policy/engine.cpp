#include <services/policy/engine.hpp>

#include <axiom/crypto/hash.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/print.hpp>
#include <services/policy/facts.hpp>

namespace axiom::engine {

namespace {

constexpr kernel::Nanoseconds patience{10'000'000'000};
constexpr kernel::Nanoseconds pause{100'000'000}; // before axiomd is asked again
constexpr std::uint32_t follow_ms = 1000;
constexpr std::size_t text_bytes = std::size_t{256} << 10U;

constexpr std::uint64_t creator = 1; // the first process, which alone calls without a badge

static_assert(static_cast<int>(Verdict::allow) == static_cast<int>(policy::Verdict::allow) &&
              static_cast<int>(Verdict::not_permitted) ==
                  static_cast<int>(policy::Verdict::not_permitted) &&
              static_cast<int>(Verdict::forbidden) ==
                  static_cast<int>(policy::Verdict::forbidden) &&
              static_cast<int>(Verdict::error) == static_cast<int>(policy::Verdict::error));

std::uint64_t principal_of(Request const& request) noexcept {
    return request.badge == 0 ? creator : request.badge;
}

bool is_stale(kernel::Refusal const& refusal) noexcept {
    return refusal.check == kernel::Check::log &&
           refusal.detail == static_cast<std::uint64_t>(Code::stale_decision);
}

// What the log refused, by its own name.
Failure refused(kernel::Refusal const& refusal) noexcept {
    return refusal.check == kernel::Check::log ? fail(static_cast<Code>(refusal.detail))
                                               : refused_by_kernel(refusal);
}

class SpanSink final : public TextSink {
  public:
    explicit SpanSink(MutableBytes to) noexcept : to_{to} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        std::size_t const room = std::min(piece.size(), to_.size() - size_);
        copy_bytes(to_.subspan(size_), bytes_of(piece.substr(0, room)));
        size_ += room;
    }
    [[nodiscard]] std::string_view view() const noexcept {
        return text_of(Bytes{to_}.first(size_));
    }

  private:
    MutableBytes to_;
    std::size_t size_{};
};

} // namespace

std::size_t Engine::bytes_for() noexcept {
    return axiomd::Replica::bytes_for(default_capacities) + Recent::bytes_for() +
           Arena::bytes_for<policy::PolicyTable>(1) + Arena::bytes_for<std::byte>(text_bytes);
}

Engine::Engine(Loop& loop, Arena& arena, HashEngine const& hashes, EngineSlots slots) noexcept
    : loop_{&loop}, hashes_{&hashes}, slots_{slots},
      replica_{loop, hashes, arena, slots.axiomd, default_capacities}, recent_{arena},
      spare_{arena.make<policy::PolicyTable>(1).data()}, text_{arena.make<std::byte>(text_bytes)} {}

Detached Engine::follow() noexcept {
    for (;;) {
        if (wall_at_zero_ == 0) {
            static_cast<void>(co_await learn_time());
        }
        auto const advanced = co_await replica_.advance(false, follow_ms);
        if (!advanced) {
            co_await loop_->after(pause); // axiomd may be begun again
        }
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

bool Engine::is_current() noexcept {
    return replica_.domains() != nullptr && replica_.domains()->shadows().next() > last_;
}

Task<Nothing> Engine::until_current() noexcept {
    std::uint64_t const deadline = loop_->now().value + patience.value;
    while (!is_current()) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered);
        }
        co_await loop_->turn(changed_);
    }
    co_return Nothing{};
}

void Engine::decide(Asked const& asked, Found& found) noexcept {
    axiomd::ShadowSet& domains = *replica_.domains();
    std::array const causes{Sequence{asked.cause}};
    policy::Request const request{.principal = PrincipalId{asked.principal},
                                  .approver = {},
                                  .domain = asked.wanted.domain,
                                  .kind = asked.wanted.kind,
                                  .action = asked.wanted.action,
                                  .object = asked.wanted.object,
                                  .capability = {},
                                  .causes = std::span{causes}.first(asked.cause == 0 ? 0 : 1),
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
    // Nobody can approve yet: what waits for that is not permitted.
    policy::Condition const* const approval =
        policy::find(found.answer.decision, policy::ConditionKind::second_approver);
    if (found.answer.verdict == policy::Verdict::allow && approval != nullptr &&
        approval->value == 0) {
        found.answer.verdict = policy::Verdict::not_permitted;
        found.explanation.text("somebody else must approve it, which this system does not ask\n");
    }
}

kernel::ProposalHead Engine::head_for(Asked const& asked, Found const& found) noexcept {
    return {.domain = static_cast<std::uint16_t>(asked.wanted.domain),
            .kind = asked.wanted.kind,
            .rule = found.answer.rule,
            .decided_at = found.decided_at,
            .causes = {asked.cause, 0},
            .time = wall_at_zero_ == 0 ? 0 : wall_at_zero_ + loop_->now().value};
}

Kept& Engine::keep(Asked const& asked, Found const& found, std::string_view reason) noexcept {
    Kept& kept = recent_.add();
    kept.decided.verdict = static_cast<Verdict>(found.answer.verdict);
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
    Asked const asked{.principal = principal_of(request), .wanted = *wanted, .cause = asks.cause};
    std::uint64_t const deadline = loop_->now().value + patience.value;
    Found found;
    for (;;) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered);
        }
        if (!is_current()) {
            co_await loop_->turn(changed_);
            continue;
        }
        decide(asked, found);
        if (found.answer.verdict != policy::Verdict::allow) {
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
    while (replica_.watermark().value <= sequence) {
        if (loop_->now().value >= deadline) {
            co_return fail(Code::unanswered, sequence);
        }
        co_await loop_->turn(changed_);
    }
    Kept& kept = keep(asked, found, asks.reason);
    kept.decided.sequence = sequence;
    co_return kept.answer();
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
    CO_DO(until_current());
    Asked const asked{.principal = asks.principal == 0 ? principal_of(request) : asks.principal,
                      .wanted = {.domain = DomainNumber{asks.domain},
                                 .kind = asks.kind,
                                 .action = asks.action,
                                 .object = asks.object,
                                 .content = {}},
                      .cause = 0};
    Found found;
    decide(asked, found);
    tested_ = {}; // told from where it stays until the answer is encoded
    tested_.decided = {.verdict = static_cast<Verdict>(found.answer.verdict),
                       .log_id = replica_.log_id(),
                       .watermark = replica_.watermark().value,
                       .rule = found.answer.rule,
                       .decided_at = found.decided_at};
    tested_.explanation = found.explanation;
    co_return tested_.answer();
}

Task<PolicyPiece> Engine::on(Request const& /*request*/, ShowPolicy const& asks) noexcept {
    CO_DO(until_current());
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
                          .piece = rest.substr(0, policy_piece_bytes_max)};
}

} // namespace axiom::engine
