// Approvals: what needs one waits, and whoever the policy takes as its approver settles it.
//
//     1. the policy allows it, once another of some group has approved: it is held, and the kernel
//        keeps who asked
//     2. somebody approves. The policy is asked twice: whether the rule that allows what is wanted
//        takes this one as its approver, and whether this one may act so
//     3. the approval is an entry, in the name of whoever approves
//     4. the policy is asked again about what is wanted, with its approver, on the state behind
//        that entry; the wanted entry is caused by the approval, and names the approver
//
// Between 3 and 4 the engine may end. Then the approval stands in the log and nothing came of it;
// whoever asked asks again. No code here knows who may approve.

#include <services/policy/engine.hpp>

#include <algorithm>

#include <axiom/action/action_kinds.hpp>
#include <axiom/policy/render.hpp>
#include <services/policy/answering.hpp>

namespace axiom::engine {

namespace {

constexpr std::size_t commit_bytes_max = 512;

// `grant calculator to console (request 812)`; of other domains `policy.install (request 813)`.
class ApprovalObject {
  public:
    explicit ApprovalObject(HeldRequest const& held) noexcept {
        put(held.domain == static_cast<std::uint16_t>(DomainNumber::policy)     ? "policy."
            : held.domain == static_cast<std::uint16_t>(DomainNumber::identity) ? "identity."
                                                                                : "");
        put(held.row.action.view());
        if (!held.row.object.view().empty()) {
            put(" ");
            put(held.row.object.view());
        }
        HeldSink<number_bytes_max> number;
        number.text(" (request ");
        policy::put_number(number, held.row.number);
        number.text(")");
        whole_.text(said_.view());
        whole_.text(number.view());
    }
    [[nodiscard]] std::string_view view() const noexcept { return whole_.view(); }

  private:
    static constexpr std::size_t number_bytes_max = 31;

    void put(std::string_view text) noexcept { said_.text(text); }

