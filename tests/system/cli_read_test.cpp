// What people read a log with: log, show, references, sql, export, blame, mark, and the tour.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

std::size_t lines_in(std::string const& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class CliRead : public testing::Test {
  protected:
    void SetUp() override {
        Outcome const made = axiom_.run({"ingest", "--to", "axiom", "--object", "unit"},
                                        "{\"unit\":\"ssh\",\"up\":true}\nplain\n"
                                        "{\"unit\":\"ssh\",\"up\":false}\n");
        ASSERT_EQ(made.status, 0) << made.err;
    }

    nlohmann::json shown(std::string const& reference) {
        Outcome const outcome = axiom_.run({"show", reference, "--json"});
        EXPECT_EQ(outcome.status, 0) << reference << outcome.err;
        return nlohmann::json::parse(outcome.out, nullptr, false);
    }

    // genesis, boot, stream, three lines, checkpoint
    static constexpr std::size_t entries = 7;
    CliProgram axiom_;
};

TEST_F(CliRead, LogShowsNewestFirstAndItsOptionsSelect) {
    Outcome const all = axiom_.run({"log", "--oneline"});
    EXPECT_EQ(lines_in(all.out), entries);
    EXPECT_TRUE(all.out.starts_with("6 "));
    EXPECT_TRUE(axiom_.run({"log", "--oneline", "-r"}).out.starts_with("0 "));
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "-n", "2"}).out), 2U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "3..5"}).out), 3U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--kind", "records.line"}).out), 3U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--object", "ssh"}).out), 2U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--grep", "plain"}).out), 1U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--actor", "99"}).out), 0U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--until", "2001-01-01"}).out), 0U);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline", "--boot", "0"}).out), 1U);
}

// Whoever may mark must not choose what a hash that somebody noted leads to.
TEST_F(CliRead, AMarkDoesNotTakeThePlaceOfAHash) {
    // One whose first digits are no number, which would be a sequence.
    std::string entry = "0";
    std::string hash = shown(entry)["hash"];
    while (entry != "6" && hash.find_first_of("abcdef") >= 4) {
        entry = std::to_string(std::stoul(entry) + 1);
        hash = shown(entry)["hash"];
    }
    for (std::size_t const digits : {4U, 12U, 64U}) {
        Outcome const refused = axiom_.run({"mark", hash.substr(0, digits), "3"});
        EXPECT_EQ(refused.status, 2) << digits << refused.err;
        EXPECT_EQ(shown(hash.substr(0, digits))["sequence"].dump(), entry);
    }
    EXPECT_EQ(axiom_.run({"mark", "fee", "3"}).status, 0) << "too short for a hash";
    EXPECT_EQ(shown("fee")["sequence"], 3);
    EXPECT_EQ(axiom_.run({"mark", "coffee", "3"}).status, 0) << "no hex digits";
}

TEST_F(CliRead, ASearchThatFindsNothingExitsWithOne) {
    EXPECT_EQ(axiom_.run({"log", "--grep", "plain"}).status, 0);
    for (std::vector<std::string> const& words : std::vector<std::vector<std::string>>{
             {"log", "--grep", "nowhere"},
             {"log", "--object", "nobody", "--json"},
             {"log", "--actor", "99", "-r"},
             {"log", "--actor", "99", "--stat"},
             {"sql", "select * from entries where sequence = 99"}}) {
        Outcome const nothing = axiom_.run(words);
        EXPECT_EQ(nothing.status, 1) << words[0] << words[1] << nothing.err;
    }
}

TEST_F(CliRead, ATimeThatIsPrintedIsAccepted) {
    std::string const line_time = shown("5")["time"];
    ASSERT_EQ(line_time.size(), std::string_view{"2026-11-21T12:00:00.123Z"}.size());
    Outcome const since =
        axiom_.run({"log", "--json", "-r", "--since", line_time, "--kind", "records.line"});
    EXPECT_NE(since.out.find(line_time), std::string::npos) << since.out << since.err;
    Outcome const until = axiom_.run({"log", "--json", "--until", line_time});
    EXPECT_NE(until.status, 2) << until.err;
    EXPECT_EQ(until.out.find(line_time), std::string::npos) << until.out;
    EXPECT_EQ(axiom_.run({"log", "--since", "2024-02-29T23:59:59.999999999Z"}).status, 0);
}

