// Results as JSON, in the order in which they were measured.

#include <bench/support/results.hpp>

namespace axiom::bench {

namespace {

nlohmann::json optional_number(std::optional<double> value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

} // namespace

void Results::add(Comparison const& comparison, std::string_view ours, std::string_view peer,
                  std::vector<PairSample> const& samples) {
    auto pairs = nlohmann::json::array();
    for (auto const& sample : samples) {
        pairs.push_back({sample.ours, sample.peer});
    }
    lines_.push_back({{"id", comparison.id},
                      {"what", comparison.what},
                      {"unit", comparison.unit},
                      {"better", comparison.better == Better::higher ? "higher" : "lower"},
                      {"scale", comparison.scale},
                      {"ours", ours},
                      {"peer", peer},
                      {"ours_work", comparison.ours_work},
                      {"peer_work", comparison.peer_work},
                      {"goal", optional_number(comparison.goal)},
                      {"goal_number", comparison.goal_number},
                      {"seconds", std::move(pairs)}});
}

void Results::add(Figure const& figure) {
    lines_.push_back({{"id", figure.id},
                      {"what", figure.what},
                      {"unit", figure.unit},
                      {"samples", figure.samples},
                      {"limit", optional_number(figure.limit)}});
}

} // namespace axiom::bench
