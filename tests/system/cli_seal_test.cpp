// axiom seal: what a writer that was killed left under no checkpoint gets its receipt.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

class CliSeal : public testing::Test {
  protected:
    // genesis, boot, stream, a line that was acknowledged; and no checkpoint.
    void leave_unsealed() {
        Outcome const killed = axiom_.shell(
            "mkfifo in; exec 3<>in; \"$AXIOM\" ingest --to axiom -q < in > acks & writer=$!; "
            "echo line >&3; for i in $(seq 600); do [ -s acks ] && break; sleep 0.05; done; "
            "kill -9 $writer; wait $writer; cat acks");
        ASSERT_TRUE(killed.out.starts_with("acked 1 3 ")) << killed.out << killed.err;
        ASSERT_EQ(axiom_.run({"verify"}).status, 4);
    }

    std::string oneline() { return axiom_.run({"log", "--oneline"}).out; }

    CliProgram axiom_;
};

TEST_F(CliSeal, AnUnsealedEntryGetsAReceiptAfterIt) {
    leave_unsealed();
    Outcome const early = axiom_.run({"receipt", "3"});
    EXPECT_EQ(early.status, 4);
    EXPECT_NE(early.err.find("axiom seal"), std::string::npos) << early.err;
    EXPECT_NE(axiom_.run({"prove", "3"}).err.find("axiom seal"), std::string::npos);

    Outcome const sealed = axiom_.run({"seal", "--json"});
    ASSERT_EQ(sealed.status, 0) << sealed.err;
    auto const document = nlohmann::json::parse(sealed.out, nullptr, false);
    EXPECT_EQ(document["already"], false);
    EXPECT_GT(document["entries"], 3);
    Outcome const verified = axiom_.run({"verify", "--json"});
    EXPECT_EQ(verified.status, 0) << verified.out;
    EXPECT_EQ(nlohmann::json::parse(verified.out, nullptr, false)["sealed"]["entries"],
              document["entries"]);

    ASSERT_EQ(axiom_.run({"receipt", "3", "--out", "r"}).status, 0);
    std::string const log_id = nlohmann::json::parse(verified.out, nullptr, false)["log_id"];
    EXPECT_EQ(axiom_.run({"receipt", "check", "r", "--log-id", log_id}).status, 0);
}

TEST_F(CliSeal, WhatIsSealedStaysAsItIs) {
    ASSERT_EQ(axiom_.run({"ingest", "--to", "axiom"}, "a\n").status, 0);
    std::string const before = oneline();
    auto const first = nlohmann::json::parse(axiom_.run({"seal", "--json"}).out, nullptr, false);
    EXPECT_EQ(first["already"], true);
    Outcome const again = axiom_.run({"seal"});
    EXPECT_EQ(again.status, 0);
    EXPECT_EQ(again.out, "sealed already through entry 3, by the checkpoint at entry 4\n");
    EXPECT_EQ(oneline(), before);

    Outcome const newest = axiom_.run({"receipt", "@"});
    EXPECT_EQ(newest.status, 4);
    EXPECT_NE(newest.err.find("next checkpoint covers it"), std::string::npos) << newest.err;
    EXPECT_EQ(axiom_.run({"receipt", "@~1"}).status, 0);
}

TEST_F(CliSeal, WithoutTheKeyNothingIsSealedAndNothingIsWritten) {
    leave_unsealed();
    std::string const before = oneline();
    Outcome const refused =
        axiom_.shell("head -c 32 /dev/zero | od -v -An -tx1 | tr -d ' \\n' > other; "
                     "chmod 600 other; exec \"$AXIOM\" seal --key other");
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("is not the log's checkpoint key"), std::string::npos)
        << refused.err;
    EXPECT_EQ(oneline(), before);
    EXPECT_EQ(axiom_.run({"seal"}).status, 0);
}

} // namespace
} // namespace axiom::test
