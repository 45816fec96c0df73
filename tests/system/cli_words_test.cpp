// What the command says when something is wrong fits what is wrong: whose mistake it is, where it
// lies, and a next step that helps.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

class CliWords : public testing::Test {
  protected:
    CliWords() { ingest("one\ntwo\n"); }

    void ingest(std::string const& lines) const {
        Outcome const made =
            axiom_.run({"ingest", "--to", "axiom", "--segment-mib", "1", "-q"}, lines);
        EXPECT_EQ(made.status, 0) << made.err;
    }

    // The newest checkpoint, in a file of that name.
    void keep_checkpoint(std::string const& name) const {
        Outcome const kept = axiom_.shell("\"$AXIOM\" prove 1 | sed -n '/^axiom-os/,$p' > " + name);
        EXPECT_EQ(kept.status, 0) << kept.err;
    }

    CliProgram axiom_;
};

TEST_F(CliWords, SwappedCheckpointsAreTheCallersMistake) {
    keep_checkpoint("early");
    ingest("one\ntwo\nthree\n");
    keep_checkpoint("late");
    EXPECT_EQ(axiom_.run({"prove", "--older", "early", "--newer", "late"}).status, 0);
    Outcome const swapped = axiom_.run({"prove", "--older", "late", "--newer", "early"});
    EXPECT_EQ(swapped.status, 2) << swapped.err;
    EXPECT_NE(swapped.err.find("swapped"), std::string::npos) << swapped.err;
    EXPECT_NE(swapped.err.find("axiom prove --older early --newer late"), std::string::npos);
}

TEST_F(CliWords, ACheckpointNewerThanTheLogSaysThatTheLogIsOlder) {
    ASSERT_EQ(axiom_.shell("cp -r axiom older").status, 0);
    ingest("one\ntwo\nthree\n");
    keep_checkpoint("late");
    Outcome const refused = axiom_.run({"prove", "--older", "late", "--from", "older"});
    EXPECT_EQ(refused.status, 4) << refused.err;
    EXPECT_NE(refused.err.find("rolled_back"), std::string::npos) << refused.err;
}

TEST_F(CliWords, WhatIsDoneIsSaidAsDone) {
    Outcome const added = axiom_.run({"identity", "add", "bob"});
    ASSERT_EQ(added.status, 0) << added.err;
    EXPECT_TRUE(added.out.starts_with("added identity 2 (bob) (entry ")) << added.out;
    Outcome const given = axiom_.run({"identity", "role", "add", "bob", "reader"});
    EXPECT_TRUE(given.out.starts_with("gave role `reader`")) << given.out << given.err;
    Outcome const disabled = axiom_.run({"identity", "disable", "bob"});
    EXPECT_TRUE(disabled.out.starts_with("disabled identity 2")) << disabled.out << disabled.err;
}

// Neither the bytes of the log are blamed nor is its own key offered for its own judgement.
TEST_F(CliWords, AKeyThatIsNotTheLogsIsNotSaidToBeDamage) {
    Outcome const verdict = axiom_.run({"verify", "--key", std::string(64, '5')});
    EXPECT_EQ(verdict.status, 3) << verdict.out << verdict.err;
    EXPECT_EQ(verdict.out.find("bytes differ"), std::string::npos) << verdict.out;
    EXPECT_NE(verdict.out.find("NOT VERIFIED"), std::string::npos) << verdict.out;
    EXPECT_EQ(verdict.out.find("axiom key show"), std::string::npos) << verdict.out;
}

TEST_F(CliWords, AFileThatIsNoReceiptBlamesNoEntry) {
    std::ofstream{axiom_.path("empty")};
    std::ofstream{axiom_.path("text")} << "no receipt and no checkpoint\n";
    for (std::string const option : {"--expect", "--since"}) {
        for (std::string const file : {"empty", "text"}) {
            Outcome const verdict = axiom_.run({"verify", option, file});
            EXPECT_EQ(verdict.status, 3) << option << file << verdict.out;
            std::string const first_line = verdict.out.substr(0, verdict.out.find('\n'));
            EXPECT_EQ(first_line.find("at entry"), std::string::npos) << first_line;
            EXPECT_EQ(verdict.out.find("bytes differ"), std::string::npos) << verdict.out;
        }
    }
}

// What the system does not give is neither the disk's fault nor the log's.
TEST_F(CliWords, TooFewDescriptorsAreTheEnvironments) {
    std::string lines = "one\ntwo\n";
    for (int line = 0; line < 40; ++line) {
        lines += std::string(500'000, 'x') + std::to_string(line) + "\n";
    }
    ingest(lines);
    Outcome const verdict = axiom_.shell("ulimit -n 12; \"$AXIOM\" verify");
    EXPECT_EQ(verdict.status, 10) << verdict.out << verdict.err;
    EXPECT_NE((verdict.out + verdict.err).find("axiom doctor"), std::string::npos) << verdict.out;
}

// A receipt of version 1 holds headers and records of version 1: no hash vouches for another one.
// Where the versions lie that a receipt's hashes vouch for, by docs/checkpoint-and-proofs.md, 7.
std::vector<std::size_t> versions_within(std::string const& receipt) {
    constexpr std::size_t prefix = 48;
    constexpr std::size_t header = 192;
    constexpr std::size_t record_version = header + 8;
    constexpr std::size_t paths = header + 256 + 8; // how long each of the two is
    constexpr std::size_t placed = paths + 8;
    constexpr std::size_t hash = 32;
    auto const byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(receipt.at(at)));
    };
    std::size_t const body = byte(10) % 2 == 0 ? 0 : (byte(prefix + 16) + 63) / 64 * 64;
    std::size_t const salt = byte(10) / 2 % 2 == 0 ? 0 : hash;
    std::size_t const key_entry =
        prefix + placed + (byte(prefix + paths) + byte(prefix + paths + 1)) * hash + body + salt;
    return {prefix, prefix + record_version, key_entry, key_entry + record_version};
}

TEST_F(CliWords, AFlippedVersionInsideAReceiptIsAChangeAndNoNewerProgram) {
    ASSERT_EQ(axiom_.run({"receipt", "3", "-o", "r.axr"}).status, 0);
    std::ifstream file{axiom_.path("r.axr"), std::ios::binary};
    std::ostringstream all;
    all << file.rdbuf();
    std::string const bytes = all.str();
    std::string const id = axiom_.shell("\"$AXIOM\" verify | awk '/^log /{printf $2}'").out;
    auto const checked_with_changed = [&](std::size_t at) {
        std::string changed = bytes;
        changed.at(at) = static_cast<char>(changed.at(at) ^ 2);
        std::ofstream{axiom_.path("x.axr"), std::ios::binary} << changed;
        return axiom_.run({"receipt", "check", "x.axr", "--log-id", id}).status;
    };
    ASSERT_EQ(axiom_.run({"receipt", "check", "r.axr", "--log-id", id}).status, 0);
    constexpr std::size_t own_version = 8;
    EXPECT_EQ(checked_with_changed(own_version), 8);
    for (std::size_t const at : versions_within(bytes)) {
        ASSERT_EQ(bytes.at(at), 1) << at;
        EXPECT_EQ(checked_with_changed(at), 3) << at;
    }
}

} // namespace
} // namespace axiom::test