TEST_F(CliRead, FollowingShowsWhatComesBeyondTheFirstFew) {
    Outcome const outcome = axiom_.shell(
        "\"$AXIOM\" log -f -n 1 --oneline > shown & follower=$!; "
        "printf 'x\\ny\\n' | \"$AXIOM\" ingest --to axiom --producer late -q > acks; "
        "for i in $(seq 100); do [ $(wc -l < shown) -ge 6 ] && break; sleep 0.1; done; "
        "kill $follower; cat shown");
    EXPECT_EQ(lines_in(outcome.out), 6U) << outcome.out << outcome.err; // boot … checkpoint
    EXPECT_NE(outcome.out.find(" records.line y\n"), std::string::npos) << outcome.out;
}

TEST_F(CliRead, EveryReferenceThatIsPrintedIsAccepted) {
    nlohmann::json const line = shown("4");
    std::string const hash = line["hash"];
    EXPECT_EQ(shown(hash)["sequence"], 4);
    EXPECT_EQ(shown(hash.substr(0, 12))["sequence"], 4);
    EXPECT_EQ(shown("@")["sequence"], 6);
    EXPECT_EQ(shown("@~2")["sequence"], 4);
    EXPECT_EQ(shown("boot:-1")["kind"], "log.boot");
    EXPECT_EQ(shown("boot:1")["sequence"], 1);
    ASSERT_EQ(axiom_.run({"mark", "here", "4"}).status, 0);
    EXPECT_EQ(shown("here")["sequence"], 4);
    EXPECT_EQ(shown("here~1")["sequence"], 3);
}

TEST_F(CliRead, AnIdIsPrintedAndAcceptedAlikeByEveryVerb) {
    std::string const producer = shown("4")["producer"];
    EXPECT_TRUE(producer.starts_with("0x")) << producer;
    auto const at = nlohmann::json::parse(axiom_.run({"at", "4", "--json"}).out);
    EXPECT_EQ(at["facts"]["producers"], (nlohmann::json{{producer, 2}}));
    EXPECT_NE(axiom_.run({"show", "4"}).out.find(producer + " number 2\n"), std::string::npos);
    EXPECT_NE(axiom_.run({"sql", "select producer from lines"}).out.find(producer),
              std::string::npos);
    // As the name of a producer it would be another one.
    Outcome const id = axiom_.run({"ingest", "--to", "axiom", "--producer", producer}, "x\n");
    EXPECT_EQ(id.status, 2);
    EXPECT_NE(id.err.find("is the id of the producer stdin"), std::string::npos) << id.err;
    EXPECT_NE(id.err.find("next:  --producer stdin"), std::string::npos) << id.err;
    EXPECT_EQ(
        lines_in(axiom_.run({"log", "--oneline", "--kind", "records.line", "--actor", "0x1"}).out),
        3U);
    EXPECT_EQ(axiom_.run({"log", "--actor", "creator"}).status, 2);
    // As a line names an entry that caused it.
    EXPECT_EQ(shown("entry:4")["sequence"], 4);
    EXPECT_EQ(shown("entry:4~1")["sequence"], 3);
    EXPECT_EQ(axiom_.run({"show", "entry:99"}).status, 7);
    EXPECT_EQ(axiom_.run({"show", "entry:x"}).status, 2);
}

