// axiom prune as a person meets it: what goes, what every other verb says of it afterwards, and
// what is refused.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include <tests/support/second_opinion.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

class CliPrune : public testing::Test {
  protected:
    void SetUp() override {
        for (unsigned boot = 0; boot < 3; ++boot) {
            for (unsigned line = 0; line < 20; ++line) {
                input_ += "{\"unit\":\"u" + std::to_string(line % 3) +
                          "\",\"n\":" + std::to_string(boot * 20 + line) + "}\n";
            }
            Outcome const made = ingest();
            ASSERT_EQ(made.status, 0) << made.err;
        }
    }

    Outcome ingest() {
        return axiom_.run({"ingest", "--to", "axiom", "--object", "unit", "--segment-mib", "1"},
                          input_);
    }

    Outcome expect(int status, std::vector<std::string> const& words) {
        Outcome outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, status) << words[0] << "\n" << outcome.out << outcome.err;
        return outcome;
    }

    nlohmann::json json(std::vector<std::string> words, int status = 0) {
        words.emplace_back("--json");
        return nlohmann::json::parse(expect(status, words).out, nullptr, false);
    }

    // The whole of it, before the newest boot.
    nlohmann::json prune() { return json({"prune", "--before", "boot:-1", "--reason", "old"}); }

    void expect_both_verify() {
        expect(0, {"verify"});
        SecondOpinion const second = second_opinion(axiom_.path("axiom"));
        EXPECT_TRUE(second.holds) << second.text;
    }

    std::string input_;
    CliProgram axiom_;
};

TEST_F(CliPrune, LinesOfFinishedBootsGoAndTheLogVerifiesAndReplaysAsBefore) {
    expect_both_verify();
    auto const before = json({"replay"});
    auto const would = json({"prune", "--keep-boots", "1", "--dry-run"});
    EXPECT_EQ(would["entries"], 40);
    EXPECT_EQ(json({"replay"})["state_hash"], before["state_hash"]); // nothing was changed

    auto const pruned = prune();
    EXPECT_EQ(pruned["entries"], 40);
    EXPECT_EQ(pruned["attachments"], 40);
    EXPECT_EQ(pruned["bytes"], would["bytes"]);
    expect_both_verify();

    std::string const snapshot = std::to_string(pruned["snapshot"].get<std::uint64_t>());
    auto const at = json({"at", snapshot});
    EXPECT_EQ(at["from_snapshot"], pruned["snapshot"]);
    EXPECT_EQ(json({"replay"})["from_snapshot"], pruned["snapshot"]);
    auto const verdict = json({"verify"});
    EXPECT_EQ(verdict["reduced"], 40);
    ASSERT_EQ(verdict["pruned"].size(), 1U);
    EXPECT_EQ(verdict["pruned"][0]["reduced"], 40);
    EXPECT_EQ(verdict["pruned"][0]["snapshot"], pruned["snapshot"]);
}

TEST_F(CliPrune, TheStateAfterThePruningIsTheOneThatGenesisComesTo) {
    fs::copy(axiom_.path("axiom"), axiom_.path("whole"), fs::copy_options::recursive);
    std::string const end = std::to_string(json({"replay"})["entries"].get<std::uint64_t>() - 1);
    auto const whole = json({"at", end, "--from", "whole", "--from-genesis"});
    prune();
    // Before its snapshot, which is the only way to the state now, and which is there.
    std::string const early = expect(4, {"at", end}).err;
    EXPECT_NE(early.find("no snapshot from before that moment is here"), std::string::npos)
        << early;
    EXPECT_EQ(early.find("put it back"), std::string::npos) << early;
    auto const records = [](nlohmann::json const& state) {
        for (auto const& row : state["domains"]) {
            if (row["domain"] == "records") {
                return row["root"].get<std::string>();
            }
        }
        return std::string{};
    };
    EXPECT_FALSE(records(whole).empty());
    EXPECT_EQ(records(json({"at", "@"})), records(whole));
}

