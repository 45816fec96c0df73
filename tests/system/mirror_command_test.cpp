// Mirrors and archives through the command: made, remembered, mended, and said when they fail.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <tests/support/file_bytes.hpp>
#include <tests/support/seeded.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> segments(fs::path const& log) {
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator{log / "segments"}) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

class MirrorCommand : public testing::Test {
  protected:
    Outcome ingest(std::string const& input, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"ingest", "--to", "log", "--segment-mib", "1"};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words, input);
    }

    fs::path path(std::string const& name) { return axiom_.path(name); }

    void expect_sound(std::string const& log) {
        Outcome const verdict = axiom_.run({"verify", "--from", log});
        EXPECT_EQ(verdict.status, 0) << log << "\n" << verdict.out << verdict.err;
    }

    void expect_equal_sides() {
        auto const here = segments(path("log"));
        auto const there = segments(path("other"));
        ASSERT_EQ(here.size(), there.size());
        for (std::size_t index = 0; index < here.size(); ++index) {
            EXPECT_TRUE(bytes_in(here[index]) == bytes_in(there[index])) << here[index];
        }
        expect_sound("log");
        expect_sound("other");
    }

    static std::string some_lines(int count, std::string const& text = "line") {
        std::string lines;
        for (int index = 0; index < count; ++index) {
            lines += text + " " + std::to_string(index) + "\n";
        }
        return lines;
    }

    CliProgram axiom_;
};

TEST_F(MirrorCommand, AMirrorIsMadeAndGetsEveryWrite) {
    Outcome const outcome = ingest(some_lines(50), {"--mirror", "other"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("made "), std::string::npos) << outcome.err;
    expect_equal_sides();
}

TEST_F(MirrorCommand, AForgottenOptionDoesNotLetTheMirrorFallBehind) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    ASSERT_EQ(ingest("a\nb\n").status, 0);
    ASSERT_EQ(axiom_.run({"mark", "here", "--from", "log"}).status, 0);
    expect_equal_sides();
    // Named the other way round it is the same pair.
    ASSERT_EQ(axiom_.run({"mark", "there", "--from", "other"}).status, 0);
    expect_equal_sides();
}

TEST_F(MirrorCommand, AMirrorThatIsNotThereStopsTheVerbWithTheWayOut) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    fs::rename(path("other"), path("away"));
    Outcome const refused = ingest("a\nb\n");
    EXPECT_EQ(refused.status, 10) << refused.err;
    EXPECT_NE(refused.err.find("--mirror none"), std::string::npos) << refused.err;
    expect_sound("log");
    ASSERT_EQ(ingest("a\nb\n", {"--mirror", "none"}).status, 0);
    // Back again it catches up.
    fs::rename(path("away"), path("other"));
    Outcome const back = ingest("a\nb\nc\n", {"--mirror", "other"});
    ASSERT_EQ(back.status, 0) << back.err;
    EXPECT_NE(back.err.find("repaired "), std::string::npos) << back.err;
    expect_equal_sides();
}

TEST_F(MirrorCommand, ACloneDoesNotWriteToTheMirrorOfTheLogThatItWasClonedFrom) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    fs::copy(path("log"), path("clone"), fs::copy_options::recursive);
    Outcome const refused = axiom_.run({"mark", "here", "--from", "clone"});
    EXPECT_EQ(refused.status, 10) << refused.err;
    EXPECT_NE(refused.err.find("clone"), std::string::npos) << refused.err;
    EXPECT_EQ(axiom_.run({"mark", "here", "--from", "clone", "--mirror", "none"}).status, 0);
    expect_equal_sides();
}

TEST_F(MirrorCommand, AMirrorThatWasMadeAndDidNotComeToNoteTheLogIsKeptOnceItIsNamed) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    fs::remove(path("other") / "copies"); // as if the power had gone before it was written
    Outcome const refused = ingest("more\n");
    EXPECT_EQ(refused.status, 10);
    EXPECT_NE(refused.err.find("cut short"), std::string::npos) << refused.err;
    EXPECT_EQ(refused.err.find("clone"), std::string::npos) << refused.err;
    EXPECT_EQ(ingest("more\n", {"--mirror", "other", "--producer", "b"}).status, 0);
    EXPECT_EQ(ingest("and more\n", {"--producer", "c"}).status, 0);
    expect_equal_sides();
}