    HeldSink<object_bytes_max - number_bytes_max> said_;
    HeldSink<object_bytes_max> whole_;
};

std::string_view first_line(std::string_view text) noexcept {
    return text.substr(0, std::min(text.find('\n'), text.size()));
}

HeldText<reason_bytes_max> cut(std::string_view text) noexcept {
    HeldSink<reason_bytes_max> sink;
    sink.text(text);
    return HeldText<reason_bytes_max>{sink.view()};
}

std::string_view name_of_group(policy::PolicyTable const& table, std::uint64_t name_id) noexcept {
    for (policy::GroupRow const& each : table.groups()) {
        if (each.name_id == name_id) {
            return table.text(each.name);
        }
    }
    return {};
}

} // namespace

// Allowed by the policy, once somebody else approves.
Result<Decided> Engine::hold(Request const& request, Asked const& asked, Found& found,
                             Propose const& asks) noexcept {
    if (asks.wait_ms == 0) {
        found.verdict = Verdict::not_permitted;
        found.explanation.text("somebody else must approve it, and whoever asks does not wait\n");
        deny(request.token, asked, found);
        return keep(asked, found, asks.reason).answer();
    }
    TRY(check_wanted(*replica_.domains(), *hashes_, *spare_, asked.wanted));
    pass_requests();
    HeldRequest const* held = requests_.find_same(asked.principal, asked.wanted);
    if (held == nullptr) {
        if (!requests_.has_room(asked.principal)) {
            return fail(Code::table_full, Requests::of_a_principal_max);
        }
        auto const token = loop_->kernel().log_keep(slots_.log, request.token, {});
        if (!token) {
            return token.error().check == kernel::Check::table_full ? fail(Code::table_full)
                                                                    : refused(token.error());
        }
        policy::PolicyDomain const& rules = replica_.domains()->policy();
        policy::Condition const* const approval =
            policy::find(found.answer.decision, policy::ConditionKind::second_approver);
        held = &requests_.add({.principal = asked.principal,
                               .wanted = asked.wanted,
                               .cause = asks.cause,
                               .reason = asks.reason,
                               .group = name_of_group(rules.active(), approval->subject),
                               .rule = found.answer.rule,
                               .policy = rules.standing().active,
                               .decided_at = found.decided_at,
                               .now_ms = replica_.domains()->log().now().value,
                               .wait_ms = asks.wait_ms},
                              *token);
    }
    found.explanation.text("it waits for that as request ");
    policy::put_number(found.explanation, held->row.number);
    found.explanation.text("\n");
    Kept& kept = keep(asked, found, asks.reason);
    kept.decided.request = held->row.number;
    return kept.answer();
}

// The kernel keeps who asked until the entry is there, or a denial says that it will not be.
void Engine::give_back(HeldRequest& held) noexcept {
    if (held.token != 0) {
        Asked const asked = asked_of(held, 0);
        Found found;
        found.answer.rule = held.row.rule;
        found.decided_at = held.row.decision; // or 0: what was decided is not decided again
        deny(held.token, asked, found);
        held.token = 0;
    }
    loop_->wake(changed_);
}

void Engine::pass_requests() noexcept {
    if (replica_.domains() != nullptr) {
        requests_.pass(replica_.domains()->log().now().value,
                       replica_.domains()->policy().standing().active,
                       [this](HeldRequest& held) { give_back(held); });
    }
}

void Engine::lapse(HeldRequest& held, std::string_view words) noexcept {
    held.row.state = RequestState::lapsed;
    held.words = cut(words);
    give_back(held);
}

Engine::Asked Engine::asked_of(HeldRequest const& held, std::uint64_t approver) noexcept {
    Asked asked{.principal = held.row.principal,
                .wanted = held.wanted(),
                .causes = {held.cause, 0},
                .approver = approver};
    if (held.row.decision != 0) {
        asked.causes = {held.row.decision, held.cause};
    }
    return asked;
}

// A rule that needs no approval may allow it, too, once that which needs one has refused the
// approver; such an answer takes nobody as an approver.
bool Engine::takes_approver(HeldRequest const& held, std::uint64_t approver,
                            Found& found) noexcept {
    decide(asked_of(held, approver), found);
    policy::Condition const* const approval =
        policy::find(found.answer.decision, policy::ConditionKind::second_approver);
    if (found.verdict == Verdict::allow && approval != nullptr && approval->value == approver) {
        return true;
    }
    if (found.verdict == Verdict::allow) {
        found.verdict = Verdict::not_permitted;
        found.explanation = {};
    }
    found.explanation.text("principal ");
    policy::put_number(found.explanation, approver);
    found.explanation.text(approver == held.row.principal
                               ? " asked for this itself: another of group "
                               : " is not whom the policy takes as approver: one of group ");
    found.explanation.text(held.row.group.view());
    found.explanation.text(" must approve\n");
    return false;
}

Task<Decided> Engine::settle(Request const& request, Settling settling) noexcept {
    std::uint64_t const who = principal_of(request);
    std::uint64_t const deadline = deadline_from_now();
    std::string_view const action = settling.approves ? approve_action : refuse_action;
    Found found;
    HeldRequest* held = nullptr;
    for (;;) {
        CO_DO(until_current(deadline));
        pass_requests();
        held = settling.number == 0 ? nullptr : requests_.find(settling.number);
        if (held == nullptr || !held->waits()) {
            co_return fail(held == nullptr ? Code::no_such_row : Code::request_settled,
                           settling.number);
        }
        ApprovalObject const object{*held};
        std::array<std::byte, commit_bytes_max> room;
        auto const content =
            encode_whole(MutableBytes{room},
                         action::Commit{.action = action, .object = object.view(), .effects = {}});
        if (!content) {
            co_return std::unexpected{content.error()};
        }
        Asked const asked{.principal = who,
                          .wanted = {.domain = DomainNumber::actions,
                                     .kind = static_cast<std::uint16_t>(action::Kind::commit),
                                     .action = action,
                                     .object = object.view(),
                                     .content = *content},
                          .causes = {held->cause, 0},
                          .approver = 0};
        bool const takes_back = !settling.approves && who == held->row.principal;
        bool const is_approver = takes_back || takes_approver(*held, who, found);
        if (is_approver) {
            decide(asked, found);
        }
        if (found.verdict == Verdict::needs_approval) {
            found.verdict = Verdict::not_permitted;
            found.explanation.text("nobody is asked to approve an approval\n");
        }
        if (!is_approver || found.verdict != Verdict::allow) {
            deny(request.token, asked, found);
            co_return keep(asked, found, settling.reason).answer();
        }
        auto taken = check_wanted(*replica_.domains(), *hashes_, *spare_, asked.wanted);
        if (taken && settling.approves) {
            taken = check_wanted(*replica_.domains(), *hashes_, *spare_, held->wanted());
        }
        if (!taken) {
            co_return std::unexpected{taken.error()};
        }
        auto const proposed = commit(request.token, asked, found);
        if (!proposed && !is_stale(proposed.error())) {
            co_return refused(proposed.error());
        }
        if (proposed) {
            last_ = proposed->entry;
            Kept& kept = keep(asked, found, settling.reason);
            kept.decided.sequence = last_.value;
            kept.decided.request = held->row.number;
            break;
        }
        co_await loop_->turn(changed_);
    }
    held->row.settled_by = who;
    held->row.decision = last_.value;
    held->words = cut(settling.reason);
    std::uint64_t const sequence = held->row.decision;
    if (settling.approves) {
        held->taken = true; // nobody else settles it, and it does not run out any more
        CO_DO(fulfil(*held));
    } else {
        held->row.state = RequestState::refused;
        give_back(*held);
    }
    CO_DO(until_durable(sequence, deadline_from_now()));
    Kept const* const kept = recent_.find(Explain{.sequence = sequence, .number = 0});
    if (kept == nullptr) {
        co_return fail(Code::unanswered, sequence); // much was decided meanwhile
    }
    co_return kept->answer();
}

// The approval is an entry: what was wanted follows it, or lapses.
Task<Nothing> Engine::fulfil(HeldRequest& held) noexcept {
    std::uint64_t const deadline = deadline_from_now();
    Found found;
    for (;;) {
        auto const current = co_await until_current(deadline);
        if (!current) {
            lapse(held, "the log did not take it in time");
            co_return Nothing{};
        }
        if (!takes_approver(held, held.row.settled_by, found)) {
            lapse(held, first_line(found.explanation.view()));
            co_return Nothing{};
        }
        if (auto const taken = check_wanted(*replica_.domains(), *hashes_, *spare_, held.wanted());
            !taken) {
            lapse(held, text_of(taken.error().code).what);
            co_return Nothing{};
        }
        Asked const asked = asked_of(held, held.row.settled_by);
        auto const proposed = commit(held.token, asked, found);
        if (proposed) {
            last_ = proposed->entry;
            Kept& kept = keep(asked, found, held.row.reason.view());
            kept.decided.sequence = last_.value;
            kept.decided.request = held.row.number;
            break;
        }
        if (!is_stale(proposed.error())) {
            lapse(held, "whoever asked has ended, or holds no capability for it any more");
            co_return Nothing{};
        }
        co_await loop_->turn(changed_);
    }
    held.token = 0; // the kernel's, with the entry
    std::uint64_t const entry = last_.value;
    CO_DO(until_durable(entry, deadline_from_now()));
    held.row.entry = entry;
    held.row.state = RequestState::approved;
    held.taken = false;
    loop_->wake(changed_);
    co_return Nothing{};
}

Task<Decided> Engine::on(Request const& request, Approve const& asks) noexcept {
    return settle(request, {.number = asks.number, .reason = asks.reason, .approves = true});
}

Task<Decided> Engine::on(Request const& request, Refuse const& asks) noexcept {
    return settle(request, {.number = asks.number, .reason = asks.reason, .approves = false});
}

Result<RequestList> Engine::on(Request const& /*request*/, ListRequests const& asks) noexcept {
    pass_requests();
    return requests_.list(asks);
}

Task<RequestDetail> Engine::on(Request const& /*request*/, AskRequest const& asks) noexcept {
    std::uint64_t const wait_ms = std::min(asks.wait_ms, request_wait_ms_max);
    std::uint64_t const deadline = loop_->now().value + wait_ms * 1'000'000;
    pass_requests();
    HeldRequest const* held = requests_.find(asks.number);
    std::uint64_t const number = held == nullptr ? 0 : held->row.number;
    while (held != nullptr && held->row.state == RequestState::waits &&
           loop_->now().value < deadline) {
        co_await loop_->turn(changed_);
        held = requests_.find(number);
    }
    if (held == nullptr || number == 0) {
        co_return fail(Code::no_such_row, asks.number);
    }
    co_return RequestDetail{.row = held->row,
                            .domain = held->domain,
                            .kind = held->kind,
                            .words = held->words,
                            .content = held->content()};
}

} // namespace axiom::engine
