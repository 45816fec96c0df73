// What opening a log has to mend is said aloud, and what stands outside its hashes has a way back.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <sim-host/platform/medium_header.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

class CliMend : public testing::Test {
  protected:
    CliMend() {
        Outcome const made =
            axiom_.run({"ingest", "--to", "axiom", "--segment-mib", "1", "-q"}, "one\ntwo\n");
        EXPECT_EQ(made.status, 0) << made.err;
    }

    std::fstream open(std::string const& name) const {
        return std::fstream{axiom_.path(name), std::ios::in | std::ios::out | std::ios::binary};
    }

    // Both copies of the record of claims, as somebody writes them who knows the format.
    void forge_claim(std::uint64_t epoch) const {
        std::fstream medium = open("axiom/medium");
        for (std::uint64_t const place : host::medium_record_places) {
            auto const text = host::encode_medium_record(
                {.serial = ~std::uint64_t{0}, .epoch = Epoch{epoch}, .slots = 0});
            medium.seekp(static_cast<std::streamoff>(place));
            medium.write(reinterpret_cast<char const*>(text.data()), text.size());
        }
    }

    Outcome ingest_more() const {
        return axiom_.run({"ingest", "--to", "axiom"}, "one\ntwo\nthree\n");
    }

    CliProgram axiom_;
};

TEST_F(CliMend, ATornTailIsCutAndSaidWithItsBytesAndItsEntry) {
    std::fstream segment = open("axiom/segments/00000000.axm");
    std::string bytes((std::istreambuf_iterator<char>(segment)), {});
    std::size_t const end = (bytes.find_last_not_of('\0') / 4096 + 1) * 4096;
    segment.clear();
    segment.seekp(static_cast<std::streamoff>(end));
    segment << std::string(1000, 't');
    segment.close();
    Outcome const outcome = ingest_more();
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("recovery cut a torn tail: 4096 bytes from entry "),
              std::string::npos)
        << outcome.err;
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_EQ(ingest_more().err.find("torn"), std::string::npos) << "it is said once";
}

TEST_F(CliMend, AnOrderlyEndIsNotRemarkedOn) {
    Outcome const outcome = ingest_more();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err.find("recover"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("in order"), std::string::npos) << outcome.err;
}

TEST_F(CliMend, AnOlderCopyPutBackOverAnErasureIsNamedByBothVerifiersAndCompleted) {
    std::string const path = axiom_.path("axiom");
    ASSERT_EQ(axiom_.shell("cp axiom/segments/00000000.axm older").status, 0);
    ASSERT_EQ(axiom_
                  .shell("{ echo one; echo two; head -c 1000000 /dev/zero | tr '\\0' x; echo; } |"
                         "\"$AXIOM\" ingest --to axiom -q")
                  .status,
              0);
    ASSERT_EQ(axiom_.run({"erase", "3", "--reason", "asked for"}).status, 0);
    ASSERT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_EQ(second_opinion(path).erasures_owed, 0U);

    // The attachment's block as it was before; headers and bodies lie in others.
    std::fstream segment = open("axiom/segments/00000000.axm");
    std::ifstream old{axiom_.path("older"), std::ios::binary};
    std::string before((std::istreambuf_iterator<char>(old)), {});
    std::size_t const at = before.find("one") & ~std::size_t{4095};
    segment.seekp(static_cast<std::streamoff>(at));
    segment.write(before.data() + at, 4096);
    segment.close();

    Outcome const verdict = axiom_.run({"verify"});
    EXPECT_EQ(verdict.status, 4) << verdict.out;
    EXPECT_NE(verdict.out.find("erasure_owed at entry 3"), std::string::npos) << verdict.out;
    EXPECT_NE(verdict.out.find("axiom erase --owed"), std::string::npos) << verdict.out;
    EXPECT_EQ(second_opinion(path).erasures_owed, 1U);

    Outcome const completed = axiom_.run({"erase", "--owed"});
    EXPECT_EQ(completed.status, 0) << completed.err;
    EXPECT_NE(completed.err.find("completed 1 erasure "), std::string::npos) << completed.err;
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    std::string const head = axiom_.run({"log", "-n", "1", "--oneline"}).out;
    EXPECT_EQ(axiom_.run({"erase", "--owed"}).status, 1) << "there is nothing more to complete";
    EXPECT_EQ(axiom_.run({"log", "-n", "1", "--oneline"}).out, head) << "and nothing was written";
}