TEST_F(MirrorCommand, AFlippedByteAnywhereOnEitherSideIsRepaired) {
    ASSERT_EQ(ingest(some_lines(300), {"--mirror", "other"}).status, 0);
    Seeded seeded{42};
    for (int round = 0; round < 24; ++round) {
        auto const files = segments(path(round % 2 == 0 ? "log" : "other"));
        fs::path const& file = files[seeded.below(files.size())];
        // Half of them where the entries are, half anywhere.
        std::uint64_t const at = seeded.below(round % 4 < 2 ? 200'000 : fs::file_size(file));
        flip(file, at, static_cast<char>(1 + seeded.below(127)));
        Outcome const repaired = axiom_.run({"repair", "--from", "log"});
        ASSERT_EQ(repaired.status, 0) << file << " " << at << "\n" << repaired.err;
        EXPECT_NE(repaired.err.find("1 storage block from byte"), std::string::npos)
            << repaired.err;
        auto const here = segments(path("log"));
        auto const there = segments(path("other"));
        for (std::size_t index = 0; index < here.size(); ++index) {
            ASSERT_TRUE(bytes_in(here[index]) == bytes_in(there[index]));
        }
    }
    expect_equal_sides();
    Outcome const again = axiom_.run({"repair", "--from", "log"});
    EXPECT_EQ(again.out, "nothing to repair\n");
}

TEST_F(MirrorCommand, AWriterRepairsBeforeItWrites) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    flip(segments(path("other")).front(), 9000);
    ASSERT_EQ(axiom_.run({"mark", "here", "--from", "log"}).status, 0);
    expect_equal_sides();
}

TEST_F(MirrorCommand, ADryRunSaysWhatDiffersAndChangesNothing) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    fs::path const file = segments(path("other")).front();
    flip(file, 12288 + 400);
    std::string const before = bytes_in(file);
    Outcome const looked = axiom_.run({"repair", "--from", "log", "--dry-run", "--json"});
    EXPECT_EQ(looked.status, 1) << looked.err;
    auto const report = nlohmann::json::parse(looked.out);
    EXPECT_EQ(report["differing_blocks"], 1);
    EXPECT_EQ(report["changed"], false);
    EXPECT_TRUE(report["repairs"][0].contains("first"));
    EXPECT_TRUE(bytes_in(file) == before);
}

TEST_F(MirrorCommand, ADryRunMakesNoFolderForASideThatIsNotThere) {
    Outcome const neither =
        axiom_.run({"repair", "--from", "log", "--mirror", "other", "--dry-run"});
    EXPECT_EQ(neither.status, 7) << neither.err;
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    fs::copy(path("log"), path("kept"), fs::copy_options::recursive);
    for (std::string const side : {"log", "other"}) {
        fs::remove_all(path(side));
        std::vector<std::string> words{"repair", "--from", "log", "--mirror", "other", "--dry-run"};
        Outcome const looked = axiom_.run(words);
        EXPECT_EQ(looked.status, 1) << looked.err;
        EXPECT_NE(looked.err.find("to be made anew, " + side), std::string::npos) << looked.err;
        words.emplace_back("--json");
        EXPECT_EQ(nlohmann::json::parse(axiom_.run(words).out)["made_anew"],
                  nlohmann::json::array({side}));
        EXPECT_FALSE(fs::exists(path(side))) << side;
        words.resize(5);
        ASSERT_EQ(axiom_.run(words).status, 0);
        expect_equal_sides();
    }
}

TEST_F(MirrorCommand, DamageInOnePlaceOfBothIsRefusedByItsEntry) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    for (std::string const side : {"log", "other"}) {
        flip(segments(path(side)).front(), 8192 + 400, side == "log" ? 1 : 2);
    }
    std::string const here = bytes_in(segments(path("log")).front());
    std::string const there = bytes_in(segments(path("other")).front());
    Outcome const refused = axiom_.run({"repair", "--from", "log"});
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_NE(refused.err.find("entry 1 "), std::string::npos) << refused.err;
    EXPECT_TRUE(bytes_in(segments(path("log")).front()) == here);
    EXPECT_TRUE(bytes_in(segments(path("other")).front()) == there);
}

