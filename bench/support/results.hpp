#pragma once
// What a bench program hands to report.py: samples, never conclusions. Medians, intervals and
// verdicts are made in one place, bench/statistics.py, which has tests.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <bench/support/pairs.hpp>

namespace axiom::bench {

enum class Better { higher, lower };

/// How the table words a comparison. A figure is work over seconds (`higher`) or seconds over work
/// (`lower`), times `scale`; the ratio is our figure over the peer's.
struct Comparison {
    std::string id; // stable, for --only and for whoever compares two runs
    std::string what;
    std::string unit;
    Better better{Better::higher};
    double scale{1};
    double ours_work{}; // work of one of our samples, in the unit's terms
    double peer_work{};
    std::optional<double> goal{}; // the ratio to reach; none is printed for information
    std::string goal_number{};    // row in the list of goals
};

/// A figure without a peer: memory, allocations, a time.
struct Figure {
    std::string id;
    std::string what;
    std::string unit;
    std::vector<double> samples;
    std::optional<double> limit{}; // at most; none is printed for information
};

class Results {
  public:
    void add(Comparison const& comparison, std::string_view ours, std::string_view peer,
             std::vector<PairSample> const& samples);
    void add(Figure const& figure);

    [[nodiscard]] std::string text() const { return lines_.dump(1); }

  private:
    nlohmann::json lines_ = nlohmann::json::array();
};

} // namespace axiom::bench
