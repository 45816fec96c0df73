// Logs of every released version, kept for good: this program and the independent verifier replay
// each to the head, and this program to the state, that were recorded when it was made.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <tests/golden/log_scenarios.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/score.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/sparse_log.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

constexpr char const* newest_version = "v1";

std::string read_file(fs::path const& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

nlohmann::json json_of(LogFacts const& facts) {
    return {{"log_id", hex(facts.log_id)},       {"entries", facts.entries},
            {"head", hex(facts.head)},           {"tree_size", facts.tree_size},
            {"tree_root", hex(facts.tree_root)}, {"state", hex(facts.state)},
            {"rejected", facts.rejected}};
}

nlohmann::json facts_of(Store& store, std::string const& snapshot) {
    auto const facts = replayed_facts(store, bytes_of(snapshot));
    EXPECT_TRUE(facts);
    return facts ? json_of(*facts) : nlohmann::json{};
}

TEST(LogGolden, EveryLogEverReleasedReplaysToItsHeadAndState) {
    std::size_t logs = 0;
    for (auto const& file : fs::recursive_directory_iterator{"tests/golden/logs"}) {
        if (file.path().extension() != ".sparse") {
            continue;
        }
        SCOPED_TRACE(file.path().string());
        auto const store = load_sparse(read_file(file.path()));
        auto recorded = nlohmann::json::parse(
            read_file(fs::path{file.path()}.replace_extension(".json")), nullptr, false);
        ASSERT_FALSE(recorded.is_discarded());
        SecondOpinion const second = second_opinion(*store);
        ASSERT_TRUE(second.holds) << second.text;
        EXPECT_EQ(second.entries, recorded["entries"].get<std::uint64_t>());
        EXPECT_EQ(second.head, recorded["head"].get<std::string>());
        EXPECT_EQ(second.tree_root, recorded["tree_root"].get<std::string>());
        EXPECT_EQ(second.sealed_until, recorded["sealed_until"].get<std::uint64_t>());
        EXPECT_EQ(second.erased, recorded["erased"].get<std::uint64_t>());
        EXPECT_EQ(second.reduced, recorded.value("reduced", std::uint64_t{0}));
        recorded.erase("sealed_until");
        recorded.erase("erased");
        recorded.erase("reduced");
        auto const facts =
            facts_of(*store, read_file(fs::path{file.path()}.replace_extension(".axs")));
        EXPECT_EQ(facts, recorded);
        score_replay(file.path().stem().string(), facts.value("state", "none"));
        ++logs;
    }
    EXPECT_GE(logs, log_scenarios().size());
}

// A line of an example: `offset  bytes  words`.
TEST(LogGolden, TheExampleInTheDocumentIsTheSmallestLog) {
    auto const store = load_sparse(read_file("tests/golden/logs/v1/smallest.sparse"));
    Bytes const slot = store->slot_bytes(SlotIndex{0});
    std::ifstream page{"docs/log-format.md"};
    std::regex const form{"([0-9a-f]{6})  ([0-9a-f]{2}(?: [0-9a-f]{2})*)(?:  .*)?"};
    std::size_t lines = 0;
    for (std::string line; std::getline(page, line);) {
        std::smatch parts;
        if (!std::regex_match(line, parts, form)) {
            continue;
        }
        std::size_t at = std::stoul(parts[1], nullptr, 16);
        std::istringstream bytes{parts[2]};
        for (std::string digits; bytes >> digits; ++at) {
            EXPECT_EQ(std::to_integer<unsigned long>(slot[at]), std::stoul(digits, nullptr, 16))
                << line;
        }
        ++lines;
    }
    EXPECT_GE(lines, 40U);
}

TEST(LogGolden, TodaysWriterMakesLogsThatBothVerifiersAccept) {
    for (LogScenario const& scenario : log_scenarios()) {
        SCOPED_TRACE(scenario.name);
        MadeLog const made = scenario.make();
        auto const& store = made.store;
        expect_same_opinion(*store);
        auto facts = facts_of(*store, made.snapshot);
        EXPECT_EQ(facts["rejected"].get<std::uint64_t>(), 0U);
        fs::path const base = fs::path{"tests/golden/logs"} / newest_version / scenario.name;
        // A released log is never written again; a new version takes a folder of its own.
        if (std::getenv("AXIOM_WRITE_GOLDEN") != nullptr &&
            !fs::exists(base.string() + ".sparse")) {
            SecondOpinion const second = second_opinion(*store);
            facts["sealed_until"] = second.sealed_until;
            facts["erased"] = second.erased;
            if (!made.snapshot.empty()) {
                facts["reduced"] = second.reduced;
                std::ofstream{base.string() + ".axs", std::ios::binary} << made.snapshot;
            }
            fs::create_directories(base.parent_path());
            std::ofstream{base.string() + ".sparse", std::ios::binary} << save_sparse(*store);
            std::ofstream{base.string() + ".json"} << facts.dump(1) << "\n";
            ADD_FAILURE() << base << " was written; run again without AXIOM_WRITE_GOLDEN";
        }
    }
}

} // namespace
} // namespace axiom::test