// What was carried out must not look as if it had not been.
TEST_F(CliMend, AChangeWhoseOutcomeCannotBePrintedIsSaidToBeDone) {
    ASSERT_EQ(axiom_.shell("echo one | \"$AXIOM\" ingest --to axiom -q --producer p").status, 0);
    std::string const before = axiom_.run({"log", "-n", "1", "--oneline"}).out;
    Outcome const closed = axiom_.shell("\"$AXIOM\" mark here 1 >&-");
    EXPECT_EQ(closed.status, 10) << closed.err;
    EXPECT_EQ(axiom_.run({"log", "-n", "1", "--oneline"}).out, before) << "nothing was written";
    Outcome const full = axiom_.shell("\"$AXIOM\" mark here 1 > /dev/full");
    EXPECT_EQ(full.status, 11) << full.err;
    EXPECT_NE(full.err.find("done, and durable"), std::string::npos) << full.err;
    EXPECT_EQ(axiom_.run({"show", "here"}).status, 0);
}

TEST_F(CliMend, OwedTakesNoEntryAndAnEntryNeedsAReason) {
    EXPECT_EQ(axiom_.run({"erase", "3", "--owed"}).status, 2);
    EXPECT_EQ(axiom_.run({"erase", "--owed", "--reason", "r"}).status, 2);
    EXPECT_EQ(axiom_.run({"erase", "3"}).status, 2);
    EXPECT_EQ(axiom_.run({"erase", "--reason", "r"}).status, 2);
}

TEST_F(CliMend, AClaimThatNoWriterMadeIsNamedKeepsWritersOutAndHasAWayBack) {
    for (std::uint64_t const epoch :
         {~std::uint64_t{0}, ~std::uint64_t{0} - 1, (std::uint64_t{1} << 20U) + 100}) {
        forge_claim(epoch);
        Outcome const verdict = axiom_.run({"verify"});
        EXPECT_EQ(verdict.status, 3) << verdict.out;
        EXPECT_NE(verdict.out.find("claims_ahead"), std::string::npos) << verdict.out;
        EXPECT_EQ(second_opinion(axiom_.path("axiom")).code, "claims_ahead");
        Outcome const kept_out = ingest_more();
        EXPECT_EQ(kept_out.status, 3) << kept_out.err;
        EXPECT_NE(kept_out.err.find("axiom doctor --reset-claims"), std::string::npos)
            << kept_out.err;
        Outcome const mended = axiom_.run({"doctor", "--reset-claims"});
        EXPECT_EQ(mended.status, 0) << mended.err;
        EXPECT_EQ(axiom_.run({"verify"}).status, 0);
        EXPECT_EQ(ingest_more().status, 0);
    }
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
}

TEST_F(CliMend, AClaimThatAWriterMayHaveMadeIsLeftAlone) {
    forge_claim(1000);
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_EQ(axiom_.run({"doctor", "--reset-claims"}).status, 1);
    EXPECT_EQ(ingest_more().status, 0);
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
}

TEST_F(CliMend, ClaimsAreNotResetUnderALivingWriter) {
    Outcome const outcome = axiom_.shell(
        "mkfifo in acks; \"$AXIOM\" ingest --to axiom --producer p -q < in > acks & "
        "exec 3> in 4< acks; echo x >&3; read acked <&4; \"$AXIOM\" doctor --reset-claims; "
        "status=$?; exec 3>&-; wait; exit $status");
    EXPECT_EQ(outcome.status, 10) << outcome.err;
}

} // namespace
} // namespace axiom::test
