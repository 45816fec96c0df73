// What a line says of itself as axiom ingest records it: its object, its id, its cause. A cause
// stays in the log for good, so one that is not known is never replaced by another.

#include <gtest/gtest.h>

#include <sstream>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

using nlohmann::json;

class CliLineFacts : public testing::Test {
  protected:
    Outcome ingest(std::string const& input, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"ingest", "--to", "log"};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words, input);
    }

    std::vector<json> lines() {
        Outcome const exported = axiom_.run({"export", "--from", "log", "--kind", "records.line"});
        EXPECT_EQ(exported.status, 0) << exported.err;
        std::vector<json> entries;
        std::istringstream text{exported.out};
        for (std::string line; std::getline(text, line);) {
            entries.push_back(json::parse(line));
        }
        return entries;
    }

    CliProgram axiom_;
};

TEST_F(CliLineFacts, ObjectsAndCausesComeFromTheLines) {
    Outcome const outcome = ingest("{\"id\":\"a\",\"unit\":\"ssh\"}\n"
                                   "{\"id\":\"b\",\"unit\":\"cron\",\"parent\":\"a\"}\n"
                                   "{\"unit\":\"x\",\"parent\":null}\n"
                                   "{\"unit\":\"y\",\"parent\":\"nobody\"}\n",
                                   {"--object", "unit", "--cause", "parent"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    auto const kept = lines();
    EXPECT_EQ(kept[1]["object"], "cron");
    EXPECT_EQ(kept[1]["causes"], nlohmann::json::array({kept[0]["sequence"]}));
    EXPECT_EQ(kept[3]["causes"], nlohmann::json::array());
    EXPECT_NE(outcome.err.find("1 line names a cause"), std::string::npos) << outcome.err;
    Outcome const causes = axiom_.run({"causes", kept[0]["sequence"].dump(), "--from", "log"});
    EXPECT_NE(causes.out.find("cron"), std::string::npos);
}

// Upwards as downwards: all that there is, or a word that there is more.
TEST_F(CliLineFacts, CausesBeyondTheLimitAreSaidToBeThere) {
    ASSERT_EQ(ingest("{\"id\":\"a\"}\n{\"id\":\"b\",\"of\":\"a\"}\n{\"id\":\"c\",\"of\":\"b\"}\n"
                     "{\"id\":\"d\",\"of\":\"c\"}\n",
                     {"--cause", "of"})
                  .status,
              0);
    auto const kept = lines();
    auto const causes = [&](std::size_t line, char const* limit) {
        return nlohmann::json::parse(axiom_
                                         .run({"causes", kept[line]["sequence"].dump(), "--json",
                                               "--from", "log", "--limit", limit})
                                         .out);
    };
    EXPECT_EQ(causes(3, "3")["causes"].size(), 3U);
    EXPECT_EQ(causes(3, "3")["cut"], false);
    EXPECT_EQ(causes(3, "2")["causes"].size(), 2U);
    EXPECT_EQ(causes(3, "2")["cut"], true);
    EXPECT_EQ(causes(0, "3")["effects"].size(), 3U);
    EXPECT_EQ(causes(0, "3")["cut"], false);
    EXPECT_EQ(causes(0, "2")["effects"].size(), 2U);
    EXPECT_EQ(causes(0, "2")["cut"], true);
}

TEST_F(CliLineFacts, AnObjectThatIsNoNameIsCountedAndItsLineKept) {
    Outcome const outcome =
        ingest("{\"u\":\"" + std::string(128, 'o') + "\"}\n" + "{\"u\":\"" + std::string(129, 'o') +
                   "\"}\n{\"u\":\"" + std::string(5000, 'o') + "\"}\n{\"u\":\"\"}\n{}\n",
               {"--object", "u"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("3 lines name an object that is no name"), std::string::npos)
        << outcome.err;
    EXPECT_EQ(lines().size(), 5U);
}

// A number is an id like any other: where no line has it, it is no entry that happens to stand
// there.
TEST_F(CliLineFacts, ANumberThatIsNoIdIsNotTakenForAnEntry) {
    Outcome const outcome = ingest("{\"id\":7}\n{\"id\":8,\"of\":7}\n{\"id\":9,\"of\":2}\n"
                                   "{\"of\":\"entry:1\"}\n{\"of\":\"entry:99\"}\n"
                                   "{\"of\":\"entry:\"}\n{\"id\":\"entry:2\"}\n"
                                   "{\"of\":\"entry:2\"}\n",
                                   {"--cause", "of"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    auto const kept = lines();
    EXPECT_EQ(kept[1]["causes"], json::array({kept[0]["sequence"]}));
    EXPECT_EQ(kept[2]["causes"], json::array());
    EXPECT_EQ(kept[3]["causes"], json::array({1}));
    EXPECT_EQ(kept[7]["causes"], json::array({2}));
    EXPECT_NE(outcome.err.find("3 lines name a cause"), std::string::npos) << outcome.err;
}

// RFC 8259 bounds no number.
TEST_F(CliLineFacts, ANumberBeyondADoubleIsJsonAllTheSame) {
    std::string const long_number(400, '9');
    Outcome const outcome =
        ingest("{\"u\":\"a\",\"n\":1e999}\n{\"n\":[-1E+400, " + long_number + "],\"u\":\"b\"}\n" +
                   "{\"u\":1e999}\n{\"n\":\"1e999\\\"\",\"u\":\"1e999\",\"m\":1e999}\n"
                   "{1e999:1}\n{\"u\":1e999x}\n{\"u\":01e999}\n{\"u\":1e999,}\n",
               {"--object", "u"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("4 lines"), std::string::npos) << outcome.err;
    std::vector<std::string> objects;
    for (json const& line : lines()) {
        objects.push_back(line["object"]);
    }
    EXPECT_EQ(objects, (std::vector<std::string>{"a", "b", "1e999", "1e999", "", "", "", ""}));
    Outcome const blame = axiom_.run({"blame", "a", "--from", "log"});
    EXPECT_NE(blame.out.find("1e999"), std::string::npos) << blame.out;
    EXPECT_EQ(blame.out.find("{\""), std::string::npos) << blame.out;
}

TEST_F(CliLineFacts, ACauseOfALineThatWasPrunedIsUnknownWhenTheInputIsResumed) {
    std::string input;
    for (int line = 1; line <= 1200; ++line) {
        input +=
            "{\"id\":" + std::to_string(line) + ",\"pad\":\"" + std::string(2000, 'p') + "\"}\n";
    }
    ASSERT_EQ(ingest(input, {"--segment-mib", "1", "--cause", "of"}).status, 0);
    Outcome const pruned =
        axiom_.run({"prune", "--from", "log", "--before", "600", "--reason", "room"});
    ASSERT_EQ(pruned.status, 0) << pruned.err;
    Outcome const resumed = ingest(input + "{\"of\":10}\n", {"--cause", "of"});
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(lines().back()["causes"], json::array());
    EXPECT_NE(resumed.err.find("1 line names a cause"), std::string::npos) << resumed.err;
}

TEST_F(CliLineFacts, ACauseThatIsNoNameIsCounted) {
    Outcome const outcome = ingest(
        "{\"of\":[1]}\n{\"of\":{\"id\":1}}\n{\"of\":null}\n{\"of\":\"\"}\n{}\n", {"--cause", "of"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("3 lines name a cause"), std::string::npos) << outcome.err;
}

TEST_F(CliLineFacts, OfAMemberThatIsGivenTwiceTheLastCounts) {
    ASSERT_EQ(ingest("{\"u\":\"a\",\"u\":\"b\",\"v\":1,\"v\":2}\n", {"--object", "u"}).status, 0);
    EXPECT_EQ(lines()[0]["object"], "b");
    Outcome const blamed = axiom_.run({"blame", "b", "v", "--from", "log", "--json"});
    EXPECT_EQ(json::parse(blamed.out, nullptr, false)["value"], 2) << blamed.out;
}

TEST_F(CliLineFacts, AnObjectIsFoundUnderTheNameThatIsShown) {
    ASSERT_EQ(ingest("{\"u\":\"\\u0000nul\",\"v\":1}\n", {"--object", "u"}).status, 0);
    EXPECT_NE(axiom_.run({"log", "--from", "log"}).out.find("\\x00nul"), std::string::npos);
    EXPECT_EQ(axiom_.run({"blame", "\\x00nul", "--from", "log"}).status, 0);
    EXPECT_NE(axiom_.run({"log", "--object", "\\x00nul", "--from", "log"}).out, "");
}

} // namespace
} // namespace axiom::test
