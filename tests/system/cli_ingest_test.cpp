// axiom ingest: what is acked is kept, the same input is taken once, and no line does harm.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include <nlohmann/json.hpp>

#include <tests/support/jury.hpp>
#include <tests/support/score.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

struct Acked {
    std::uint64_t sequence{};
    std::string hash;
};

std::map<std::uint64_t, Acked> whole_acks(std::string const& out) {
    std::map<std::uint64_t, Acked> acks;
    std::istringstream lines{out.substr(0, out.rfind('\n') + 1)};
    std::string word;
    std::uint64_t line = 0;
    Acked acked;
    while (lines >> word >> line >> acked.sequence >> acked.hash) {
        EXPECT_EQ(word, "acked");
        acks[line] = acked;
    }
    return acks;
}

class CliIngest : public testing::Test {
  protected:
    Outcome ingest(std::string const& input, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"ingest", "--to", "log"};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words, input);
    }

    std::vector<nlohmann::json> lines() {
        Outcome const exported = axiom_.run({"export", "--from", "log", "--kind", "records.line"});
        EXPECT_EQ(exported.status, 0) << exported.err;
        std::vector<nlohmann::json> entries;
        std::istringstream text{exported.out};
        for (std::string line; std::getline(text, line);) {
            entries.push_back(nlohmann::json::parse(line));
        }
        return entries;
    }

    CliProgram axiom_;
};

TEST_F(CliIngest, EveryLineIsAckedAndKeptVerbatim) {
    std::string const hostile{"with \x1b[31mescape\0and NUL", 24};
    Outcome const outcome = ingest("first\n\n" + hostile + "\nlast without newline");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    auto const acks = whole_acks(outcome.out);
    ASSERT_EQ(acks.size(), 4U);
    auto const kept = lines();
    ASSERT_EQ(kept.size(), 4U);
    std::vector<std::string> const expected{"first", "", hostile, "last without newline"};
    for (std::size_t index = 0; index < kept.size(); ++index) {
        EXPECT_EQ(kept[index]["data"].get<std::string>(), expected[index]);
        EXPECT_EQ(kept[index]["hash"], acks.at(index + 1).hash);
        EXPECT_EQ(kept[index]["sequence"], acks.at(index + 1).sequence);
    }
}

TEST_F(CliIngest, TheSameInputIsTakenOnceAndLongerInputGoesOn) {
    ASSERT_EQ(ingest("a\nb\n").status, 0);
    Outcome const again = ingest("a\nb\n");
    EXPECT_EQ(again.status, 0);
    EXPECT_EQ(again.out, "");
    Outcome const more = ingest("a\nb\nc\n");
    EXPECT_EQ(whole_acks(more.out).size(), 1U);
    EXPECT_EQ(lines().size(), 3U);
}

TEST_F(CliIngest, ADifferentLineStopsWithItsNumberAndChangesNothing) {
    ASSERT_EQ(ingest("a\nb\nc\n").status, 0);
    for (std::string const different : {"a\nB\nc\nd\n", "a\nbb\nc\nd\n", "a\n\nc\nd\n"}) {
        Outcome const outcome = ingest(different);
        EXPECT_EQ(outcome.status, 1);
        EXPECT_NE(outcome.err.find("line 2 "), std::string::npos) << outcome.err;
        EXPECT_EQ(lines().size(), 3U);
    }
}

TEST_F(CliIngest, ProducersHaveNumbersOfTheirOwn) {
    ASSERT_EQ(ingest("a\n", {"--producer", "one"}).status, 0);
    ASSERT_EQ(ingest("b\n", {"--producer", "two"}).status, 0);
    EXPECT_EQ(lines().size(), 2U);
}

TEST_F(CliIngest, ALineOfOneMebibyteIsTakenAndOneByteMoreIsRefusedByNumber) {
    std::string const longest(1U << 20U, 'x');
    Outcome const taken = ingest("a\n" + longest + "\n");
    ASSERT_EQ(taken.status, 0) << taken.err;
    EXPECT_EQ(lines().back()["data"].get<std::string>(), longest);
    Outcome const refused = ingest("a\n" + longest + "\nb\n" + longest + "x\nc\n");
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("line 4 "), std::string::npos) << refused.err;
    EXPECT_EQ(whole_acks(refused.out).size(), 1U);
    EXPECT_EQ(lines().size(), 3U);
}