TEST_F(MirrorCommand, ALogThatIsGoneIsMadeAnewFromItsMirror) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    fs::remove_all(path("log"));
    Outcome const outcome = ingest("a\nb\n", {"--mirror", "other"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out.find("acked 1 "), std::string::npos) << "line 1 was there already";
    expect_equal_sides();
}

TEST_F(MirrorCommand, ASideWhoseSegmentsFolderIsGoneIsMadeAnewByRepairAndByWhoWrites) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    std::vector<std::string> const repair{"repair", "--from", "log"};
    for (std::string const side : {"log", "other"}) {
        fs::remove_all(path(side) / "segments");
        Outcome const looked = axiom_.run({"repair", "--from", "log", "--dry-run"});
        EXPECT_EQ(looked.status, 1) << looked.err;
        EXPECT_NE(looked.err.find("to be made anew, "), std::string::npos) << looked.err;
        EXPECT_NE(looked.err.find(side + ": from "), std::string::npos) << looked.err;
        EXPECT_FALSE(fs::exists(path(side) / "segments")) << side;
        Outcome const repaired = axiom_.run(repair);
        ASSERT_EQ(repaired.status, 0) << repaired.err;
        expect_equal_sides();
        fs::remove_all(path(side) / "segments");
        Outcome const refused = axiom_.run({"log", "--from", side});
        EXPECT_EQ(refused.status, 7) << refused.err;
        EXPECT_NE(refused.err.find("axiom repair --from " + side), std::string::npos)
            << refused.err;
        Outcome const written = ingest(some_lines(side == "log" ? 21 : 22));
        ASSERT_EQ(written.status, 0) << written.err;
        expect_equal_sides();
    }
    for (std::string const side : {"log", "other"}) {
        fs::remove_all(path(side) / "segments");
    }
    EXPECT_EQ(axiom_.run(repair).status, 7);
    EXPECT_EQ(axiom_.run({"repair", "--from", "log", "--dry-run"}).status, 7);
    EXPECT_FALSE(fs::exists(path("log") / "segments")) << "there is nothing to fill it from";
}

TEST_F(MirrorCommand, RepairBringsTheSnapshotsThatAPrunedLogBeginsWith) {
    ASSERT_EQ(ingest(some_lines(20), {"--mirror", "other"}).status, 0);
    ASSERT_EQ(axiom_.run({"prune", "--keep-boots", "0", "--reason", "x", "--from", "log"}).status,
              0);
    ASSERT_FALSE(fs::is_empty(path("other") / "snapshots"));
    std::vector<std::string> const pair{"repair", "--from", "log", "--mirror", "other"};
    for (std::string const lost : {"log", "log/snapshots", "other/snapshots"}) {
        fs::remove_all(path(lost));
        Outcome const repaired = axiom_.run(pair);
        ASSERT_EQ(repaired.status, 0) << repaired.err;
        EXPECT_NE(repaired.err.find("brought over to "), std::string::npos) << repaired.err;
        for (std::string const side : {"log", "other"}) {
            EXPECT_EQ(axiom_.run({"replay", "--from", side}).status, 0) << lost << " " << side;
        }
    }
    fs::remove_all(path("log/snapshots"));
    auto look = pair;
    look.insert(look.end(), {"--dry-run", "--json"});
    Outcome const looked = axiom_.run(look);
    EXPECT_EQ(looked.status, 1) << looked.err;
    EXPECT_EQ(nlohmann::json::parse(looked.out)["snapshots"][0]["side"], "log") << looked.out;
    EXPECT_FALSE(fs::exists(path("log/snapshots")));
    ASSERT_EQ(axiom_.run(pair).status, 0);
    Outcome const marked = axiom_.run({"mark", "a", "4", "--from", "log", "--mirror", "other"});
    EXPECT_EQ(marked.status, 0) << marked.err;
    EXPECT_EQ(axiom_.run(pair).out, "nothing to repair\n");
    expect_equal_sides();
}

