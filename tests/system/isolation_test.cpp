// What keeps a service process apart from its host, tried from within; and that each layer does its
// own part, tried without it.

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include <sim-host/process/layers.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::host {
namespace {

using axiom::test::CliProgram;
using axiom::test::Outcome;

struct Found {
    std::string active;
    std::string outcome;
};

class Isolation : public testing::Test {
  protected:
    [[nodiscard]] std::map<std::string, Found> layers_of(Outcome const& told) const {
        std::map<std::string, Found> found;
        std::istringstream lines{told.out};
        std::string layer;
        std::string attempt;
        for (Found each; std::getline(lines, layer, '\t') &&
                         std::getline(lines, each.active, '\t') &&
                         std::getline(lines, each.outcome, '\t') && std::getline(lines, attempt);) {
            EXPECT_FALSE(attempt.empty());
            found[layer] = each;
        }
        return found;
    }
    [[nodiscard]] Outcome probe(std::string const& option) const {
        return axiom_.shell("\"$(dirname \"$AXIOM\")/isolation_probe\" " + option);
    }

    CliProgram axiom_;
};

TEST_F(Isolation, EveryLayerRefusesWhatItIsThereToPrevent) {
    Outcome const told = probe("");
    EXPECT_EQ(told.status, 0) << told.out;
    auto const layers = layers_of(told);
    for (std::string_view const layer : layer_names) {
        ASSERT_TRUE(layers.contains(std::string{layer})) << layer;
        EXPECT_EQ(layers.at(std::string{layer}).active, "active") << layer;
        EXPECT_EQ(layers.at(std::string{layer}).outcome, "refused") << layer;
    }
}

TEST_F(Isolation, WithoutItsLayerEachAttemptSucceeds) {
    Outcome const told = probe("--without");
    EXPECT_EQ(told.status, 1) << told.out;
    auto const layers = layers_of(told);
    for (std::string_view const layer : layer_names) {
        ASSERT_TRUE(layers.contains(std::string{layer})) << layer;
        EXPECT_EQ(layers.at(std::string{layer}).active, "not active") << layer;
        EXPECT_EQ(layers.at(std::string{layer}).outcome, "succeeded") << layer;
    }
}

TEST_F(Isolation, DoctorSaysWhichLayersAreActive) {
    Outcome const told = axiom_.run({"doctor", "--json"});
    EXPECT_EQ(told.status, 0) << told.out;
    std::size_t layers = 0;
    auto const document = nlohmann::json::parse(told.out);
    for (auto const& finding : document["findings"]) {
        if (finding["what"] == "isolation") {
            EXPECT_EQ(finding["good"], true) << finding;
            ++layers;
        }
    }
    EXPECT_EQ(layers, layer_names.size());
}

} // namespace
} // namespace axiom::host