// Each group ends with its segment, so a producer that is faster than the groups fills the ring.
TEST_F(CliIngest, SegmentsSmallerThanAGroupHoldTheProducerBackAndTakeEveryLine) {
    std::string input;
    for (unsigned line = 1; line <= 60'000; ++line) {
        input += "line number " + std::to_string(line) + "\n";
    }
    Outcome const outcome = ingest(input, {"--segment-mib", "1", "-q"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(whole_acks(outcome.out).size(), 60'000U);
    EXPECT_EQ(axiom_.run({"verify", "--from", "log"}).status, 0);
}

TEST_F(CliIngest, ALineThatNoSegmentHoldsIsRefusedByNumberAndNotWaitedFor) {
    std::string const longest(1U << 20U, 'x');
    std::string const fits(1000U << 10U, 'y');
    Outcome const refused = ingest("a\n" + fits + "\n" + longest + "\nb\n", {"--segment-mib", "1"});
    EXPECT_EQ(refused.status, 1) << refused.err;
    EXPECT_NE(refused.err.find("line 3 does not fit"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("too_long"), std::string::npos) << refused.err;
    EXPECT_EQ(whole_acks(refused.out).size(), 2U);
    EXPECT_EQ(lines().size(), 2U);
    EXPECT_EQ(axiom_.run({"verify", "--from", "log"}).status, 0);
}

TEST_F(CliIngest, AWholeLineIsAckedWhileTheNextOneIsStillComing) {
    // A pipe that holds more than is read at once, and in it no end of the second line.
    std::ofstream{axiom_.path("slow.py")} << "import fcntl, os, time\n"
                                             "fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)\n"
                                             "os.write(1, b'a\\n' + b'x' * 500000)\n"
                                             "for _ in range(1000):\n"
                                             "    if os.path.exists('first'):\n"
                                             "        os.write(1, b'\\n')\n"
                                             "        break\n"
                                             "    time.sleep(0.01)\n"
                                             "else:\n"
                                             "    os.write(1, b' was not acked')\n";
    Outcome const outcome =
        axiom_.shell("python3 slow.py | \"$AXIOM\" ingest --to log -q | "
                     "{ read -r line; echo \"$line\" > first; cat > rest; }; cat first rest; "
                     "\"$AXIOM\" show --data 4 --from log | wc -c");
    EXPECT_NE(outcome.out.find("\n500000\n"), std::string::npos) << outcome.out << outcome.err;
}

TEST_F(CliIngest, ALineThatWasErasedIsSaidToBeUncompared) {
    ASSERT_EQ(ingest("one\ntwo\n").status, 0);
    ASSERT_EQ(axiom_.run({"erase", "3", "--reason", "x", "--from", "log"}).status, 0);
    Outcome const again = ingest("one\ntwo\n");
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_NE(again.err.find("1 line was skipped uncompared"), std::string::npos) << again.err;
}

TEST_F(CliIngest, TheLogIsMadeWhereItsNameLeadsOrNowhere) {
    std::filesystem::create_directories(axiom_.path("elsewhere/inner"));
    std::filesystem::create_directory_symlink(axiom_.path("elsewhere/inner"), axiom_.path("link"));
    EXPECT_EQ(axiom_.run({"ingest", "--to", "link/../made"}, "one\n").status, 0);
    EXPECT_TRUE(std::filesystem::exists(axiom_.path("elsewhere/made/medium")));
    EXPECT_FALSE(std::filesystem::exists(axiom_.path("made")));
    EXPECT_EQ(axiom_.run({"ingest", "--to", "absent/../made"}, "one\n").status, 7);
    EXPECT_FALSE(std::filesystem::exists(axiom_.path("made")));
    EXPECT_EQ(axiom_.run({"ingest", "--to", "slashes//"}, "one\n").status, 0);
    Outcome const unnamed = axiom_.run({"ingest", "--to", std::string(200, 'n')}, "one\n");
    EXPECT_EQ(unnamed.status, 2);
    EXPECT_NE(unnamed.err.find("give --label"), std::string::npos) << unnamed.err;
}

TEST_F(CliIngest, WhatIsNoLogIsSaidAndWhatIsNeeded) {
    std::ofstream{axiom_.path("file")} << "mine";
    std::filesystem::create_directory(axiom_.path("full"));
    std::ofstream{axiom_.path("full/letter")} << "mine";
    for (std::string const place : {"file", "full"}) {
        Outcome const refused = axiom_.run({"ingest", "--to", place}, "one\n");
        EXPECT_EQ(refused.status, 8) << refused.err;
        EXPECT_NE(refused.err.find("absent or empty"), std::string::npos) << refused.err;
    }
    Outcome const account = ingest("one\n", {"--account", "99"});
    EXPECT_EQ(account.status, 7) << account.err;
    EXPECT_NE(account.err.find("no account 99"), std::string::npos) << account.err;
    EXPECT_EQ(account.err.find("line 0"), std::string::npos) << account.err;
}

// One of two makes the log; the other joins it, or is told that somebody writes.
TEST_F(CliIngest, TwoThatMakeOneLogAtOnceDoNotFail) {
    for (int round = 0; round < 8; ++round) {
        std::string const log = "log" + std::to_string(round);
        Outcome const outcome =
            axiom_.shell("for n in 1 2 3 4; do (echo $n | \"$AXIOM\" ingest --to " + log +
                         " --producer p$n -q; echo status $?) & done; wait");
        EXPECT_NE(outcome.out.find("status 0"), std::string::npos) << outcome.out << outcome.err;
        for (char const* const wrong : {"status 1\n", "status 2", "status 11"}) {
            EXPECT_EQ(outcome.out.find(wrong), std::string::npos) << outcome.out << outcome.err;
        }
        EXPECT_EQ(axiom_.run({"verify", "--from", log}).status, 0);
    }
    for (auto const& entry : std::filesystem::directory_iterator{axiom_.path("")}) {
        EXPECT_EQ(entry.path().string().find(".making-"), std::string::npos) << entry.path();
    }
}

TEST_F(CliIngest, HostileNdjsonIsKeptAndHarmsNobody) {
    std::vector<std::string> const hostile{
        std::string(100'000, '['),
        "{\"unit\":" + std::string(100'000, '{'),
        "{\"unit\":1e999999}",
        "{\"unit\":123456789012345678901234567890}",
        "{\"unit\":\"" + std::string(5000, 'u') + "\"}",
        "{\"unit\":\"\\ud800\"}",
        "{\"unit\":\"\\u001b]0;title\\u0007\\nentry 0 forged\"}",
        "{\"unit\":\"\xff\xfe\"}",
        "{\"unit\":{\"unit\":\"inner\"}}",
        "{\"unit\":\"a\",\"unit\":\"b\"}",
    };
    std::string input;
    for (std::string const& line : hostile) {
        input += line + "\n";
    }
    Outcome const outcome = ingest(input, {"--object", "unit", "--cause", "unit"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(lines().size(), hostile.size());
    for (std::vector<std::string> const& words :
         std::vector<std::vector<std::string>>{{"log"},
                                               {"log", "--oneline"},
                                               {"log", "--graph"},
                                               {"show", "9"},
                                               {"causes", "9"},
                                               {"sql", "select object, data from entries"},
                                               {"export"}}) {
        std::vector<std::string> all = words;
        all.insert(all.end(), {"--from", "log"});
        Outcome const shown = axiom_.run(all);
        EXPECT_EQ(shown.status, 0) << words[0] << shown.err;
        EXPECT_EQ(shown.out.find('\x1b'), std::string::npos) << words[0];
        EXPECT_EQ(shown.out.find("\nentry 0 forged"), std::string::npos) << words[0];
    }
}

TEST_F(CliIngest, ASecondWriterIsRefusedWhileTheFirstGoesOn) {
    Outcome const outcome =
        axiom_.shell("{ echo a; sleep 2; echo b; } | \"$AXIOM\" ingest --to log -q & sleep 0.7; "
                     "echo c | \"$AXIOM\" ingest --to log --producer other; status=$?; wait; "
                     "exit $status");
    EXPECT_EQ(outcome.status, 10) << outcome.err;
    EXPECT_NE(outcome.err.find("writer_alive"), std::string::npos) << outcome.err;
    EXPECT_EQ(lines().size(), 2U);
}

TEST_F(CliIngest, AForeignKeyIsRefusedAndNothingChanges) {
    ASSERT_EQ(ingest("a\n").status, 0);
    Outcome const foreign = axiom_.shell("head -c 64 /dev/zero | tr '\\0' 1 > k; chmod 600 k; "
                                         "printf 'a\\nb\\n' | \"$AXIOM\" ingest --to log --key k");
    EXPECT_EQ(foreign.status, 2) << foreign.err;
    EXPECT_NE(foreign.err.find("wrong_key"), std::string::npos) << foreign.err;
    EXPECT_EQ(lines().size(), 1U);
}

// One log, killed until its input is in it or `kills` are used up. How many kills that were.
unsigned kill_one_log(CliProgram const& axiom, std::mt19937& random, unsigned kills) {
    std::vector<std::string> input;
    std::string text;
    for (unsigned line = 1; line <= 3000; ++line) {
        // Short lines, and now and then one that takes several storage blocks.
        input.push_back("line " + std::to_string(line) +
                        std::string(random() % 40 == 0 ? random() % 9000 : 0, 'x'));
        text += input.back() + "\n";
    }
    std::map<std::uint64_t, Acked> acked;
    auto const take = [&](std::string const& out) {
        for (auto const& [line, ack] : whole_acks(out)) {
            auto const [held, fresh] = acked.try_emplace(line, ack);
            EXPECT_TRUE(fresh || held->second.hash == ack.hash) << "line " << line;
        }
    };
    unsigned killed = 0;
    while (killed < kills && acked.size() < input.size()) {
        unsigned const ms = 1 + static_cast<unsigned>(random() % 60);
        Outcome const outcome = axiom.run_and_kill({"ingest", "--to", "log", "-q"}, text, ms);
        EXPECT_TRUE(outcome.status == 256 + SIGKILL || outcome.status == 0)
            << outcome.status << outcome.err;
        take(outcome.out);
        killed += outcome.status == 0 ? 0 : 1;
    }
    // What lies there now: nothing false, whatever instant it was.
    Outcome const between = axiom.run({"verify", "--from", "log", "-q"});
    bool const is_there = std::filesystem::exists(axiom.path("log"));
    EXPECT_TRUE(is_there ? between.status == 0 || between.status == 4 : between.status == 7)
        << between.status << between.out << between.err;
    Outcome const rest = axiom.run({"ingest", "--to", "log", "-q"}, text);
    EXPECT_EQ(rest.status, 0) << rest.err;
    take(rest.out);
    Outcome const verified = axiom.run({"verify", "--from", "log", "-q"});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
    SecondOpinion const second = second_opinion(axiom.path("log"));
    EXPECT_TRUE(second.holds && !second.torn) << second.text;

    Outcome const exported = axiom.run({"export", "--from", "log", "--kind", "records.line"});
    EXPECT_EQ(exported.status, 0) << exported.err;
    std::istringstream lines{exported.out};
    std::size_t kept = 0;
    for (std::string line; std::getline(lines, line); ++kept) {
        auto const entry = nlohmann::json::parse(line);
        EXPECT_EQ(entry["data"], input.at(kept)) << "line " << kept + 1;
        if (auto const ack = acked.find(kept + 1); ack != acked.end()) {
            EXPECT_EQ(entry["hash"], ack->second.hash) << "line " << kept + 1;
            EXPECT_EQ(entry["sequence"], ack->second.sequence) << "line " << kept + 1;
        }
    }
    EXPECT_EQ(kept, input.size());
    return killed;
}

// AXIOM_LONG=1 makes a campaign of it, AXIOM_KILLS=N one of that length.
TEST(CliIngestKilled, AtAnyInstantNoAckedLineIsLostAndBothVerifiersAgree) {
    char const* const asked = std::getenv("AXIOM_KILLS");
    auto const kills = asked != nullptr ? static_cast<unsigned>(std::strtoul(asked, nullptr, 10))
                                        : static_cast<unsigned>(few_or_many(24, 3000));
    std::random_device source;
    unsigned const seed = source();
    std::mt19937 random{seed};
    SCOPED_TRACE("seed " + std::to_string(seed));
    unsigned killed = 0;
    for (unsigned log = 0; killed < kills && log < kills && !testing::Test::HasFailure(); ++log) {
        CliProgram const axiom;
        killed += kill_one_log(axiom, random, std::min(kills - killed, 12U));
    }
    score("kills", killed, HasFailure() ? 1 : 0);
    EXPECT_GE(killed, kills / 2);
}

} // namespace
} // namespace axiom::test
