// `axiom repair` of what has no mirror: what is whole, what an archive mends, what is another
// log's.

#include <gtest/gtest.h>

#include <filesystem>

#include <tests/support/file_bytes.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

class RepairCommand : public testing::Test {
  protected:
    // Some three segments of a mebibyte.
    void make(std::string const& log, std::vector<std::string> const& more, char filler = 'x') {
        std::vector<std::string> words{"ingest", "--to", log, "--segment-mib", "1", "-q"};
        words.insert(words.end(), more.begin(), more.end());
        Outcome const made = axiom_.run(words, lines(0, 5000, filler));
        ASSERT_EQ(made.status, 0) << made.err;
    }

    static std::string lines(int from, int to, char filler = 'x') {
        std::string text;
        for (int line = from; line < to; ++line) {
            text += std::string(300, filler) + std::to_string(line) + "\n";
        }
        return text;
    }

    void rot(std::string const& log, std::uint64_t at = 50'000) {
        flip(fs::path{axiom_.path(log)} / "segments" / "00000000.axm", at);
    }

    Outcome repair(std::string const& log, std::vector<std::string> const& more = {}) {
        std::vector<std::string> words{"repair", "--from", log};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words);
    }

    [[nodiscard]] int verified(std::string const& log) const {
        return axiom_.run({"verify", "--from", log}).status;
    }

    static bool says(Outcome const& outcome, std::string const& words) {
        return outcome.err.find(words) != std::string::npos;
    }

    CliProgram axiom_;
};

TEST_F(RepairCommand, WhatIsWholeHasNothingToRepairAndItIsSaidWhatWasLookedAt) {
    make("log", {"--archive", "kept"});
    make("bare", {});
    for (std::string const log : {"log", "kept", "bare"}) {
        for (std::vector<std::string> const& more :
             {std::vector<std::string>{}, std::vector<std::string>{"--dry-run"}}) {
            Outcome const outcome = repair(log, more);
            EXPECT_EQ(outcome.status, 0) << log << outcome.err;
            EXPECT_EQ(outcome.out, "nothing to repair\n");
            EXPECT_TRUE(says(outcome, "looked at " + log + ": its medium, and every byte of"))
                << outcome.err;
        }
    }
    rot("bare");
    for (std::vector<std::string> const& more :
         {std::vector<std::string>{}, std::vector<std::string>{"--dry-run"}}) {
        EXPECT_EQ(repair("bare", more).status, 3) << "what is rotten is not whole";
    }
}

// The step that `verify` names leads somewhere, for either.
TEST_F(RepairCommand, ALogIsMendedFromTheArchiveThatItNotesAndAnArchiveFromItsLog) {
    make("log", {"--archive", "kept"});
    for (std::string const log : {"log", "kept"}) {
        int const before = verified(log);
        rot(log);
        Outcome const verdict = axiom_.run({"verify", "--from", log});
        EXPECT_NE(verdict.out.find("axiom repair"), std::string::npos) << verdict.out;
        EXPECT_EQ(repair(log, {"--dry-run"}).status, 1);
        Outcome const mended = repair(log);
        EXPECT_EQ(mended.status, 0) << mended.err;
        EXPECT_TRUE(says(mended, "from what is noted")) << mended.err;
        EXPECT_EQ(verified(log) == 0, before == 0 || log == "kept") << log;
        EXPECT_EQ(repair(log).out, "nothing to repair\n");
    }
}

// The newest segment comes to the archive with the repair, as far as it goes then.
TEST_F(RepairCommand, AnArchiveThatWasMendedGetsTheRestOfItsNewestSegment) {
    make("log", {"--archive", "kept"});
    rot("kept");
    ASSERT_EQ(repair("kept").status, 0);
    ASSERT_EQ(axiom_.run({"ingest", "--to", "log", "-q"}, lines(0, 11'000)).status, 0);
    auto const entries_in = [&](std::string const& log, std::string const& number) {
        return bytes_in(fs::path{axiom_.path(log)} / "segments" / ("0000000" + number + ".axm"));
    };
    for (std::string const number : {"0", "1", "2", "3"}) {
        EXPECT_TRUE(entries_in("log", number) == entries_in("kept", number)) << number;
    }
    EXPECT_EQ(repair("kept").status, 0);
}

TEST_F(RepairCommand, APairThatIsDamagedInOnePlaceIsMendedFromTheArchive) {
    make("log", {"--mirror", "other", "--archive", "kept"});
    rot("log");
    rot("other");
    Outcome const mended = repair("log");
    EXPECT_EQ(mended.status, 0) << mended.err;
    EXPECT_EQ(verified("log"), 0);
    EXPECT_EQ(verified("other"), 0);
}

TEST_F(RepairCommand, AnArchiveOfAnotherLogIsRefusedWholeOrNot) {
    make("log", {});
    make("one", {"--archive", "kept"}, 'y');
    ASSERT_EQ(axiom_.run({"ingest", "--to", "two", "-q", "--archive", "wide"}, "a\n").status, 0);
    for (bool const damaged : {false, true}) {
        if (damaged) {
            rot("log");
        }
        std::string const before = bytes_in(fs::path{axiom_.path("log/segments/00000000.axm")});
        for (std::string const archive : {"kept", "wide"}) {
            Outcome const refused = repair("log", {"--from-archive", archive});
            EXPECT_EQ(refused.status, 3) << refused.err;
            EXPECT_TRUE(says(refused, archive + " archives another log than log")) << refused.err;
        }
        EXPECT_TRUE(before == bytes_in(fs::path{axiom_.path("log/segments/00000000.axm")}));
    }
}

TEST_F(RepairCommand, ALogWithoutSegmentsGetsThoseThatAreArchivedAndIsToldWhatIsNot) {
    make("log", {"--archive", "kept"});
    for (bool const folder_too : {true, false}) {
        fs::path const segments = axiom_.path("log/segments");
        fs::remove_all(segments);
        if (!folder_too) {
            fs::create_directory(segments);
        } else {
            for (std::string const verb : {"log", "mark", "repair"}) {
                std::vector<std::string> words{verb, "--from", "log"};
                if (verb == "mark") {
                    words.emplace_back("here");
                }
                Outcome const refused = axiom_.run(words);
                EXPECT_EQ(refused.status, 7) << verb << refused.err;
                EXPECT_TRUE(says(refused, "--from-archive")) << verb << refused.err;
            }
        }
        EXPECT_EQ(repair("log", {"--from-archive", "kept", "--dry-run"}).status, 1);
        EXPECT_EQ(fs::exists(segments), !folder_too) << "a dry run makes no folder";
        Outcome const restored = repair("log", {"--from-archive", "kept"});
        EXPECT_EQ(restored.status, 4) << restored.err;
        EXPECT_TRUE(says(restored, "nothing of what came behind")) << restored.err;
        EXPECT_TRUE(says(restored, "axiom fork")) << restored.err;
        EXPECT_TRUE(bytes_in(segments / "00000001.axm") ==
                    bytes_in(fs::path{axiom_.path("kept/segments/00000001.axm")}));
        EXPECT_EQ(repair("log").out, "nothing to repair\n");
    }
}

} // namespace
} // namespace axiom::test
