#pragma once
// AskedRates: the rate counters of a policy that a log's past is only asked about.
//
// Nobody counted for it then, so the policy domain has no rows of its rates: they are kept here,
// as far as the answers have come. Unlike the domain's table these grow with the counters in use.

#include <map>
#include <utility>

#include <axiom/policy/rate.hpp>

namespace axiom::host {

class AskedRates {
  public:
    /// How much of the counter's rate is used up at `now`.
    [[nodiscard]] std::uint64_t used(policy::CounterKey key, LogTime now) const noexcept;

    /// Counts one use for a decision that lets its entry in; nothing when it has no rate.
    void count(policy::Decision const& decision, LogTime now);

  private:
    std::map<std::pair<std::uint64_t, std::uint64_t>, policy::RateRow> rows_; // by counter, window
};

} // namespace axiom::host
