// log_propose: an entry that somebody outside the kernel decided on; see kernel/core/kernel.hpp.
//
// A token names a client that waits for its reply: principal, process and call are that one's, from
// the kernel's own memory, whatever the engine says. The capability must lie in that client's
// space. A denial changes nothing and is recorded among the client's refusals. If it takes longer
// to decide, who asked is kept, and the client need not wait (saved_callers.hpp).
//
// Kinds that need no decision are proposed without a token, by whoever holds the log with the right
// for that; those by which the log itself, its boots and the kernel's own changes come about by
// nobody.

#include <kernel/core/kernel.hpp>

#include <cstring>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/log/self_authorising.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint8_t token_argument = 1;
constexpr std::uint8_t verdict_argument = 2;

KindId kind_asked(ProposalHead const& head) noexcept {
    return {DomainNumber{head.domain}, head.kind};
}

// Made where the log is opened, attached or migrated, and by the kernel; never by a proposal.
bool is_mechanism(KindId kind) noexcept {
    if (kind.domain == DomainNumber::kernel) {
        return !AXIOM_MUTANT(kernel_kind_proposed);
    }
    for (LogKind const own :
         {LogKind::genesis, LogKind::boot, LogKind::attach, LogKind::fork, LogKind::migrate}) {
        if (kind == detail::log_kind(own)) {
            return true;
        }
    }
    return false;
}

} // namespace

// log, token or 0, verdict; the proposal lies in the buffer, and is read once
Outcome Kernel::on_log_propose(Turn& turn, CallFrame const& frame) noexcept {
    std::uint64_t const token = frame.arguments[1];
    std::uint64_t const verdict = frame.arguments[2];
    if (!take_authority(turn)) {
        return waits;
    }
    auto const held =
        TRY(look_up(turn, frame, {0, ObjectType::log, token == 0 ? right::execute : right::write}));
    if (verdict > static_cast<std::uint64_t>(Verdict::keep) ||
        (verdict != static_cast<std::uint64_t>(Verdict::commit) && token == 0)) {
        return refuse(Check::argument, verdict_argument);
    }
    Bytes const buffer{turn.thread->buffer->bytes};
    ProposalHead head;
    std::memcpy(&head, buffer.data(), sizeof(head));
    if (head.body_bytes > proposal_body_max || head.unused != 0) {
        return refuse(Check::argument, no_argument, proposal_body_max);
    }
    copy_bytes(log_side_.proposal, buffer.subspan(sizeof(head), head.body_bytes));
    if (token == 0) {
        return propose_itself(turn, head, held.capability);
    }
    return SavedCallers::is_one(token) ? propose_for_saved(turn, token, head, verdict)
                                       : propose_for_caller(turn, token, head, verdict);
}

// The client waits, and cannot be ended before this turn is over.
Outcome Kernel::propose_for_caller(Turn& turn, std::uint64_t token, ProposalHead const& head,
                                   std::uint64_t verdict) noexcept {
    auto const held = ipc_.hold_caller(turn, token);
    Outcome outcome = refuse(Check::token, token_argument);
    if (held) {
        Thread const& client = *held->thread;
        if (!client.by_fault) { // a fault asks for nothing
            auto const exercised = exercised_by(turn, client, head);
            outcome = exercised ? propose_for(turn,
                                              {.process = client.process,
                                               .exercised = *exercised,
                                               .actor = client.actor,
                                               .call = recorder_.position(client)},
                                              head, verdict)
                                : std::unexpected{exercised.error()};
        }
        Ipc::let_wait(*held);
    }
    return outcome;
}

// One that is refused may be tried again, unless what it would exercise has gone.
Outcome Kernel::propose_for_saved(Turn& turn, std::uint64_t token, ProposalHead const& head,
                                  std::uint64_t verdict) noexcept {
    SavedCallers& saved = log_side_.saved;
    Asked const* const asked = saved.find(turn.thread->process, token);
    if (asked == nullptr) {
        return refuse(Check::token, token_argument);
    }
    if (verdict == static_cast<std::uint64_t>(Verdict::keep)) {
        return refuse(Check::argument, verdict_argument);
    }
    if (head.slot != ProposalHead::no_slot) { // what it exercises was said when it was kept
        return refuse(Check::argument, no_argument);
    }
    bool const gone = !state().slots().still(asked->exercised) && !AXIOM_MUTANT(saved_outlives);
    Outcome const outcome =
        gone ? refuse(Check::capability, token_argument) : propose_for(turn, *asked, head, verdict);
    if (gone || outcome) {
        saved.forget(token);
    }
    return outcome;
}