// The note of the copies lies in the folder that went.
TEST_F(MirrorCommand, ALogThatIsMadeAnewKnowsItsMirrorAndItsArchiveAgain) {
    std::string const lines = "a\nb\nc\nsecret\n";
    for (bool const by_a_writer : {false, true}) {
        for (char const* const folder : {"log", "other", "shelf"}) {
            fs::remove_all(path(folder));
        }
        ASSERT_EQ(ingest(lines, {"--mirror", "other", "--archive", "shelf"}).status, 0);
        std::string const noted = bytes_in(path("log") / "copies");
        fs::remove_all(path("log"));
        Outcome const back = by_a_writer
                                 ? ingest(lines, {"--mirror", "other"})
                                 : axiom_.run({"repair", "--from", "log", "--mirror", "other"});
        ASSERT_EQ(back.status, 0) << back.err;
        EXPECT_EQ(bytes_in(path("log") / "copies"), noted);
        constexpr char const* entry_of_the_last = "6";
        Outcome const erased =
            axiom_.run({"erase", entry_of_the_last, "--reason", "asked", "--from", "log"});
        ASSERT_EQ(erased.status, 0) << erased.err;
        expect_equal_sides();
        EXPECT_EQ(axiom_.shell("grep -rl secret log other shelf").status, 1);
    }
}

TEST_F(MirrorCommand, AMirrorThatIsMadeAnewIsKeptLikeTheOneBefore) {
    for (std::vector<std::string> const& brings_back :
         {std::vector<std::string>{"repair", "--from", "log"},
          std::vector<std::string>{"seal", "--from", "log", "--mirror", "other"}}) {
        ASSERT_EQ(ingest("a\nb\n", {"--mirror", "other"}).status, 0);
        std::string const noted = bytes_in(path("other") / "copies");
        fs::remove_all(path("other"));
        Outcome const back = axiom_.run(brings_back);
        ASSERT_EQ(back.status, 0) << back.err;
        EXPECT_EQ(bytes_in(path("other") / "copies"), noted);
        EXPECT_EQ(axiom_.run({"mark", brings_back.front(), "3", "--from", "log"}).status, 0);
        expect_equal_sides();
    }
}

TEST_F(MirrorCommand, ARepairOfTwoThatKeepNoCopiesMakesThemNoPair) {
    ASSERT_EQ(ingest("a\nb\n").status, 0);
    ASSERT_EQ(axiom_.shell("cp -r log other").status, 0);
    ASSERT_EQ(axiom_.run({"repair", "--from", "log", "--mirror", "other"}).status, 0);
    EXPECT_FALSE(fs::exists(path("log") / "copies"));
    EXPECT_FALSE(fs::exists(path("other") / "copies"));
}

TEST_F(MirrorCommand, AnotherLogIsNoMirrorAndIsNotTouched) {
    ASSERT_EQ(ingest("a\n").status, 0);
    ASSERT_EQ(axiom_.run({"ingest", "--to", "stranger", "--segment-mib", "1"}, "x\n").status, 0);
    std::string const before = bytes_in(segments(path("stranger")).front());
    Outcome const refused = ingest("a\nb\n", {"--mirror", "stranger"});
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_TRUE(bytes_in(segments(path("stranger")).front()) == before);
    Outcome const itself = ingest("a\nb\n", {"--mirror", "./log"});
    EXPECT_EQ(itself.status, 2) << itself.err;
    fs::create_directory(path("full"));
    std::ofstream{path("full") / "letter"} << "mine";
    EXPECT_NE(ingest("a\nb\n", {"--mirror", "full"}).status, 0);
    EXPECT_EQ(bytes_in(path("full") / "letter"), "mine");
}

TEST_F(MirrorCommand, SidesThatWereWrittenApartAreRefused) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    fs::rename(path("other"), path("away"));
    ASSERT_EQ(ingest("a\nb\n", {"--mirror", "none"}).status, 0);
    fs::rename(path("log"), path("aside"));
    fs::rename(path("away"), path("log"));
    ASSERT_EQ(ingest("a\nB\n", {"--mirror", "none"}).status, 0);
    fs::rename(path("aside"), path("other"));
    Outcome const refused = axiom_.run({"repair", "--from", "log", "--mirror", "other"});
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_NE(refused.err.find("written apart"), std::string::npos) << refused.err;
    expect_sound("log");
    expect_sound("other");
}

