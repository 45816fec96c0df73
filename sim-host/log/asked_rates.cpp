// Counting for a policy that was not there; see sim-host/log/asked_rates.hpp.

#include <sim-host/log/asked_rates.hpp>

namespace axiom::host {

std::uint64_t AskedRates::used(policy::CounterKey key, LogTime now) const noexcept {
    auto const row = rows_.find({key.counter, key.window_ms});
    return row == rows_.end() ? 0 : policy::used_at(row->second, now);
}

void AskedRates::count(policy::Decision const& decision, LogTime now) {
    policy::Condition const* const rate = policy::find(decision, policy::ConditionKind::rate);
    if (rate != nullptr) {
        policy::RateRow& row = rows_[{rate->subject, rate->window_ms}];
        // Refused only when the rate is used up, and then nothing was let in.
        static_cast<void>(policy::step(std::span{&row, 1}, *rate, now));
    }
}

} // namespace axiom::host
