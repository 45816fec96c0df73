// The command's frame: usage, statuses, streams, and what a hostile caller may do to them.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

class CliFrame : public testing::Test {
  protected:
    CliProgram axiom_;
};

TEST_F(CliFrame, HelpManAndCompletionKnowEveryVerb) {
    Outcome const help = axiom_.run({"--help"});
    ASSERT_EQ(help.status, 0);
    Outcome const bash = axiom_.run({"completion", "bash"});
    for (char const* const verb : {"ingest", "log", "show", "sql", "export", "doctor", "mark"}) {
        EXPECT_NE(help.out.find(verb), std::string::npos) << verb;
        EXPECT_NE(bash.out.find(verb), std::string::npos) << verb;
        EXPECT_EQ(axiom_.run({verb, "--help"}).status, 0) << verb;
        EXPECT_NE(axiom_.run({"man", verb}).out.find(".SH EXIT STATUS"), std::string::npos) << verb;
    }
}

TEST_F(CliFrame, PagesAreAsciiNameArgumentsAlikeAndTellOnlyWhatConcernsTheVerb) {
    ASSERT_EQ(axiom_.run({"man", "--to", "pages"}).status, 0);
    unsigned pages = 0;
    for (auto const& page : std::filesystem::directory_iterator{axiom_.path("pages")}) {
        std::ifstream file{page.path()};
        std::string const text((std::istreambuf_iterator<char>(file)), {});
        EXPECT_TRUE(std::ranges::all_of(text, [](char letter) {
            return static_cast<unsigned char>(letter) < 0x80U;
        })) << page.path();
        bool const overview = page.path().filename() == "axiom.1";
        EXPECT_EQ(text.find("AXIOM_LOG") != std::string::npos,
                  overview || text.find("\\-\\-from LOG") != std::string::npos)
            << page.path();
        ++pages;
    }
    EXPECT_GT(pages, 30U);
    for (std::vector<std::string> const& words : std::vector<std::vector<std::string>>{
             {"verify"}, {"erase"}, {"diff"}, {"policy", "check"}, {"receipt", "check"}}) {
        std::vector<std::string> all = words;
        all.emplace_back("--help");
        std::string const help = axiom_.run(all).out;
        std::string const usage = help.substr(0, help.find('\n'));
        std::string const arguments = usage.substr(usage.find("[OPTION]..."));
        EXPECT_TRUE(std::ranges::none_of(arguments, [](char letter) {
            return letter >= 'a' && letter <= 'z';
        })) << usage;
    }
}

TEST_F(CliFrame, WrongWordsAreUsageAndTouchNothing) {
    std::vector<std::vector<std::string>> const wrong{
        {},
        {"nonsense"},
        {"log", "--nonsense"},
        {"log", "-n", "-0"},
        {"log", "-n", "1e9999"},
        {"log", "-n", "0x10"},
        {"log", "-n", "18446744073709551616"},
        {"log", "-n", ""},
        {"log", "--from", ""},
        {"log", "--since", "yesterday-ish"},
        {"log", "--since", "2026-02-30"},
        {"log", "--since", "2025-02-29T12:00Z"},
        {"log", "--until", "2026-11-31T12:00:00.000Z"},
        {"log", "--until", "2026-11-21T12:00:00.Z"},
        {"log", "--until", "2026-11-21T12:00:00.1234567890Z"},
        {"log", "--since", "1969-12-31"},
        {"log", "--since", "2554-07-22"},
        {"log", "--color", "mauve"},
        {"log", "a", "b"},
        {"ingest"},
        {"ingest", "--to", ""},
        {"ingest", "--to", "x", "--producer", ""},
        {"ingest", "--to", "x", "--segment-mib", "0"},
        {"completion", "powershell"},
        {"log", "--from", "/dev/null"},
        {"log", "--from", "/dev/stdin"},
    };
    for (auto const& words : wrong) {
        Outcome const outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, 2) << (words.empty() ? "(nothing)" : words.back());
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find("axiom: error [usage]"), std::string::npos) << outcome.err;
    }
    EXPECT_FALSE(std::filesystem::exists(axiom_.path("x")));
}

TEST_F(CliFrame, WrongWordsAreToldInPlainOnes) {
    auto const told = [&](std::vector<std::string> const& words, char const* what) {
        std::string const err = axiom_.run(words).err;
        EXPECT_NE(err.find(what), std::string::npos) << err;
    };
    told({"ingest", "--to"}, "--to needs a value");
    told({"log", "-n", "1", "-n", "2"}, "--count stands more than once");
    told({"policy", "chekc"}, "one of: policy check, policy test");
    told({"receipt", "check"}, "FILE is missing: the receipt");
    std::ofstream{axiom_.path("long")} << std::string(5U << 20U, '#');
    told({"policy", "check", "long"}, "is longer than 4194304 bytes");
    std::ofstream{axiom_.path("empty")};
    told({"policy", "check", "empty"}, "empty:1:");
    EXPECT_NE(axiom_.run({"ingest", "--help"}).out.find("usage: axiom ingest --to LOG [OPTION]"),
              std::string::npos);
}