TEST_F(MirrorCommand, ASideThatFailsWhileWritingIsSaidAndNothingAckedIsLost) {
    Outcome const outcome =
        axiom_.shell("mkfifo in\n"
                     "$AXIOM ingest --to log --mirror other --segment-mib 1 <in >acks 2>err &\n"
                     "exec 3>in\n"
                     "echo one >&3\n"
                     "until grep -q acked acks; do :; done\n"
                     "rm -rf other\n"
                     "head -c 4000000 /dev/urandom | base64 >&3\n"
                     "exec 3>&-\n"
                     "wait $!\n"
                     "echo status $?\n"
                     "wc -l <acks\n"
                     "cat err >&2\n");
    EXPECT_NE(outcome.out.find("status 11"), std::string::npos) << outcome.out << outcome.err;
    EXPECT_NE(outcome.err.find("left behind"), std::string::npos) << outcome.err;
    expect_sound("log");
    std::string const acked = outcome.out.substr(outcome.out.rfind('\n', outcome.out.size() - 2));
    EXPECT_GT(std::stoul(acked), 50'000U) << "everything was taken all the same";
    Outcome const anew = axiom_.run({"repair", "--from", "log", "--mirror", "other"});
    EXPECT_EQ(anew.status, 0) << anew.err;
    expect_equal_sides();
}

TEST_F(MirrorCommand, AnArchiveGetsFinishedSegmentsAndEveryReaderReadsIt) {
    Outcome const outcome = ingest(some_lines(6000, std::string(500, 'x')), {"--archive", "kept"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    auto const archived = segments(path("kept"));
    ASSERT_GE(archived.size(), 3U);
    EXPECT_LT(archived.size(), segments(path("log")).size());
    EXPECT_TRUE(fs::exists(path("kept") / "README"));
    Outcome const read = axiom_.run({"log", "--from", "kept", "-n", "1", "--oneline"});
    EXPECT_EQ(read.status, 0) << read.err;
    Outcome const verdict = axiom_.run({"verify", "--from", "kept"});
    EXPECT_EQ(verdict.status, 4) << verdict.out;
    // Remembered, like a mirror.
    ASSERT_EQ(axiom_.run({"mark", "here", "--from", "log"}).status, 0);
    // What rots in the log is mended from it.
    fs::path const rotten = segments(path("log"))[1];
    std::string const right = bytes_in(rotten);
    flip(rotten, 70'000);
    flip(rotten, 0);
    ASSERT_EQ(axiom_.run({"verify", "--from", "log"}).status, 3);
    Outcome const mended = axiom_.run({"repair", "--from", "log", "--from-archive", "kept"});
    ASSERT_EQ(mended.status, 0) << mended.err;
    EXPECT_TRUE(bytes_in(rotten) == right);
    expect_sound("log");
}

TEST_F(MirrorCommand, WhatIsErasedIsGoneFromMirrorAndArchiveToo) {
    std::string const secret = "a secret that nobody shall keep";
    ASSERT_EQ(ingest(secret + "\n" + some_lines(4000, std::string(500, 'x')),
                     {"--archive", "kept", "--mirror", "other"})
                  .status,
              0);
    auto const is_anywhere = [&](std::string const& folder) {
        for (fs::path const& file : segments(path(folder))) {
            if (bytes_in(file).find(secret) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    ASSERT_TRUE(is_anywhere("kept") && is_anywhere("other") && is_anywhere("log"));
    Outcome const found = axiom_.run({"export", "--from", "log", "--kind", "records.line"});
    auto const line = nlohmann::json::parse(found.out.substr(0, found.out.find('\n')));
    std::string const sequence = std::to_string(line["sequence"].get<std::uint64_t>());
    Outcome const erased =
        axiom_.run({"erase", sequence, "--from", "log", "--reason", "asked for"});
    ASSERT_EQ(erased.status, 0) << erased.err;
    EXPECT_FALSE(is_anywhere("log"));
    EXPECT_FALSE(is_anywhere("other"));
    EXPECT_FALSE(is_anywhere("kept"));
    expect_equal_sides();
    EXPECT_EQ(axiom_.run({"log", "--from", "kept", "-n", "1"}).status, 0);
}

// A clone carries the note of the copies with it.
TEST_F(MirrorCommand, ACloneOrAForkDoesNotTouchTheArchiveOfTheOriginal) {
    std::string const lines = some_lines(4000, std::string(500, 'x'));
    ASSERT_EQ(ingest(lines, {"--archive", "kept"}).status, 0);
    ASSERT_EQ(axiom_.shell("cp -r log clone; cp -r log copy; cp -r kept before").status, 0);
    Outcome const erased = axiom_.run({"erase", "100", "--reason", "x", "--from", "clone"});
    EXPECT_EQ(erased.status, 10) << erased.err;
    EXPECT_NE(erased.err.find("archive_of_another"), std::string::npos) << erased.err;
    Outcome const forked = axiom_.run({"fork", "--from", "copy", "--reason", "a clone"});
    EXPECT_EQ(forked.status, 0) << forked.err;
    EXPECT_NE(forked.err.find("no longer kept"), std::string::npos) << forked.err;
    std::string const key = forked.out.substr(forked.out.find("its key is in ") + 14);
    Outcome const more = axiom_.run(
        {"ingest", "--to", "copy", "--producer", "p", "--key", key.substr(0, key.find(':'))},
        lines);
    EXPECT_EQ(more.status, 0) << more.err;
    EXPECT_EQ(axiom_.shell("diff -r kept before").status, 0) << "not a byte was changed";
    Outcome const original = ingest(lines + lines);
    EXPECT_EQ(original.status, 0) << original.err;
    // The log was moved: its archive is its own when it says so.
    fs::rename(path("log"), path("moved"));
    std::vector<std::string> const mark{"mark", "m", "3", "--from", "moved"};
    EXPECT_EQ(axiom_.run(mark).status, 10);
    EXPECT_EQ(axiom_.run({"mark", "m", "3", "--from", "moved", "--archive", "kept"}).status, 0);
    EXPECT_EQ(axiom_.run(mark).status, 0);
}

TEST_F(MirrorCommand, AnArchiveThatIsNotThereStopsTheVerbAndNothingIsWritten) {
    ASSERT_EQ(ingest("a\n", {"--archive", "kept"}).status, 0);
    fs::rename(path("kept"), path("away"));
    std::string const before = axiom_.run({"log", "-n", "1", "--from", "log", "--oneline"}).out;
    Outcome const refused = ingest("a\nb\n");
    EXPECT_EQ(refused.status, 10) << refused.err;
    EXPECT_NE(refused.err.find("--archive none"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(path("kept")));
    EXPECT_EQ(axiom_.run({"log", "-n", "1", "--from", "log", "--oneline"}).out, before);
    fs::rename(path("away"), path("kept"));
    EXPECT_EQ(ingest("a\nb\n").status, 0);
}

TEST_F(MirrorCommand, CopiesLieApartFromTheLogAndFromEachOther) {
    for (std::vector<std::string> const& copies :
         std::vector<std::vector<std::string>>{{"--mirror", "log/sub"},
                                               {"--archive", "log"},
                                               {"--archive", "log/sub"},
                                               {"--mirror", "."},
                                               {"--mirror", "other", "--archive", "other"},
                                               {"--mirror", "other", "--archive", "other/sub"}}) {
        Outcome const refused = ingest("a\n", copies);
        EXPECT_EQ(refused.status, 2) << copies[1] << refused.err;
        EXPECT_FALSE(fs::exists(path("log"))) << copies[1];
    }
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    EXPECT_EQ(ingest("a\nb\n", {"--archive", "other"}).status, 2);
    EXPECT_EQ(ingest("a\nb\n", {"--archive", "log/../log/x"}).status, 2);
}

TEST_F(MirrorCommand, AnArchiveOfAnotherLogIsRefused) {
    ASSERT_EQ(ingest(some_lines(4000, std::string(500, 'x')), {"--archive", "kept"}).status, 0);
    Outcome const refused = axiom_.run(
        {"ingest", "--to", "stranger", "--segment-mib", "1", "--archive", "kept"}, "x\n");
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_NE(refused.err.find("another log"), std::string::npos) << refused.err;
}

TEST_F(MirrorCommand, RepairOfWhatIsNowhereFindsNothing) {
    EXPECT_EQ(axiom_.run({"repair", "--from", "nowhere", "--mirror", "neither"}).status, 7);
}

TEST_F(MirrorCommand, ADamagedNoteIsSaidAndNothingIsWritten) {
    ASSERT_EQ(ingest("a\n", {"--mirror", "other"}).status, 0);
    std::ofstream{path("log") / "copies"} << "axiom copies 1\nmirror relative\n";
    Outcome const refused = ingest("a\nb\n");
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("copies"), std::string::npos) << refused.err;
}

} // namespace
} // namespace axiom::test