// As `diff 3 6` of an entry that changes nothing but the log would say it: field and both values.
TEST_F(CliRead, TwoMomentsDifferInFieldsWithBothValues) {
    auto const difference = [&](std::string const& left, std::string const& right) {
        auto const found =
            nlohmann::json::parse(axiom_.run({"diff", left, right, "--json"}).out, nullptr, false);
        std::map<std::string, std::pair<std::string, std::string>> fields;
        for (auto const& field : found["fields"]) {
            fields[field["field"]] = {field["left"], field["right"]};
        }
        return fields;
    };
    using Both = std::pair<std::string, std::string>;
    std::string const number = "producers." + shown("4")["producer"].get<std::string>();
    auto const lines = difference("3", "5");
    EXPECT_EQ(lines.at(number), (Both{"1", "3"}));
    EXPECT_EQ(difference("5", "3").at(number), (Both{"3", "1"}));
    EXPECT_EQ(difference("2", "3").at(number), (Both{"null", "1"}));
    EXPECT_TRUE(lines.contains("log.root"));
    EXPECT_FALSE(lines.contains("checkpoint_key"));
    ASSERT_EQ(axiom_.run({"mark", "here", "4"}).status, 0);
    ASSERT_EQ(axiom_.run({"identity", "add", "bob"}).status, 0);
    ASSERT_EQ(axiom_.run({"identity", "disable", "bob"}).status, 0);
    ASSERT_EQ(axiom_.run({"account", "set", "7", "--rate", "5", "--burst", "9"}).status, 0);
    auto const later = difference("5", "@");
    EXPECT_EQ(later.at("marks.here"), (Both{"null", "4"}));
    EXPECT_EQ(later.at("boot"), (Both{"1", "5"}));
    EXPECT_EQ(later.at("principals.2.label"), (Both{"null", "bob"}));
    EXPECT_EQ(later.at("principals.2.enabled"), (Both{"null", "false"}));
    EXPECT_EQ(later.at("accounts.7.burst_bytes"), (Both{"null", "9"}));
    EXPECT_TRUE(later.contains("identity.root"));
    EXPECT_FALSE(later.contains("policy"));
    std::string const text = axiom_.run({"diff", "5", "@"}).out;
    EXPECT_NE(text.find("marks.here\n  - null\n  + 4\n"), std::string::npos) << text;
    EXPECT_EQ(axiom_.run({"diff", "5", "5"}).status, 0);
}

TEST_F(CliRead, WhatNamesNothingIsNotFoundAndWhatIsNoReferenceIsUsage) {
    for (char const* const absent : {"99", "ffffffffffff", "@~99", "boot:9", "boot:-9", "nobody"}) {
        EXPECT_EQ(axiom_.run({"show", absent}).status, 7) << absent;
    }
    for (char const* const wrong :
         {"@~", "@~x", "boot:", "boot:0", "@~-1", "a b", "1e3~", "entry:", "entry:-1", ""}) {
        EXPECT_EQ(axiom_.run({"show", wrong}).status, 2) << wrong;
    }
}

TEST_F(CliRead, MarksThatWouldBeOtherReferencesAreRefusedAndLeaveNoEntry) {
    for (char const* const name :
         {"12", "@", "boot:1", "a~1", "a..b", "with space", "new\nline", "entry:5"}) {
        EXPECT_EQ(axiom_.run({"mark", name}).status, 2) << name;
    }
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline"}).out), entries);
}

TEST_F(CliRead, DataComesBackByteForByte) {
    EXPECT_EQ(axiom_.run({"show", "--data", "4"}).out, "plain");
    EXPECT_EQ(axiom_.run({"show", "--data", "1"}).status, 7);
}

TEST_F(CliRead, SqlAnswersAndMayOnlyRead) {
    Outcome const count = axiom_.run({"sql", "select count(*) as n from entries"});
    EXPECT_EQ(count.out, "n\n7\n") << count.err;
    EXPECT_EQ(axiom_.run({"sql", "select 1 from entries where sequence = 99"}).status, 1);
    for (char const* const refused :
         {"delete from entry", "create table t (a)", "attach 'x' as y", "pragma journal_mode=wal",
          "select 1; select 2", "select load_extension('x')", "drop view lines", "vacuum",
          "select * from nothing", "selec"}) {
        EXPECT_EQ(axiom_.run({"sql", refused}).status, 2) << refused;
    }
    EXPECT_EQ(axiom_.run({"sql", "select count(*) as n from entries"}).out, "n\n7\n");
    EXPECT_FALSE(std::filesystem::exists(axiom_.path("x")));
}