TEST_F(CliFrame, APipeIsNoLog) {
    EXPECT_EQ(axiom_.shell("mkfifo p; exec timeout 10 \"$AXIOM\" log --from p").status, 2);
}

TEST_F(CliFrame, AnAbsentLogIsNotFoundAndAnotherFileIsIncompatible) {
    EXPECT_EQ(axiom_.run({"log"}).status, 7);
    Outcome const garbage =
        axiom_.shell("head -c 700000 /dev/zero > g; exec \"$AXIOM\" log --from g");
    EXPECT_EQ(garbage.status, 8) << garbage.err;
}

TEST_F(CliFrame, ClosedStreamsAreNoPlaceForALog) {
    EXPECT_EQ(axiom_.shell("echo a | \"$AXIOM\" ingest --to l -q >&- 2>&-; test $? -ne 0").status,
              0);
    EXPECT_EQ(axiom_.shell("exec \"$AXIOM\" version >&-").status, 10);
    EXPECT_EQ(axiom_.shell("exec \"$AXIOM\" ingest --to m <&-").status, 2);
    EXPECT_EQ(axiom_.shell("exec \"$AXIOM\" version > /dev/full").status, 11);
}

TEST_F(CliFrame, AReaderThatGoesAwayIsNoFailure) {
    Outcome const outcome = axiom_.shell("seq 1 20000 | \"$AXIOM\" ingest --to l -q > acks; "
                                         "{ \"$AXIOM\" log --from l; echo $? >&2; } | head -n 1");
    EXPECT_EQ(outcome.err, "0\n");
}

TEST_F(CliFrame, AnAnswerIsTheStatusWhetherAnybodyReadsItOrNot) {
    // The pause lets the reader be gone before the first byte comes.
    Outcome const outcome = axiom_.shell(
        "seq 1 9 | \"$AXIOM\" ingest --to l -q > acks; cp -r l damaged; "
        "printf x | dd of=damaged/segments/00000000.axm bs=1 seek=4200 conv=notrunc status=none; "
        "unread() { { sleep 0.2; \"$AXIOM\" \"$@\"; echo $? >&2; } | true; }; "
        "unread verify --from l; unread verify --from damaged; unread verify --from damaged --json;"
        "unread diff 3 4 --from l; unread whatif -p 9 -a line --from l; unread log --from l");
    EXPECT_EQ(outcome.err, "0\n3\n3\n1\n6\n0\n");
}

TEST_F(CliFrame, APagerThatIsNotThereIsSaid) {
    Outcome const outcome = axiom_.shell(
        "seq 1 9 | \"$AXIOM\" ingest --to l -q > acks; export AXIOM_PAGER=no-such-pager; "
        "python3 -c 'import os, pty, sys; "
        "sys.exit(os.waitstatus_to_exitcode(pty.spawn([os.environ[\"AXIOM\"], \"log\", "
        "\"--from\", \"l\"])))' < /dev/null");
    EXPECT_EQ(outcome.status, 10) << outcome.out << outcome.err;
    EXPECT_NE(outcome.out.find("no_pager"), std::string::npos) << outcome.out;
}

TEST_F(CliFrame, ErrorsAreJsonWhenAskedFor) {
    Outcome const outcome = axiom_.run({"log", "--json"});
    EXPECT_EQ(outcome.status, 7);
    EXPECT_NE(outcome.err.find("\"schema\":\"axiom.error/1\""), std::string::npos);
    EXPECT_NE(outcome.err.find("\"exit\":7"), std::string::npos);
}

TEST_F(CliFrame, PagesAndScriptsAreJsonWhenAskedForAndATourIsNot) {
    for (std::vector<std::string> const& words :
         std::vector<std::vector<std::string>>{{"man", "--json"},
                                               {"man", "policy", "check", "--json"},
                                               {"completion", "fish", "--json"}}) {
        Outcome const outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_TRUE(nlohmann::json::accept(outcome.out)) << words[0] << outcome.out;
    }
    EXPECT_EQ(axiom_.run({"tour", "--json"}).status, 2);
    EXPECT_EQ(axiom_.run({"run", "--json"}).status, 2);
}

TEST_F(CliFrame, AFileArgumentThatIsNotThereIsNotFound) {
    for (std::vector<std::string> const& words : std::vector<std::vector<std::string>>{
             {"policy", "check", "absent"},
             {"receipt", "check", "absent", "--log-id", std::string(64, '0')}}) {
        Outcome const outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, 7);
        EXPECT_NE(outcome.err.find("[not_found]"), std::string::npos) << outcome.err;
    }
}

TEST_F(CliFrame, ColourIsForTerminalsUnlessAskedFor) {
    ASSERT_EQ(axiom_.run({"ingest", "--to", "axiom"}, "one\n").status, 0);
    EXPECT_EQ(axiom_.run({"log"}).out.find('\x1b'), std::string::npos);
    EXPECT_NE(axiom_.run({"log", "--color", "always"}).out.find('\x1b'), std::string::npos);
}

} // namespace
} // namespace axiom::test
