// Counting for a policy that was not there; see sim-host/log/asked_rates.hpp.

#include <sim-host/log/asked_rates.hpp>

namespace axiom::host {

Result<std::uint64_t> AskedRates::used(policy::CounterKey key, LogTime now) const noexcept {
    auto const found = policy::rate_used(rows_, key, now);
    bool const has_room = rows_.size() < counters_max_;
    return !found && found.error().code == Code::table_full && has_room ? Result<std::uint64_t>{0}
                                                                        : found;
}

void AskedRates::count(policy::Decision const& decision, LogTime now) {
    policy::Condition const* const rate = policy::find(decision, policy::ConditionKind::rate);
    if (rate == nullptr) {
        return;
    }
    auto const counted = policy::step(rows_, *rate, now);
    if (!counted && counted.error().code == Code::table_full && rows_.size() < counters_max_) {
        rows_.emplace_back();
        // Refused only when the rate is used up, and then nothing was let in.
        static_cast<void>(policy::step(rows_, *rate, now));
    }
}

} // namespace axiom::host