TEST_F(CliPrune, ReadersSayThatAnEntryIsPruned) {
    auto const count = [&] {
        return expect(0, {"sql", "select count(*) from lines where line is not null"}).out;
    };
    EXPECT_EQ(count(), "count(*)\n60\n"); // and the cached database is brought up to date
    prune();
    EXPECT_EQ(count(), "count(*)\n20\n");
    EXPECT_EQ(expect(0, {"sql", "select count(*) from entries where attachment = 'pruned'"}).out,
              "count(*)\n40\n");
    expect(0, {"sql", "--out", "fresh.sqlite", "select 1"});
    EXPECT_NE(expect(0, {"show", "3"}).out.find("pruned"), std::string::npos);
    EXPECT_NE(expect(0, {"log", "--oneline", "3"}).out.find("pruned"), std::string::npos);
    EXPECT_NE(expect(0, {"causes", "3"}).out.find("pruned"), std::string::npos);
    expect(7, {"why", "3"});
    expect(7, {"erase", "3", "--reason", "late"});
    expect(7, {"receipt", "3"});
    expect(7, {"prove", "3"});
    expect(0, {"receipt", "2", "-o", "kept.axr"});
    expect(0, {"blame", "u1"});
    auto const exported = expect(0, {"export"}).out;
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(exported, '\n')),
              json({"replay"})["entries"].get<std::uint64_t>());
    expect(0, {"why", "@~1"});
    expect(1, {"bisect", "--invariant", "rejected"});
}