TEST_F(CliRead, ALineThatIsNestedWithoutEndIsBlamedAsText) {
    std::string const deep(400'000, '[');
    std::string const line = R"({"unit":"deep","x":)" + deep + std::string(deep.size(), ']') + "}";
    ASSERT_EQ(axiom_
                  .run({"ingest", "--to", "axiom", "--producer", "d", "--object", "unit"},
                       line + "\n{\"unit\":\"flat\",\"x\":[[1]]}\n")
                  .status,
              0);
    for (std::vector<std::string> const& form :
         std::vector<std::vector<std::string>>{{}, {"--json"}}) {
        std::vector<std::string> words{"blame", "deep"};
        words.insert(words.end(), form.begin(), form.end());
        Outcome const outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_NE(outcome.out.find("line"), std::string::npos);
    }
    EXPECT_NE(axiom_.run({"blame", "flat", "x"}).out.find("[[1]]"), std::string::npos);
}

TEST_F(CliRead, SqlInJsonKeepsEveryColumnWhateverTheirNames) {
    Outcome const asked = axiom_.run(
        {"sql", "--json", "select 1 as a, 2 as a, 3 as \"a:2\", 4 as a from entries limit 1"});
    auto const row = nlohmann::json::parse(asked.out)["row"];
    ASSERT_EQ(row.size(), 4U) << asked.out;
    EXPECT_EQ(row["a"], 1);
    EXPECT_EQ(row["a:2"], 2);
    EXPECT_EQ(row["a:2:2"], 3);
    EXPECT_EQ(row["a:3"], 4);
}

TEST_F(CliRead, AProjectionThatFindsNoRoomLeavesNothing) {
    Outcome const refused = axiom_.shell(
        "ulimit -f 8; \"$AXIOM\" sql 'select 1 from entries' --out p.sqlite; echo $?; "
        "\"$AXIOM\" sql 'select 1 from entries'; echo $?; ls p.sqlite* \"$XDG_CACHE_HOME\"/axiom/");
    EXPECT_EQ(refused.out.substr(0, 6), "11\n11\n") << refused.out << refused.err;
    EXPECT_EQ(refused.out.find("sqlite\n"), std::string::npos) << refused.out;
    EXPECT_EQ(refused.out.find("journal"), std::string::npos) << refused.out;
}

TEST_F(CliRead, ANamedProjectionIsBroughtUpToDateAndOfAnotherLogLeftAlone) {
    std::vector<std::string> const ask{"sql", "select count(*) as n from entries", "--out",
                                       axiom_.path("p.sqlite")};
    EXPECT_EQ(axiom_.run(ask).out, "n\n7\n");
    ASSERT_EQ(axiom_.run({"ingest", "--to", "axiom", "--producer", "b"}, "x\n").status, 0);
    EXPECT_EQ(axiom_.run(ask).out, "n\n11\n"); // boot, stream, line and checkpoint joined
    std::filesystem::rename(axiom_.path("axiom"), axiom_.path("old"));
    ASSERT_EQ(axiom_.run({"ingest", "--to", "axiom"}, "y\n").status, 0);
    EXPECT_EQ(axiom_.run(ask).status, 2) << "it is the other log's";
    std::filesystem::remove(axiom_.path("p.sqlite"));
    EXPECT_EQ(axiom_.run(ask).out, "n\n5\n");
    std::ofstream{axiom_.path("p.sqlite"), std::ios::trunc} << "no database";
    EXPECT_EQ(axiom_.run(ask).status, 2) << "it is nobody's projection";
}

TEST_F(CliRead, ExportNeverOverwritesAndNeverWritesIntoTheLog) {
    EXPECT_EQ(axiom_.run({"export", "--out", "e.ndjson"}).status, 0);
    EXPECT_EQ(axiom_.run({"export", "--out", "e.ndjson"}).status, 2);
    EXPECT_EQ(axiom_.run({"export", "--out", "axiom/medium"}).status, 2);
    EXPECT_EQ(axiom_.run({"export", "--out", "axiom/new"}).status, 2);
    EXPECT_EQ(axiom_.shell("ln -s elsewhere s; exec \"$AXIOM\" export --out s").status, 2);
    EXPECT_FALSE(std::filesystem::exists(axiom_.path("elsewhere")));
    EXPECT_EQ(axiom_.run({"export", "--format", "sqlite"}).status, 2);
    EXPECT_EQ(axiom_.run({"export", "--format", "sqlite", "--out", "e.sqlite"}).status, 0);
    auto const document = nlohmann::json::parse(axiom_.run({"export", "--format", "json"}).out);
    EXPECT_EQ(document["entries"].size(), entries);
    EXPECT_EQ(lines_in(axiom_.run({"log", "--oneline"}).out), entries);
}

TEST_F(CliRead, APartThatWasAskedForIsNeverTheWholeAndNeverSilentlyNothing) {
    for (std::vector<std::string> const& part : std::vector<std::vector<std::string>>{
             {"3..4"}, {"--kind", "records"}, {"--object", "a"}, {"--since", "1h"}}) {
        std::vector<std::string> words{"export", "--format", "sqlite", "--out", "part.sqlite"};
        words.insert(words.end(), part.begin(), part.end());
        EXPECT_EQ(axiom_.run(words).status, 2) << part[0];
        EXPECT_FALSE(std::filesystem::exists(axiom_.path("part.sqlite"))) << part[0];
    }
    for (char const* const kind :
         {"nosuch", "records.nosuch", "record", "records.", ".line", "."}) {
        EXPECT_EQ(axiom_.run({"log", "--kind", kind}).status, 2) << kind;
    }
    for (char const* const kind : {"records", "records.line", "log"}) {
        EXPECT_EQ(axiom_.run({"log", "--kind", kind}).status, 0) << kind;
    }
    for (char const* const kind : {"records.99", "77", "77.1"}) { // kinds, of which there is none
        EXPECT_EQ(axiom_.run({"log", "--kind", kind}).status, 1) << kind;
    }
    for (char const* const verb : {"log", "export", "verify"}) {
        EXPECT_EQ(axiom_.run({verb, "4..3"}).status, 2) << verb;
        EXPECT_EQ(axiom_.run({verb, "@..0"}).status, 2) << verb;
        EXPECT_EQ(axiom_.run({verb, "3..3"}).status, 0) << verb;
    }
}

TEST_F(CliRead, BlameNamesTheEntryOfEachField) {
    Outcome const outcome = axiom_.run({"blame", "ssh", "--json"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("\"field\":\"up\",\"value\":false,\"sequence\":5"),
              std::string::npos)
        << outcome.out;
    EXPECT_NE(outcome.out.find("\"field\":\"unit\",\"value\":\"ssh\",\"sequence\":3"),
              std::string::npos);
    EXPECT_EQ(axiom_.run({"blame", "nobody"}).status, 7);
}

TEST_F(CliRead, BlameComparesAndShowsNumbersAsTheyAreWritten) {
    struct Change {
        std::string before;
        std::string after;
    };
    int number = 0;
    for (auto const& [before, after] :
         std::vector<Change>{{"123456789012345678901234567890", "123456789012345678901234567891"},
                             {"18446744073709551616", "18446744073709551617"},
                             {"0.1", "0.10000000000000000001"},
                             {"0", "-0"},
                             {"1.0", "1.00"},
                             {"1e999", "2e999"},
                             {R"("1e400")", "1e400"},
                             {"1e400", R"("1e400")"},
                             {R"([{"a":1.50,"b":"1.5"}])", R"([{"a":1.5,"b":"1.5"}])"}}) {
        std::string const log = "log" + std::to_string(number++);
        std::string const head = R"({"o":"q","n":)";
        std::string const lines =
            head + before + "}\n" + head + after + "}\n" + head + after + ",\"m\":7}\n";
        ASSERT_EQ(axiom_.run({"ingest", "--to", log, "--object", "o"}, lines).status, 0);
        Outcome const told = axiom_.run({"blame", "q", "n", "--from", log, "--json"});
        ASSERT_EQ(told.status, 0) << told.err;
        auto const json = nlohmann::json::parse(told.out);
        EXPECT_EQ(json["text"], after);
        std::string const second = json["sequence"].dump();
        EXPECT_NE(axiom_.run({"show", second, "--from", log}).out.find(after), std::string::npos);
        Outcome const first = axiom_.run({"blame", "q", "o", "--from", log, "--json"});
        EXPECT_EQ(json["sequence"].get<std::uint64_t>(),
                  nlohmann::json::parse(first.out)["sequence"].get<std::uint64_t>() + 1)
            << after;
        EXPECT_NE(axiom_.run({"blame", "q", "--from", log}).out.find("n = " + after + "\n"),
                  std::string::npos)
            << after;
    }
}

TEST_F(CliRead, BisectGivesTheMomentToItsParameterAndToNoOtherText) {
    auto const bisected = [&](std::string const& statement) {
        return axiom_.run({"bisect", statement});
    };
    std::string const lines = "select count(*) >= 2 from lines where sequence <= :at";
    EXPECT_EQ(bisected(lines).out, "4\n");
    EXPECT_EQ(bisected(lines + " and ':at' = ':' || 'at'").out, "4\n");
    EXPECT_EQ(bisected(lines + " and sequence <= :at").out, "4\n");
    EXPECT_EQ(bisected("select count(*) > 9 from lines where sequence <= :at").status, 1);
    for (char const* const none : {"select 1 where 1 <= :atlas", "select 1 where 1 <= :at or :b",
                                   "select 1 where ':at' = ''", "select ? where 1 <= :at"}) {
        Outcome const refused = bisected(none);
        EXPECT_EQ(refused.status, 2) << none;
        EXPECT_NE(refused.err.find('`'), std::string::npos) << none << refused.err;
    }
    EXPECT_EQ(axiom_.run({"sql", "select :at"}).status, 2);
}

TEST_F(CliRead, AChangedByteIsNeverShown) {
    std::fstream file{axiom_.path("axiom/segments/00000000.axm"),
                      std::ios::in | std::ios::out | std::ios::binary};
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    std::size_t const at = bytes.find("plain");
    ASSERT_NE(at, std::string::npos);
    file.close();
    Outcome const beside =
        axiom_.shell("{ echo a; sleep 2; } | \"$AXIOM\" ingest --to axiom --producer slow -q > "
                     "acks & sleep 0.7; "
                     "printf P | dd of=axiom/segments/00000000.axm bs=1 seek=" +
                     std::to_string(at) +
                     " conv=notrunc status=none; \"$AXIOM\" show 4; status=$?; wait; exit $status");
    EXPECT_EQ(beside.status, 3) << beside.err;
    EXPECT_NE(beside.err.find("somebody writes to this log"), std::string::npos) << beside.err;
    Outcome const alone = axiom_.run({"show", "4"});
    EXPECT_EQ(alone.status, 3);
    EXPECT_EQ(alone.err.find("somebody writes"), std::string::npos) << alone.err;
    EXPECT_EQ(axiom_.run({"export"}).status, 3);
}

TEST_F(CliRead, TheTourRunsWithoutATerminalAndEndsWithItsTwoHashes) {
    Outcome const tour = axiom_.run({"tour"});
    ASSERT_EQ(tour.status, 0) << tour.out << tour.err;
    std::size_t const head = tour.out.rfind("\nhead ");
    std::size_t const state = tour.out.rfind("\nstate hash ");
    ASSERT_NE(head, std::string::npos);
    ASSERT_NE(state, std::string::npos);
    EXPECT_EQ(tour.out.size(), state + 12 + 64 + 1);
}

} // namespace
} // namespace axiom::test