// Of the client: what the proposal names of its space, or what it called through.
Answer<SlotView> Kernel::exercised_by(Turn const& turn, Thread const& client,
                                      ProposalHead const& head) const noexcept {
    if (head.slot != ProposalHead::no_slot) {
        RowHandle const holder =
            AXIOM_MUTANT(engine_s_own_slot) ? turn.thread->process : client.process;
        return look(state().slots(), holder, Slot{head.slot}, {token_argument, {}, {}});
    }
    return state().slots().still(client.through)
               ? Answer<SlotView>{client.through}
               : Answer<SlotView>{refuse(Check::capability, token_argument)};
}

Outcome Kernel::propose_for(Turn& turn, Asked const& client, ProposalHead const& head,
                            std::uint64_t verdict) noexcept {
    if (verdict == static_cast<std::uint64_t>(Verdict::keep)) {
        if (!log_->attached()) { // where its call stands is not known before
            return refused_by_log(Code::log_detached);
        }
        auto const token =
            log_side_.saved.save(turn.thread->process, client,
                                 [this](RowHandle process) { return state().is_alive(process); });
        return token ? Outcome{CallAnswer{.words = {*token}}}
                     : refuse(Check::table_full, token_argument, saved_of_an_account_max);
    }
    if (head.decided_at >= log_->next_sequence().value) {
        return refuse(Check::argument, no_argument, log_->next_sequence().value);
    }
    if (verdict == static_cast<std::uint64_t>(Verdict::deny)) {
        if (syslog_ != nullptr) {
            syslog_->refusals(turn.cpu.value)
                .deny(client.actor, head.rule, Sequence{head.decided_at}, head.digest);
        }
        return CallAnswer{};
    }
    if (is_self_authorising(kind_asked(head))) {
        return refused_by_log(Code::not_gated);
    }
    ProcessRow const& process = state().processes().row(client.process.index);
    Proposal const proposal{
        .caller = {.principal = process.principal,
                   .process = ProcessId{client.process.generation},
                   .capability = CapabilityId{client.exercised.capability.generation},
                   .account = {},
                   .syslog = client.call},
        .body = {}};
    return append_proposal(proposal, head, process.head.payer);
}

Outcome Kernel::propose_itself(Turn& turn, ProposalHead const& head, RowHandle exercised) noexcept {
    KindId const kind = kind_asked(head);
    if (is_mechanism(kind) || !is_self_authorising(kind)) {
        return refused_by_log(Code::not_gated);
    }
    std::optional<Tick> tick;
    if (kind == detail::log_kind(LogKind::tick)) {
        auto const given = decode_whole<Tick>(Bytes{log_side_.proposal}.first(head.body_bytes));
        LogTime const now =
            log_side_.parts.state != nullptr ? log_side_.parts.state->now() : state().now();
        if (!given || given->now < now || given->now.value > log_time_max_ms) {
            return refuse(Check::argument, no_argument, now.value);
        }
        tick = *given;
    }
    ProcessRow const& process = state().processes().row(turn.thread->process.index);
    bool const recovers = AccountId{process.head.payer.generation} == recovery_account;
    Proposal const proposal{.urgency = recovers ? Urgency::giving_up : Urgency::normal,
                            .caller = {.principal = process.principal,
                                       .process = ProcessId{turn.thread->process.generation},
                                       .capability = CapabilityId{exercised.generation},
                                       .account = recovers ? recovery_account : AccountId{},
                                       .syslog = recorder_.position(*turn.thread)},
                            .body = {}};
    auto const outcome = append_proposal(proposal, head, process.head.payer);
    if (outcome && tick && (*outcome)->words[1] == 0) {
        authority_.tick(tick->now); // what has run out ends with this turn
    }
    return outcome;
}

// `payer` pays for its bytes.
Outcome Kernel::append_proposal(Proposal proposal, ProposalHead const& head,
                                RowHandle payer) noexcept {
    std::uint64_t const cost = entry_bytes(head.body_bytes) + padded_bytes(head.attachment_bytes);
    TRY(authority_.affords(payer, cost));
    proposal.domain = DomainNumber{head.domain};
    proposal.kind = head.kind;
    proposal.time = WallTime{head.time};
    proposal.causes = {Sequence{head.causes[0]}, Sequence{head.causes[1]}};
    proposal.decided_at = Sequence{head.decided_at};
    proposal.producer = ProducerId{head.producer};
    proposal.producer_number = ProducerNumber{head.producer_number};
    proposal.body = Bytes{log_side_.proposal}.first(head.body_bytes);
    proposal.attachment = {.bytes = head.attachment_bytes, .commitment = head.digest};
    auto const appended = log_->propose(EngineCapability::after_the_policy(), proposal);
    if (!appended) {
        return refused_by_log(appended.error().code);
    }
    if (appended->entry) {
        authority_.charge(payer, cost);
    }
    return CallAnswer{.words = {appended->sequence.value, appended->entry ? 0U : 1U}};
}

} // namespace axiom::kernel
