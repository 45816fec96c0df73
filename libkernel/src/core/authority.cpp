// Append, then apply; see kernel/core/authority.hpp.

#include <kernel/core/authority.hpp>

#include <axiom/base/mutant.hpp>

#include <kernel/event/preconditions.hpp>

namespace axiom::kernel {

Answer<Sequence> Authority::start(Start const& start) noexcept {
    TRY(precondition(state(), start));
    return append({.account = recovery_account}, event_of(Kind::start, {}, start));
}

// The recovery account's, whoever drains: what is sealed is everybody's.
Answer<Sequence> Authority::seal(Asker const& asker, SyslogPosition const& call,
                                 Seal const& seal) noexcept {
    TRY(precondition(state(), seal));
    ProcessRow const& process = state().processes().row(asker.process.index);
    return append({.principal = process.principal,
                   .process = ProcessId{asker.process.generation},
                   .account = recovery_account,
                   .syslog = call},
                  event_of(Kind::seal, {}, seal, Urgency::giving_up));
}

// Whose call it is comes from the state, by the process that trapped.
Answer<Sequence> Authority::take(Asker const& asker, SyslogPosition const& call,
                                 Event const& event) noexcept {
    ProcessRow const& process = state().processes().row(asker.process.index);
    return append({.principal = process.principal,
                   .process = ProcessId{asker.process.generation},
                   .capability = CapabilityId{event.exercised.generation},
                   .account = AccountId{process.head.payer.generation},
                   .syslog = call},
                  event);
}

Answer<Sequence> Authority::append(Caller const& caller, Event const& event) noexcept {
    auto const appended = log_->append({.domain = DomainNumber::kernel,
                                        .kind = static_cast<std::uint16_t>(event.kind),
                                        .urgency = event.urgency,
                                        .caller = caller,
                                        .body = event.bytes()});
    if (!appended) {
        return refuse(Check::log, no_argument, static_cast<std::uint64_t>(appended.error().code));
    }
    if (!AXIOM_MUTANT(entry_not_applied)) {
        auto const applied = domain_->apply(*appended->entry);
        AXIOM_ASSERT(applied.has_value()); // decide asked for just what the reducer rests on
    }
    return appended->sequence;
}

} // namespace axiom::kernel