TEST_F(CliPrune, WithoutItsSnapshotTheLogIsReadAndVerifiedOnly) {
    auto const pruned = prune();
    fs::remove_all(axiom_.path("axiom/snapshots"));
    std::string const name = std::to_string(pruned["snapshot"].get<std::uint64_t>());
    for (std::vector<std::string> const& words :
         {std::vector<std::string>{"replay"}, {"at", "@"}, {"mark", "a", "@"}}) {
        Outcome const refused = expect(4, words);
        EXPECT_NE(refused.err.find("entry_missing"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("snapshot after entry " + name), std::string::npos)
            << refused.err;
    }
    EXPECT_EQ(ingest().status, 4);
    expect_both_verify();
    expect(4, {"replay", "--from-genesis"});
}

TEST_F(CliPrune, InputThatWasTakenIsSkippedUncomparedAndGoesOn) {
    prune();
    input_ += "{\"unit\":\"new\"}\n";
    Outcome const resumed = ingest();
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_NE(resumed.err.find("40 lines were skipped uncompared"), std::string::npos)
        << resumed.err;
    EXPECT_TRUE(resumed.out.starts_with("acked 61 ")) << resumed.out;
    expect_both_verify();
}

TEST_F(CliPrune, TheArchiveHoldsTheWholeSegments) {
    expect(0, {"prune", "--before", "boot:-1", "--reason", "old", "--archive", "kept"});
    EXPECT_NE(expect(0, {"show", "3", "--from", "kept"}).out.find("\"n\":0"), std::string::npos);
    SecondOpinion const kept = second_opinion(axiom_.path("kept"));
    EXPECT_TRUE(kept.holds) << kept.text;
    expect_both_verify();
}

TEST_F(CliPrune, OnlyAnArchiveThatIsKeptIsNamedForAPrunedEntry) {
    prune();
    std::vector<std::vector<std::string>> const asked{
        {"receipt", "3"}, {"prove", "3"}, {"why", "3"}, {"show", "--data", "3"}};
    for (auto const& words : asked) {
        std::string const said = expect(7, words).err;
        EXPECT_NE(said.find("this log notes no archive"), std::string::npos) << said;
        EXPECT_EQ(said.find("ARCHIVE"), std::string::npos) << said;
    }
    expect(0, {"mark", "here", "2", "--archive", "kept"});
    for (auto const& words : asked) {
        std::string const said = expect(7, words).err;
        EXPECT_NE(said.find("--from " + axiom_.path("kept")), std::string::npos) << said;
    }
}

TEST_F(CliPrune, BisectSaysThatItsAnswerIsOfWhatIsLeft) {
    std::string const whole = "select count(*) >= 45 from lines where sequence <= :at";
    EXPECT_EQ(json({"bisect", whole})["pruned"], 0);
    EXPECT_EQ(axiom_.run({"bisect", whole}).err.find("pruned"), std::string::npos);
    prune();
    std::string const text = "select count(*) from lines where line like '%\"n\":0}' and "
                             "sequence <= :at";
    Outcome const nowhere = expect(1, {"bisect", text});
    EXPECT_NE(nowhere.err.find("40 entries are pruned"), std::string::npos) << nowhere.err;
    EXPECT_NE(nowhere.err.find("nowhere in what is left"), std::string::npos) << nowhere.err;
    EXPECT_EQ(json({"bisect", text}, 1)["pruned"], 40);
    std::string const newest = "select count(*) from lines where line like '%\"n\":45}' and "
                               "sequence <= :at";
    Outcome const somewhere = expect(0, {"bisect", newest});
    EXPECT_NE(somewhere.err.find("40 entries are pruned"), std::string::npos) << somewhere.err;
}

TEST_F(CliPrune, WhatCannotBeArchivedIsNotPruned) {
    Outcome const refused =
        axiom_.shell("touch file; \"$AXIOM\" prune --before boot:-1 --reason old --archive file");
    EXPECT_NE(refused.status, 0);
    EXPECT_EQ(json({"verify"})["reduced"], 0);
    EXPECT_TRUE(json({"verify"})["pruned"].empty());
}

TEST_F(CliPrune, NothingLeftToPruneIsAnAnswer) {
    prune();
    expect(1, {"prune", "--before", "boot:-2", "--reason", "again"});
    expect(1, {"prune", "--keep-boots", "99", "--dry-run"});
    expect(0, {"prune", "--keep-boots", "0", "--reason", "all"});
    EXPECT_EQ(json({"verify"})["reduced"], 60);
    expect_both_verify();
}

TEST_F(CliPrune, WhomThePolicyDoesNotAllowPrunesNothing) {
    expect(0, {"identity", "add", "guest"});
    expect(6, {"prune", "--before", "boot:-1", "--reason", "old", "--as", "guest"});
    EXPECT_TRUE(json({"verify"})["pruned"].empty());
}

TEST_F(CliPrune, WordsThatMakeNoSenseChangeNothing) {
    expect(2, {"prune"});
    expect(2, {"prune", "--before", "boot:-1"}); // no reason
    expect(2, {"prune", "--before", "3", "--keep-boots", "1", "--reason", "both"});
    expect(2, {"prune", "--before", "boot:-1", "--reason", std::string(257, 'x')});
    expect(7, {"prune", "--before", "99999", "--reason", "beyond"});
    EXPECT_EQ(json({"verify"})["reduced"], 0);
    expect(0, {"verify"});
}

// THREATS.md row 2.
TEST_F(CliPrune, ASnapshotThatIsNewerThanTheLogStopsEverybody) {
    fs::copy(axiom_.path("axiom/segments"), axiom_.path("older"), fs::copy_options::recursive);
    expect(0, {"snapshot"});
    fs::remove_all(axiom_.path("axiom/segments"));
    fs::rename(axiom_.path("older"), axiom_.path("axiom/segments"));
    for (std::vector<std::string> const& words :
         {std::vector<std::string>{"replay"}, {"at", "@"}, {"mark", "a", "@"}, {"snapshot"}}) {
        Outcome const refused = expect(4, words);
        EXPECT_NE(refused.err.find("snapshot_ahead"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("snapshots"), std::string::npos) << refused.err;
    }
    EXPECT_EQ(ingest().status, 4);
    auto const verdict = json({"verify"}, 4);
    EXPECT_TRUE(std::ranges::any_of(verdict["findings"], [](nlohmann::json const& finding) {
        return finding["code"] == "snapshot_ahead";
    }));
    expect(0, {"replay", "--from-genesis"});
    fs::rename(axiom_.path("axiom/snapshots"), axiom_.path("aside"));
    EXPECT_EQ(ingest().status, 0);
    expect(0, {"replay"});
}

} // namespace
} // namespace axiom::test
