// THREATS.md, row 13: what a hostile caller does with words, environment and descriptors. Wrong
// words are exit 2 and touch nothing; everything else works or fails cleanly, and no log is harmed.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

class Threat13 : public testing::Test {
  protected:
    Threat13() {
        Outcome const made = axiom_.run({"ingest", "--to", "axiom", "-q"}, "one\ntwo\n");
        EXPECT_EQ(made.status, 0) << made.err;
        before_ = everything();
    }

    // Every regular file below the folder and what it holds, but for the harness's own.
    std::map<std::string, std::string> everything() const {
        std::map<std::string, std::string> files;
        for (auto const& entry : fs::recursive_directory_iterator{axiom_.path("")}) {
            std::string const name = entry.path().filename().string();
            if (entry.is_regular_file() && !name.starts_with(".")) {
                files[entry.path().string()] = contents(entry.path().string());
            }
        }
        return files;
    }

    static std::string contents(std::string const& path) {
        std::ifstream file{path, std::ios::binary};
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    void refused(std::vector<std::string> const& words, int status = 2) {
        Outcome const outcome = axiom_.run(words);
        std::string said;
        for (std::string const& word : words) {
            said += word + " ";
        }
        EXPECT_EQ(outcome.status, status) << said << outcome.err;
        EXPECT_EQ(outcome.out, "") << said;
        EXPECT_EQ(everything(), before_) << said;
    }

    bool sound() const { return axiom_.run({"verify"}).status == 0; }

    CliProgram axiom_;
    std::map<std::string, std::string> before_;
};

TEST_F(Threat13, NumbersThatAreNoneAreUsageAndTouchNothing) {
    for (std::string const number :
         {"-0", "-1", "+1", "1e9999", "0x10", "18446744073709551616", "", " 1", "1 ", "NaN", "1.0",
          "99999999999999999999999999999999999999"}) {
        refused({"log", "-n", number});
        refused({"ingest", "--to", "new", "--segment-mib", number});
        refused({"verify", "--jobs", number});
    }
    for (std::string const who :
         {"-1", "+1", "1e9999", "0x", "18446744073709551616", " 1", "NaN"}) {
        refused({"whatif", "--action", "line", "--principal=" + who}, 7);
    }
}

TEST_F(Threat13, ReferencesThatAreNoneAreUsageAndNumbersBeyondTheLogAreNotFound) {
    for (std::string const reference :
         {"", "-1", "@~-1", "@~18446744073709551616", "boot:x", "3..1", "..", "1...2", "a b"}) {
        Outcome const outcome = axiom_.run({"show", "--", reference});
        EXPECT_EQ(outcome.status, 2) << reference << outcome.err;
        EXPECT_EQ(outcome.out, "") << reference;
    }
    EXPECT_EQ(axiom_.run({"show", "18446744073709551615"}).status, 7);
    EXPECT_EQ(everything(), before_);
}

TEST_F(Threat13, ADoubleDashEndsTheOptionsAndNoMore) {
    EXPECT_EQ(axiom_.run({"show", "--json", "--", "2"}).status, 0);
    refused({"log", "--", "--from"});
    refused({"--"});
}

TEST_F(Threat13, EmptyWordsAreUsage) {
    for (std::vector<std::string> const& words : std::vector<std::vector<std::string>>{
             {""},
             {"log", "--from", ""},
             {"ingest", "--to", ""},
             {"ingest", "--to", "new", "--key", ""},
             {"export", "--out", ""},
             {"sql", ""},
             {"sql", "select 1", "--out", ""},
             {"receipt", "2", "-o", ""},
             {"mark", ""},
             {"erase", "3", "--reason", ""},
         }) {
        refused(words);
    }
}

TEST_F(Threat13, WhatCanNeverBeALogIsUsage) {
    ASSERT_EQ(axiom_.shell("mkfifo fifo; mkdir empty").status, 0);
    for (std::string const path : {"/dev/stdin", "/dev/fd/0", "/dev/null", "/dev/zero", "fifo"}) {
        refused({"log", "--from", path});
        refused({"verify", "--from", path});
        refused({"ingest", "--to", path});
        refused({"sql", "select 1", "--from", path});
    }
    refused({"log", "--from", "empty"}, 7);
    refused({"log", "--from", "absent"}, 7);
}

TEST_F(Threat13, AnOutputIsANewFileAndNeverTheLogOrALink) {
    ASSERT_EQ(axiom_
                  .shell("echo precious > precious; ln -s precious link; ln -s nowhere dangling;"
                         "mkdir folder; mkfifo fifo; : > nothing")
                  .status,
              0);
    before_ = everything();
    for (std::string const path :
         {"axiom", "axiom/medium", "axiom/lock", "axiom/segments/00000000.axm",
          "axiom/segments/00000001.axm", "axiom/new", "./axiom/../axiom/new", "precious", "link",
          "dangling", "folder", "fifo", "nothing"}) {
        refused({"export", "--out", path});
        refused({"export", "--format", "sqlite", "--out", path});
        refused({"sql", "select count(*) from entries", "--out", path});
        refused({"receipt", "2", "-o", path});
    }
    refused({"ingest", "--to", "other", "--key", "other/key"});
}

TEST_F(Threat13, ADatabaseIsReplacedOnlyIfItIsThisLogsProjection) {
    ASSERT_EQ(axiom_.run({"ingest", "--to", "other", "-q"}, "three\n").status, 0);
    std::vector<std::string> const ask{"sql", "select count(*) from lines", "--out", "mine"};
    Outcome const first = axiom_.run(ask);
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_EQ(axiom_.run(ask).out, first.out) << "its own it brings up to date";
    before_ = everything();
    refused({"sql", "select 1", "--out", "mine", "--from", "other"});
    refused({"sql", "select 1", "--out", "folder/absent"}, 7);
    // The copy in the cache is this program's own: damaged, it is made anew.
    Outcome const cached =
        axiom_.shell("\"$AXIOM\" sql 'select 1' -q; for f in \"$XDG_CACHE_HOME\"/axiom/*.sqlite; "
                     "do echo garbage > \"$f\"; done; \"$AXIOM\" sql 'select count(*) from lines'");
    EXPECT_EQ(cached.status, 0) << cached.err;
}

TEST_F(Threat13, AHostileLocaleChangesNothing) {
    Outcome const plain = axiom_.run({"log", "--json"});
    for (char const* const locale : {"tr_TR.UTF-8", "xx_YY.bogus", "C", "de_DE@euro"}) {
        Outcome const outcome =
            axiom_.shell(std::string{"LC_ALL='"} + locale + "' LANG='" + locale +
                         "' TZ='../../etc/passwd' \"$AXIOM\" log "
                         "--json");
        EXPECT_EQ(outcome.status, 0) << locale;
        EXPECT_EQ(outcome.out, plain.out) << locale;
    }
}

TEST_F(Threat13, WithAnyOfTheThreeStreamsClosedNoLogIsWrittenIntoAnother) {
    for (char const* const closed :
         {"<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"}) {
        Outcome const outcome = axiom_.shell(std::string{"echo three > in; \"$AXIOM\" ingest --to "
                                                         "axiom --producer p < in "} +
                                             closed + "; echo $? > status");
        EXPECT_EQ(outcome.status, 0);
        int const status = std::stoi(contents(axiom_.path("status")));
        EXPECT_LT(status, 128) << closed;
        EXPECT_TRUE(sound()) << closed;
    }
}

TEST_F(Threat13, UnderTheTightestLimitsItFailsCleanlyAndTheLogIsSound) {
    for (char const* const limit : {"-n 3", "-n 6", "-n 12", "-f 0", "-f 1", "-v 60000"}) {
        for (char const* const verb : {"log", "verify", "at @", "sql 'select 1'", "mark m",
                                       "ingest --to axiom --producer q < in",
                                       "ingest --to made < in", "export --out x.$$"}) {
            Outcome const outcome = axiom_.shell(
                std::string{"echo x > in; ( ulimit "} + limit + " && exec \"$AXIOM\" " + verb +
                " ) > /dev/null 2>&1; echo $? > status; rm -rf made");
            EXPECT_EQ(outcome.status, 0);
            std::string const words = std::string{"ulimit "} + limit + "; axiom " + verb;
            // 127: the loader itself had no room to start a program.
            int const status = std::stoi(contents(axiom_.path("status")));
            EXPECT_TRUE(status < 70 || status == 127) << words << " -> " << status;
        }
        EXPECT_TRUE(sound()) << limit;
    }
}

TEST_F(Threat13, AReaderOfAcksThatGoesAwayEndsTheIngestAndNotTheLog) {
    Outcome const outcome = axiom_.shell("seq 1 50000 | { \"$AXIOM\" ingest --to axiom --producer "
                                         "p -q; echo $? > status; } | head -n 1");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(contents(axiom_.path("status")), "11\n"); // not all was taken, so this is no success
    EXPECT_NE(outcome.err.find("output_failed"), std::string::npos) << outcome.err;
    EXPECT_TRUE(sound());
}

TEST_F(Threat13, AStateLargerThanAllowedIsRefusedBeforeItIsAllocated) {
    Outcome const outcome = axiom_.shell("AXIOM_STATE_MIB=1 exec \"$AXIOM\" at @");
    EXPECT_EQ(outcome.status, 10) << outcome.err;
    EXPECT_NE(outcome.err.find("state_too_large"), std::string::npos) << outcome.err;
    EXPECT_EQ(axiom_.shell("AXIOM_STATE_MIB=1 exec \"$AXIOM\" mark m").status, 10);
    for (char const* const words : {"0", "x", "-1", "1e9", "18446744073709551616"}) {
        EXPECT_EQ(
            axiom_.shell(std::string{"AXIOM_STATE_MIB="} + words + " exec \"$AXIOM\" at @").status,
            2)
            << words;
    }
    EXPECT_EQ(axiom_.shell("AXIOM_STATE_MIB=512 exec \"$AXIOM\" at @").status, 0);
}

} // namespace
} // namespace axiom::test
