// Append, then apply; see kernel/core/authority.hpp.

#include <kernel/core/authority.hpp>

#include <axiom/base/mutant.hpp>

#include <kernel/event/preconditions.hpp>

namespace axiom::kernel {

Answer<Sequence> Authority::start(Start const& start) noexcept {
    TRY(precondition(state(), start));
    auto const started = append({.account = recovery_account}, event_of({}, start));
    if (started && meter_ != nullptr) {
        meter_->open({0, state().accounts().generation(0)}, start.limit.log_bytes, state().now());
    }
    return started;
}

namespace {

bool is_recovery(RowHandle account) noexcept {
    return AccountId{account.generation} == recovery_account;
}

// What its children have of it is not its own.
std::uint64_t own_rate(AccountRow const& row) noexcept {
    return row.limit.log_bytes - row.used.log_bytes;
}

} // namespace

Answer<void> Authority::affords(RowHandle account, std::uint64_t bytes) noexcept {
    if (meter_ == nullptr || is_recovery(account)) {
        return {};
    }
    AccountRow const& row = state().accounts().row(account.index);
    return meter_->affords(account, own_rate(row), state().now(), bytes)
               ? Answer<void>{}
               : refuse(Check::quota, no_argument, static_cast<std::uint64_t>(Resource::log_bytes));
}

void Authority::charge(RowHandle account, std::uint64_t bytes) noexcept {
    if (meter_ != nullptr && state().accounts().is_live(account)) {
        meter_->charge(account, bytes);
    }
}

// A new account has what its parent had saved; those of the recovery account begin with all that
// they may save.
void Authority::open_bucket() noexcept {
    RowHandle const account = state().newest().row;
    AccountRow const& row = state().accounts().row(account.index);
    if (is_recovery(row.head.payer)) {
        meter_->open(account, row.limit.log_bytes, state().now());
    } else {
        meter_->open_from(row.head.payer, account, row.limit.log_bytes, state().now());
    }
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
                  event_of({}, seal, Urgency::giving_up));
}

// Whose call it is comes from the state, by the process that trapped.
Answer<Sequence> Authority::take(Asker const& asker, SyslogPosition const& call,
                                 Event const& event) noexcept {
    ProcessRow const& process = state().processes().row(asker.process.index);
    RowHandle const payer = process.head.payer;
    std::uint64_t const cost = meter_ != nullptr ? log_cost_of(event) : 0;
    if (event.urgency == Urgency::normal) {
        TRY(affords(payer, cost));
    }
    auto const entry = TRY(append({.principal = process.principal,
                                   .process = ProcessId{asker.process.generation},
                                   .capability = CapabilityId{event.exercised.generation},
                                   .account = AccountId{payer.generation},
                                   .syslog = call},
                                  event));
    charge(payer, cost);
    if (event.kind == Kind::account && meter_ != nullptr) {
        open_bucket();
    }
    return entry;
}

Answer<Sequence> Authority::append(Caller const& caller, Event const& event) noexcept {
    auto const appended = log_->append({.domain = DomainNumber::kernel,
                                        .kind = static_cast<std::uint16_t>(event.kind),
                                        .urgency = event.urgency,
                                        .caller = caller,
                                        .body = event.bytes()});
    if (!appended) {
        return refused_by_log(appended.error().code);
    }
    if (!AXIOM_MUTANT(entry_not_applied)) {
        auto const applied = domain_->apply(*appended->entry);
        AXIOM_ASSERT(applied.has_value()); // decide asked for just what the reducer rests on
    }
    return appended->sequence;
}

} // namespace axiom::kernel
