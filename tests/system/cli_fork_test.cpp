// axiom fork, and THREATS row 1: two copies of one log that both go on are told apart.

#include <gtest/gtest.h>

#include <fstream>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CliFork : public testing::Test {
  protected:
    void SetUp() override {
        ingest("axiom", "one\ntwo\n");
        receipt("axiom", "3", "shared.axr");
    }

    void ingest(std::string const& log, std::string const& lines) {
        Outcome const outcome = axiom_.run({"ingest", "--to", log}, lines);
        ASSERT_EQ(outcome.status, 0) << outcome.err;
    }
    void receipt(std::string const& log, std::string const& entry, std::string const& file) {
        Outcome const outcome = axiom_.run({"receipt", entry, "--from", log, "-o", file});
        ASSERT_EQ(outcome.status, 0) << outcome.err;
    }
    json fork(std::string const& log) {
        Outcome const outcome =
            axiom_.run({"fork", "--from", log, "--reason", "restored", "--json"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return json::parse(outcome.out, nullptr, false);
    }
    Outcome expect(std::string const& log, std::string const& file) {
        return axiom_.run({"verify", "--from", log, "--expect", file, "--json"});
    }
    void clone() {
        fs::copy(axiom_.path("axiom"), axiom_.path("clone"), fs::copy_options::recursive);
    }
    std::string id(std::string const& log) {
        return json::parse(axiom_.run({"verify", "--from", log, "--json"}).out)["log_id"];
    }
    void expect_receipt_holds(std::string const& file, std::string const& log_id) {
        EXPECT_EQ(axiom_.run({"receipt", "check", file, "--log-id", log_id}).status, 0) << file;
        EXPECT_EQ(std::system(("python3 tests/verifier/verify.py receipt '" + axiom_.path(file) +
                               "' --log-id " + log_id + " > /dev/null")
                                  .c_str()),
                  0)
            << file;
    }
    void expect_second_verifier_agrees(std::string const& log) {
        EXPECT_EQ(std::system(("python3 tests/verifier/verify.py log '" + axiom_.path(log) +
                               "' > /dev/null")
                                  .c_str()),
                  0)
            << log;
    }

    CliProgram axiom_;
};

bool has(Outcome const& outcome, std::string const& severity, std::string const& code) {
    json const verdict = json::parse(outcome.out);
    for (json const& finding : verdict["findings"]) {
        if (finding["code"] == code && finding["severity"] == severity) {
            return true;
        }
    }
    return false;
}

TEST_F(CliFork, AForkedLogIsAnotherLogWithAKeyOfItsOwnAndTheSamePast) {
    std::string const parent = id("axiom");
    json const made = fork("axiom");
    EXPECT_EQ(made["parent"], parent);
    EXPECT_NE(made["log_id"], parent);
    EXPECT_EQ(id("axiom"), made["log_id"].get<std::string>());
    ingest("axiom", "one\ntwo\nthree\n"); // its key is found, and what it had is not taken twice
    json const verdict = json::parse(axiom_.run({"verify", "--json"}).out);
    EXPECT_EQ(verdict["verdict"], "sealed");
    EXPECT_EQ(verdict["forks"], 1);
    EXPECT_EQ(verdict["origins"][0]["log_id"], parent);
    EXPECT_EQ(verdict["origins"][1]["first"], made["entry"]);
    json const key = json::parse(axiom_.run({"key", "show", "--json"}).out);
    EXPECT_EQ(key["by"], "fork");
    EXPECT_EQ(key["number"], 0);
    EXPECT_EQ(key["file"], made["file"]);
    EXPECT_EQ(key["reason"], "restored");
    expect_second_verifier_agrees("axiom");
}

TEST_F(CliFork, ReceiptsFromBeforeAndAfterTheForkHold) {
    std::string const parent = id("axiom");
    json const made = fork("axiom");
    ingest("axiom", "one\ntwo\nthree\n");
    receipt("axiom", "3", "inherited.axr");
    receipt("axiom", "@~1", "own.axr");
    receipt("axiom", std::to_string(made["entry"].get<std::uint64_t>()), "fork.axr");
    for (char const* const file : {"inherited.axr", "own.axr", "fork.axr"}) {
        expect_receipt_holds(file, made["log_id"]);
        EXPECT_EQ(axiom_.run({"receipt", "check", file, "--log-id", parent}).status, 3) << file;
    }
    expect_receipt_holds("shared.axr", parent);
    EXPECT_NE(axiom_.run({"receipt", "check", "inherited.axr", "--log-id", made["log_id"]})
                  .out.find("shared past"),
              std::string::npos);
}

// THREATS row 1: both copies go on under one id, and each says what the other does not.
TEST_F(CliFork, Row1TwoClonesThatGoOnAreNotEachOthersReceipt) {
    clone();
    ingest("axiom", "one\ntwo\nmine\n");
    ingest("clone", "one\ntwo\nyours\n");
    receipt("axiom", "@~1", "mine.axr");
    receipt("clone", "@~1", "yours.axr");
    EXPECT_EQ(expect("axiom", "mine.axr").status, 0);
    Outcome const mine = expect("axiom", "yours.axr");
    EXPECT_EQ(mine.status, 3);
    EXPECT_TRUE(has(mine, "tampering", "forked"));
    Outcome const yours = expect("clone", "mine.axr");
    EXPECT_EQ(yours.status, 3);
    EXPECT_TRUE(has(yours, "tampering", "forked"));
    EXPECT_EQ(expect("clone", "shared.axr").status, 0) << "what both share shows no difference";
}

TEST_F(CliFork, Row1ACloneThatForkedIsToldApart) {
    clone();
    json const made = fork("clone");
    ingest("axiom", "one\ntwo\nmine\n");
    ingest("clone", "one\ntwo\nyours\n");
    receipt("axiom", "@~1", "mine.axr");
    receipt("clone", "@~1", "yours.axr");
    EXPECT_NE(id("axiom"), id("clone"));

    Outcome const shared = expect("clone", "shared.axr");
    EXPECT_EQ(shared.status, 0) << shared.out;
    EXPECT_TRUE(has(shared, "note", "forked")) << "confirmed, as shared past";
    EXPECT_NE(shared.out.find("shared past"), std::string::npos);

    Outcome const away = expect("clone", "mine.axr");
    EXPECT_EQ(away.status, 4);
    EXPECT_TRUE(has(away, "incomplete", "forked"));
    EXPECT_NE(away.out.find("forked away"), std::string::npos);
    EXPECT_EQ(away.out.find("it vouches for"), std::string::npos) << "nothing of it was confirmed";

    Outcome const foreign = expect("axiom", "yours.axr");
    EXPECT_EQ(foreign.status, 3);
    EXPECT_TRUE(has(foreign, "tampering", "wrong_log"));
    EXPECT_NE(foreign.out.find("was forked from its parent at entry"), std::string::npos);
    EXPECT_EQ(expect("clone", "yours.axr").status, 0);
    EXPECT_EQ(expect("axiom", "mine.axr").status, 0);
    EXPECT_EQ(made["parent"], id("axiom"));

    // A receipt that the parent gave after the fork, for an entry from before it.
    receipt("axiom", "3", "late.axr");
    Outcome const late = expect("clone", "late.axr");
    EXPECT_EQ(late.status, 0) << late.out;
    EXPECT_NE(late.out.find("shared past"), std::string::npos);
}

// Both had gone on before one of them forked: their pasts differ, and no fork explains that.
TEST_F(CliFork, Row1AForkDoesNotExplainWhatDiffersBeforeIt) {
    clone();
    ingest("axiom", "one\ntwo\nmine\n");
    ingest("clone", "one\ntwo\nyours\n");
    receipt("axiom", "@~1", "mine.axr");
    fork("clone");
    Outcome const verdict = expect("clone", "mine.axr");
    EXPECT_EQ(verdict.status, 3);
    EXPECT_TRUE(has(verdict, "tampering", "forked"));
    EXPECT_NE(verdict.out.find("before the fork at entry"), std::string::npos);
}

// A clone on a machine that has no key of its own yet.
TEST_F(CliFork, TheForksKeyIsFoundWhereThereIsNoOther) {
    fs::remove(axiom_.path("config/axiom/checkpoint.key"));
    EXPECT_EQ(axiom_.run({"mark", "m"}).status, 7);
    fork("axiom");
    EXPECT_EQ(axiom_.run({"mark", "m"}).status, 0);
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_FALSE(fs::exists(axiom_.path("config/axiom/checkpoint.key")));
}

// The parent's id and key vouch for nothing in a fork: whoever has a copy can make one.
TEST_F(CliFork, TheParentsIdAndKeyAreNotTheForks) {
    std::string const parent = id("axiom");
    std::string const parent_key = json::parse(axiom_.run({"key", "show", "--json"}).out)["key"];
    fork("axiom");
    Outcome const by_id = axiom_.run({"verify", "--log-id", parent, "--json"});
    EXPECT_EQ(by_id.status, 3);
    EXPECT_TRUE(has(by_id, "tampering", "wrong_log"));
    EXPECT_NE(by_id.out.find("forked from the one that was named"), std::string::npos);
    Outcome const by_key = axiom_.run({"verify", "--key", parent_key, "--json"});
    EXPECT_EQ(by_key.status, 3);
    EXPECT_TRUE(has(by_key, "tampering", "wrong_key"));
    EXPECT_EQ(axiom_.run({"verify", "--log-id", id("axiom")}).status, 0);
    Outcome const refused = axiom_.run({"mark", "m", "--key", "config/axiom/checkpoint.key"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.err.find("wrong_key"), std::string::npos);
}

// A restored backup: older than what a receipt has seen, and then a log of its own.
TEST_F(CliFork, ARestoredCopyGoesOnByAFork) {
    clone();
    ingest("axiom", "one\ntwo\nlater\n");
    receipt("axiom", "@~1", "later.axr");
    Outcome const older = expect("clone", "later.axr");
    EXPECT_EQ(older.status, 4);
    EXPECT_TRUE(has(older, "incomplete", "rolled_back"));
    EXPECT_NE(older.out.find("axiom fork"), std::string::npos) << "the way out is named";
    fork("clone");
    Outcome const forked = expect("clone", "later.axr");
    EXPECT_EQ(forked.status, 4);
    EXPECT_TRUE(has(forked, "incomplete", "forked"));
    EXPECT_EQ(axiom_.run({"verify", "--from", "clone"}).status, 0);
}

TEST_F(CliFork, ASnapshotFromBeforeTheForkServesItsReplay) {
    ASSERT_EQ(axiom_.run({"snapshot"}).status, 0);
    fork("axiom");
    ingest("axiom", "one\ntwo\nthree\n");
    Outcome const replayed = axiom_.run({"replay", "--json"});
    ASSERT_EQ(replayed.status, 0) << replayed.err;
    EXPECT_EQ(replayed.err.find("snapshot"), std::string::npos) << replayed.err;
    for (auto const& file : fs::directory_iterator{axiom_.path("axiom/snapshots")}) {
        EXPECT_EQ(axiom_.run({"replay", "--compare", file.path().string()}).status, 0);
    }
}

TEST_F(CliFork, ConsistencyIsProvenAcrossTheFork) {
    auto const note = [&](std::string const& file) {
        json const proof = json::parse(axiom_.run({"prove", "3", "--json"}).out);
        std::ofstream{axiom_.path(file)} << proof["checkpoint"].get<std::string>();
    };
    note("older.note");
    fork("axiom");
    ingest("axiom", "one\ntwo\nthree\n");
    Outcome const proven = axiom_.run({"prove", "--older", "older.note"});
    EXPECT_EQ(proven.status, 0) << proven.err;
    Outcome const since = axiom_.run({"verify", "--since", "older.note", "--json"});
    EXPECT_EQ(since.status, 0) << since.out;
    EXPECT_TRUE(has(since, "note", "forked"));
}

TEST_F(CliFork, ACheckpointOfTheParentFromAfterTheForkIsForkedAway) {
    clone();
    fork("clone");
    ingest("axiom", "one\ntwo\nmine\n");
    json const proof = json::parse(axiom_.run({"prove", "@~1", "--json"}).out);
    std::ofstream{axiom_.path("newer.note")} << proof["checkpoint"].get<std::string>();
    Outcome const since =
        axiom_.run({"verify", "--from", "clone", "--since", "newer.note", "--json"});
    EXPECT_EQ(since.status, 4);
    EXPECT_TRUE(has(since, "incomplete", "forked"));
    EXPECT_EQ(axiom_.run({"prove", "--from", "clone", "--older", "newer.note"}).status, 3);
}

TEST_F(CliFork, WhatIsWrongWithTheWordsForksNothing) {
    std::string const before = id("axiom");
    EXPECT_EQ(axiom_.run({"fork"}).status, 2);
    EXPECT_EQ(axiom_.run({"fork", "--reason", ""}).status, 2);
    EXPECT_EQ(axiom_.run({"fork", "--reason", std::string(257, 'x')}).status, 2);
    Outcome const taken =
        axiom_.run({"fork", "--reason", "r", "--new-key", "config/axiom/checkpoint.key"});
    EXPECT_EQ(taken.status, 2);
    EXPECT_NE(taken.err.find("a key of its own"), std::string::npos) << taken.err;
    EXPECT_EQ(axiom_.run({"fork", "--reason", "r", "--from", "absent"}).status, 7);
    EXPECT_EQ(axiom_.run({"fork", "--reason", "r", "--new-key", "axiom/k"}).status, 2);
    EXPECT_EQ(id("axiom"), before);
}

// Killed at any moment: the parent with its key, or the fork with its own; and it goes on.
TEST_F(CliFork, AForkThatIsKilledLeavesALogWithItsKey) {
    for (unsigned round = 0; round < 15; ++round) {
        static_cast<void>(axiom_.run_and_kill({"fork", "--reason", "killed"}, "", round * 3));
        json const key = json::parse(axiom_.run({"key", "show", "--json"}).out);
        ASSERT_TRUE(key["file"].is_string()) << round;
        Outcome const mark = axiom_.run({"mark", "m" + std::to_string(round)});
        ASSERT_EQ(mark.status, 0) << round << mark.err;
        ASSERT_EQ(axiom_.run({"verify"}).status, 0) << round;
    }
    expect_second_verifier_agrees("axiom");
}

TEST_F(CliFork, ADamagedLogIsNotForkedAndNoKeyIsMadeForIt) {
    {
        std::fstream file{axiom_.path("axiom/segments/00000000.axm"),
                          std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4096 + 700);
        file.write("rot", 3);
    }
    Outcome const refused = axiom_.run({"fork", "--reason", "r", "--new-key", "k"});
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_NE(refused.err.find("rot_below_watermark"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(axiom_.path("k")));
}

} // namespace
} // namespace axiom::test
