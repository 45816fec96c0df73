#pragma once
// AskedRates: the rate counters of a policy that a log's past is only asked about.
//
// Nobody counted for it then, so the policy domain has no rows of its rates: they are kept here,
// as far as the answers have come, by the same functions and for as many counters, so that what
// would have been refused for want of a row is refused here too.

#include <vector>

#include <axiom/policy/rate.hpp>

namespace axiom::host {

class AskedRates {
  public:
    /// `counters_max`: the domain's bound, which genesis fixes.
    explicit AskedRates(std::size_t counters_max) noexcept : counters_max_{counters_max} {}

    /// How much of the counter's rate is used up at `now`; `table_full` when it has no row and none
    /// is free.
    [[nodiscard]] Result<std::uint64_t> used(policy::CounterKey key, LogTime now) const noexcept;

    /// Counts one use for a decision that lets its entry in; nothing when it has no rate.
    void count(policy::Decision const& decision, LogTime now);

  private:
    std::size_t counters_max_;
    std::vector<policy::RateRow> rows_; // as many as were ever needed at once
};

} // namespace axiom::host
