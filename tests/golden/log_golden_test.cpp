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

#include <axiom/domain/snapshot.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/golden/log_scenarios.hpp>
#include <tests/support/score.hpp>
#include <tests/support/second_opinion.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

constexpr char const* newest_version = "v1";

std::string read_file(fs::path const& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string hex(Hash256 const& hash) {
    std::ostringstream text;
    for (std::byte const byte : hash.view()) {
        text << "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U]
             << "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
    }
    return text.str();
}

// What a log comes to: by our own walk and shadows, which begin at the snapshot if there is one.
nlohmann::json facts_of(Store& store, std::string const& snapshot) {
    HashEngine const& engine = host::portable_engine();
    host::ShadowReplay replay{engine};
    host::LogReplay walk{&replay};
    if (!snapshot.empty()) {
        auto const info = read_snapshot_info(engine, bytes_of(snapshot));
        EXPECT_TRUE(info);
        auto domains = std::make_unique<host::DomainSet>(engine, info->capacities);
        EXPECT_TRUE(load_snapshot(domains->shadows(), info->log_id, bytes_of(snapshot)));
        EXPECT_TRUE(walk.begin_behind(domains->log()));
        replay.adopt(std::move(domains));
    }
    auto const found = first_opinion(store, &walk);
    EXPECT_TRUE(found && replay.domains() != nullptr && !replay.stopped());
    if (!found || replay.domains() == nullptr) {
        return {};
    }
    auto const state = replay.domains()->shadows().state_hash();
    EXPECT_TRUE(state);
    return {{"log_id", hex(found->chain.log_id)},
            {"entries", found->chain.next.value},
            {"head", hex(found->chain.head)},
            {"tree_size", found->chain.tree.size().value},
            {"tree_root", hex(found->chain.tree.root(host::portable_engine()))},
            {"state", hex(state.value_or(Hash256{}))},
            {"rejected", replay.rejected()}};
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
