// What a person holds from outside a log, given to the command: receipts and checkpoints that are
// empty, forged, or older than the log's key (THREATS.md, row 1).

#include <gtest/gtest.h>

#include <fstream>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

using nlohmann::json;

class CliAnchor : public testing::Test {
  protected:
    void SetUp() override { ingest("one\ntwo\n"); }

    void ingest(std::string const& lines) {
        std::string const producer = "p" + std::to_string(++ingested_);
        Outcome const done = axiom_.run({"ingest", "--to", "axiom", "--producer", producer}, lines);
        ASSERT_EQ(done.status, 0) << done.err;
    }
    void keep(std::string const& file, std::string const& text) {
        std::ofstream{axiom_.path(file)} << text;
    }
    // The newest checkpoint over entry 1, as a signed note.
    std::string note() {
        Outcome const proof = axiom_.run({"prove", "1", "--json"});
        EXPECT_EQ(proof.status, 0) << proof.err;
        return json::parse(proof.out)["checkpoint"];
    }
    static std::string changed(std::string text, std::string_view line) {
        std::size_t const digit = text.find(line) + line.size();
        text[digit] = text[digit] == '1' ? '2' : '1';
        return text;
    }

    CliProgram axiom_;
    unsigned ingested_{};
};

TEST_F(CliAnchor, AnEmptyFileHoldsTheLogToNothingAndIsRefused) {
    keep("empty", "");
    for (std::string const option : {"--expect", "--since"}) {
        Outcome const given = axiom_.run({"verify", option, "empty", "--json"});
        EXPECT_EQ(given.status, 3) << option << given.out << given.err;
        EXPECT_NE(given.out.find("truncated"), std::string::npos) << given.out;
    }
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_NE(axiom_.run({"prove", "--older", "empty"}).status, 0);
}

// No entry of a log is to blame for what somebody else holds, and its bytes are all right.
TEST_F(CliAnchor, WhatIsHeldOfAnotherLogBlamesNoEntryOfThisOne) {
    keep("text", "no note");
    ASSERT_EQ(axiom_.run({"ingest", "--to", "other"}, "x\n").status, 0);
    ASSERT_EQ(axiom_.run({"receipt", "3", "--from", "other", "-o", "foreign"}).status, 0);
    std::string const number = std::string(63, '0') + "1";
    for (auto const& given : std::vector<std::vector<std::string>>{{"--key", number},
                                                                   {"--log-id", number},
                                                                   {"--since", "text"},
                                                                   {"--expect", "text"},
                                                                   {"--expect", "foreign"}}) {
        Outcome const verdict = axiom_.run({"verify", given[0], given[1]});
        EXPECT_EQ(verdict.status, 3) << given[0] << verdict.err;
        EXPECT_EQ(verdict.out.find(" at entry 0"), std::string::npos) << verdict.out;
        EXPECT_EQ(verdict.out.find("bytes differ"), std::string::npos) << verdict.out;
        EXPECT_NE(verdict.out.find("own bytes hold together"), std::string::npos) << verdict.out;
    }
}

TEST_F(CliAnchor, AForgedCheckpointProvesNothing) {
    std::string const genuine = note();
    ingest("three\n");
    keep("genuine", genuine);
    EXPECT_EQ(axiom_.run({"verify", "--since", "genuine"}).status, 0);
    EXPECT_EQ(axiom_.run({"prove", "--older", "genuine"}).status, 0);
    std::string flipped = genuine;
    char& digit = flipped[flipped.size() - 8];
    digit = digit == 'A' ? 'B' : 'A';
    for (std::string const& forged :
         {flipped, changed(genuine, "\nhead "), changed(genuine, "\nentries "),
          changed(genuine, "\nepoch "), changed(genuine, "\nboot ")}) {
        keep("forged", forged);
        for (std::vector<std::string> const& words :
             {std::vector<std::string>{"verify", "--since", "forged"},
              {"prove", "--older", "forged"},
              {"prove", "--older", "genuine", "--newer", "forged"}}) {
            Outcome const given = axiom_.run(words);
            EXPECT_TRUE(given.status == 3 || given.status == 4)
                << words[0] << words.size() << given.status << given.err << forged;
        }
    }
}

TEST_F(CliAnchor, ACheckpointOutlivesTheRotationOfItsKey) {
    keep("old.note", note());
    std::string const old_key =
        json::parse(axiom_.run({"key", "show", "--json"}).out)["verifier_key"];
    ASSERT_EQ(axiom_.run({"key", "rotate"}).status, 0);
    ingest("three\n");
    keep("new.note", note());
    std::string const new_key =
        json::parse(axiom_.run({"key", "show", "--json"}).out)["verifier_key"];
    ASSERT_NE(old_key, new_key);
    for (std::string const& key : {old_key, new_key}) {
        for (std::string const since : {"old.note", "new.note"}) {
            Outcome const given = axiom_.run({"verify", "--key", key, "--since", since});
            EXPECT_EQ(given.status, 0) << since << given.out << given.err;
        }
    }
    EXPECT_EQ(axiom_.run({"prove", "--older", "old.note", "--newer", "new.note"}).status, 0);
}

} // namespace
} // namespace axiom::test
