// The verbs of authority: what the policy in force allows becomes an entry, and what it does not,
// or what the state forbids, leaves the log byte for byte as it was.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

class CliAuthority : public testing::Test {
  protected:
    CliAuthority() {
        Outcome const made = axiom_.run({"ingest", "--to", "axiom", "-q"}, "one\ntwo\n");
        EXPECT_EQ(made.status, 0) << made.err;
    }

    void write(std::string const& name, std::string const& text) const {
        std::ofstream{axiom_.path(name), std::ios::binary} << text;
    }

    // The creator may do everything, and `more` stands behind that.
    void write_policy(std::string const& name, std::string const& more) const {
        write(name,
              "axiom-policy 1\n\nrule 1 \"creator\"\n    priority 10\n    allow\n    principal "
              "1\nend\n\n" +
                  more);
    }

    std::map<std::string, std::string> log_bytes() const {
        std::map<std::string, std::string> files;
        for (auto const& entry :
             std::filesystem::recursive_directory_iterator{axiom_.path("axiom")}) {
            if (entry.is_regular_file()) {
                std::ifstream file{entry.path(), std::ios::binary};
                std::stringstream text;
                text << file.rdbuf();
                files[entry.path().string()] = text.str();
            }
        }
        return files;
    }

    Outcome done(std::vector<std::string> const& words) const {
        Outcome outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, 0) << words[0] << ' ' << words[1] << ": " << outcome.err;
        return outcome;
    }

    // Refused with this status and code, and the log is what it was.
    std::string refused(std::vector<std::string> const& words, int status,
                        std::string const& code) const {
        auto const before = log_bytes();
        Outcome const outcome = axiom_.run(words);
        EXPECT_EQ(outcome.status, status) << words[0] << ' ' << words[1] << ": " << outcome.err;
        EXPECT_NE(outcome.err.find("[" + code + "]"), std::string::npos) << outcome.err;
        EXPECT_EQ(log_bytes(), before) << words[0] << ' ' << words[1];
        return outcome.err;
    }

    nlohmann::json json(std::vector<std::string> words) const {
        words.emplace_back("--json");
        return nlohmann::json::parse(done(words).out);
    }

    CliProgram axiom_;
};

constexpr char const* collector_rule = "rule 30 \"collector records\"\n    priority 10\n    allow\n"
                                       "    domain records\n    principal 2\nend\n";

TEST_F(CliAuthority, AProposedPolicyIsInForceOnTrialAndAConfirmedOneStays) {
    write_policy("new.policy", collector_rule);
    nlohmann::json const before = json({"policy", "show"});
    nlohmann::json const proposed = json({"policy", "propose", "new.policy", "--trial", "1h"});
    EXPECT_EQ(proposed["trial_ms"], 3'600'000);
    nlohmann::json const on_trial = json({"policy", "show"});
    EXPECT_EQ(on_trial["version"], proposed["version"]);
    EXPECT_EQ(on_trial["on_trial"], true);
    EXPECT_EQ(on_trial["previous"], before["version"]);
    EXPECT_NE(done({"policy", "show"}).err.find("on trial; it ends at "), std::string::npos);
    refused({"policy", "propose", "new.policy"}, 1, "already_exists");

    done({"policy", "confirm"});
    nlohmann::json const after = json({"policy", "show"});
    EXPECT_EQ(after["version"], proposed["version"]);
    EXPECT_EQ(after["on_trial"], false);
    refused({"policy", "confirm"}, 1, "no_such_row");
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
    EXPECT_EQ(json({"why", std::to_string(proposed["entry"].get<int>())})["agrees"], true);
}

TEST_F(CliAuthority, ABadPolicyIsRefusedWithItsFindingsAndTheOldOneStays) {
    std::string const head = "axiom-policy 1\nrule 1 \"r\"\n    priority 1\n    allow\n";
    write("lock.policy", head + "    domain records\nend\n");
    write("open.policy", head + "end\n");
    write("torn.policy", head);
    write("cycle.policy", "axiom-policy 1\ngroup a\n    group a\nend\n");
    refused({"policy", "propose", "lock.policy"}, 1, "policy_locks_out");
    std::string const open = refused({"policy", "propose", "open.policy"}, 1, "policy_open_to_all");
    EXPECT_NE(open.find("error  policy_open_to_all in rule 1"), std::string::npos) << open;
    refused({"policy", "propose", "torn.policy"}, 2, "policy_syntax");
    refused({"policy", "propose", "cycle.policy"}, 2, "policy_cycle");
    refused({"policy", "propose", "absent.policy"}, 7, "not_found");
    refused({"policy", "propose", "."}, 2, "io_failed");
    write("newer.policy", "axiom-policy 2\n");
    refused({"policy", "propose", "newer.policy"}, 8, "unknown_version");
    write_policy("new.policy", "");
    for (char const* const trial : {"0s", "999ms", "8d", "soon", "-1s", "1e9s", "10", "s"}) {
        refused({"policy", "propose", "new.policy", "--trial", trial}, 2, "usage");
    }
    EXPECT_EQ(json({"policy", "show"})["on_trial"], false);
}

TEST_F(CliAuthority, AnAnswerUnderATrialThatIsOverIsRemarkedOn) {
    done({"identity", "add", "collector"});
    write_policy("trial.policy", collector_rule);
    done({"policy", "propose", "trial.policy", "--trial", "1s"});
    std::vector<std::string> const asked{"whatif", "-p", "2", "-a", "line"};
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    Outcome const over = done(asked);
    EXPECT_NE(over.err.find("trial of this policy is over"), std::string::npos) << over.err;
    done({"mark", "m"}); // a writer: now it has returned
    Outcome const returned = axiom_.run(asked);
    EXPECT_EQ(returned.status, 6);
    EXPECT_EQ(returned.err.find("trial"), std::string::npos) << returned.err;
    EXPECT_NE(axiom_.run({"policy", "show"}).err.find("; the newest install is entry"),
              std::string::npos);
}

TEST_F(CliAuthority, LongAnswersOnAFullDeviceAreRefusedAndNoCrash) {
    std::string lines;
    std::string cases = "axiom-policy-test 1\n";
    for (int number = 0; number < 3000; ++number) {
        lines += std::to_string(number) + "\n";
        cases += "case \"c\"\nprincipal 1\ndomain records\naction line\nexpect forbidden\nend\n";
    }
    ASSERT_EQ(axiom_.run({"ingest", "--to", "axiom", "--producer", "many"}, lines).status, 0);
    write_policy("all.policy", "");
    write("none.policy", "axiom-policy 1\nrule 1 \"r\"\npriority 1\nallow\ndomain policy\n"
                         "principal 1\nend\n");
    write("many.cases", cases);
    EXPECT_EQ(axiom_.run({"policy", "test", "all.policy", "many.cases"}).status, 1);
    EXPECT_EQ(axiom_.shell("\"$AXIOM\" policy test all.policy many.cases > /dev/full").status, 11);
    EXPECT_EQ(axiom_.run({"whatif", "--policy", "none.policy"}).status, 1);
    EXPECT_EQ(axiom_.shell("\"$AXIOM\" whatif --policy none.policy > /dev/full").status, 11);
    write("newer.cases", "axiom-policy-test 2\n");
    refused({"policy", "test", "all.policy", "newer.cases"}, 8, "unknown_version");
}

TEST_F(CliAuthority, IdentitiesAreAddedDisabledEnabledAndGivenRolesAndKeys) {
    done({"identity", "add", "collector"});
    done({"identity", "add", "door", "--parent", "collector", "--id", "40"});
    std::string const key(64, 'a');
    done({"identity", "key", "door", key});
    done({"identity", "role", "add", "door", "operator"});
    nlohmann::json const door = json({"identity", "show", "40"});
    EXPECT_EQ(door["label"], "door");
    EXPECT_EQ(door["parent"], 2);
    EXPECT_EQ(door["key"], key);
    EXPECT_EQ(door["roles"], nlohmann::json::array({"operator"}));
    EXPECT_EQ(door["acts"], true);
    done({"identity", "disable", "collector"});
    EXPECT_EQ(json({"identity", "show", "door"})["acts"], false);
    EXPECT_NE(done({"identity", "list"}).out.find("40\tdoor\tbelow a disabled one\toperator"),
              std::string::npos);
    done({"identity", "enable", "0x2"});
    done({"identity", "role", "remove", "door", "operator"});
    EXPECT_EQ(json({"identity", "show", "door"})["roles"], nlohmann::json::array());
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
}

TEST_F(CliAuthority, WhatAnIdentityForbidsIsRefusedBeforeAnythingIsWritten) {
    done({"identity", "add", "collector"});
    refused({"identity", "add", "collector"}, 1, "already_exists");
    refused({"identity", "add", "other", "--id", "2"}, 1, "already_exists");
    refused({"identity", "add", "other", "--id", "0"}, 2, "out_of_range");
    refused({"identity", "add", "other", "--parent", "nobody"}, 7, "not_found");
    refused({"identity", "add", std::string(129, 'x')}, 2, "usage");
    refused({"identity", "add", "other", "--public-key", "abc"}, 7, "not_found");
    refused({"identity", "disable", "1"}, 1, "policy_locks_out");
    refused({"identity", "disable", "nobody"}, 7, "not_found");
    refused({"identity", "enable", "collector"}, 1, "already_exists");
    refused({"identity", "role", "remove", "collector", "operator"}, 7, "no_such_row");
    refused({"identity", "show", "nobody"}, 7, "not_found");
    done({"identity", "disable", "collector"});
    refused({"identity", "disable", "collector"}, 7, "no_such_row");
    refused({"identity", "role", "add", "collector", "operator"}, 7, "no_such_row");
    refused({"identity", "key", "collector", std::string(64, 'b')}, 7, "no_such_row");
    refused({"identity", "add", "below", "--parent", "collector"}, 7, "no_such_row");
}

TEST_F(CliAuthority, WhoIsNotPermittedIsToldByWhatAndWhatWouldChangeIt) {
    done({"identity", "add", "stranger"});
    for (std::vector<std::string> const& words : std::vector<std::vector<std::string>>{
             {"mark", "m", "3"},
             {"erase", "3", "--reason", "r"},
             {"identity", "add", "other"},
             {"identity", "disable", "stranger"},
             {"account", "set", "7", "--rate", "1", "--burst", "1"}}) {
        std::vector<std::string> as_stranger = words;
        as_stranger.insert(as_stranger.end(), {"--as", "stranger"});
        std::string const said = refused(as_stranger, 6, "not_permitted");
        EXPECT_NE(said.find("principal 2 (stranger)"), std::string::npos) << said;
        EXPECT_NE(said.find("needs principal 1; the principal is 2"), std::string::npos) << said;
        EXPECT_NE(said.find("next:  axiom whatif --domain "), std::string::npos) << said;
    }
    write_policy("new.policy", "");
    refused({"policy", "propose", "new.policy", "--as", "stranger"}, 6, "not_permitted");
    refused({"mark", "m", "3", "--as", "nobody"}, 7, "not_found");
}

// The rule about something else is asked first; to widen it would grant what nobody asked for.
TEST_F(CliAuthority, ADenialForAUsedUpRateNamesTheRateAndEachRuleOnce) {
    write("rate.policy",
          "axiom-policy 1\nrule 1 \"creator\"\n    priority 10\n    allow\n    domain "
          "policy\n    principal 1\nend\nrule 3 \"lines\"\n    priority 5\n    "
          "allow\n    domain records\n    principal 1\n    rate 2 per 1h by rule\nend\n");
    done({"policy", "propose", "rate.policy"});
    Outcome const used_up = axiom_.run({"ingest", "--to", "axiom", "--producer", "p"}, "a\nb\nc\n");
    EXPECT_EQ(used_up.status, 6) << used_up.err;
    EXPECT_NE(used_up.err.find("nearest is rule 3 \"lines\"; needs rate 2 per 1h"),
              std::string::npos)
        << used_up.err;
    std::string const asked = axiom_.run({"whatif", "-p", "1", "-a", "line"}).out;
    EXPECT_NE(asked.find("nearest is rule 3 \"lines\"\n"), std::string::npos) << asked;
    EXPECT_EQ(asked.find("rule 3 needs"), std::string::npos) << asked;
    EXPECT_NE(asked.find("rule 1 needs domain policy"), std::string::npos) << asked;
}

TEST_F(CliAuthority, ThePastAskedAgainUsesUpTheRatesOfThePolicyThatIsAsked) {
    std::string lines;
    for (int number = 0; number < 50; ++number) {
        lines += std::to_string(number) + "\n";
    }
    ASSERT_EQ(axiom_.run({"ingest", "--to", "fifty"}, lines).status, 0);
    std::string const head = "axiom-policy 1\nrule 3 \"records\"\npriority 5\nallow\ndomain "
                             "records\nprincipal 1\n";
    write("rate.policy", head + "rate 3 per 1h by principal\nend\n");
    write("free.policy", head + "end\n");
    auto const refusals = [&](std::string const& policy) {
        Outcome const asked =
            axiom_.run({"whatif", "--policy", policy, "--from", "fifty", "--json"});
        EXPECT_EQ(asked.status == 0, asked.out.empty()) << asked.err;
        return std::ranges::count(asked.out, '\n');
    };
    auto const others = refusals("free.policy"); // what is of no record
    std::string const entries = done({"export", "--from", "fifty"}).out;
    std::string const of_record = R"("kind":"records.)";
    long decided = 0;
    for (auto at = entries.find(of_record); at != std::string::npos;
         at = entries.find(of_record, at + 1)) {
        ++decided;
    }
    EXPECT_GE(decided, 50);
    EXPECT_EQ(refusals("rate.policy"), others + decided - 3);
}

TEST_F(CliAuthority, ADenialNamesItsRuleAndReason) {
    write_policy("new.policy",
                 "rule 20 \"hands off\"\n    priority 50\n    deny \"marks are kept by "
                 "two\"\n    action mark\nend\n");
    done({"policy", "propose", "new.policy"});
    std::string const said = refused({"mark", "m", "3"}, 6, "forbidden");
    EXPECT_NE(said.find("rule 20 forbids principal 1"), std::string::npos) << said;
    EXPECT_NE(said.find("marks are kept by two"), std::string::npos) << said;
}

TEST_F(CliAuthority, AnIdentityRecordsAsFarAsItIsPermittedAndEnabled) {
    done({"identity", "add", "collector"});
    auto const as_collector = [&](std::string const& input) {
        return axiom_.run({"ingest", "--to", "axiom", "--producer", "c", "--as", "collector"},
                          input);
    };
    Outcome const before = as_collector("a\n");
    EXPECT_EQ(before.status, 6) << before.err;
    EXPECT_EQ(before.out, "");

    write_policy("new.policy", collector_rule);
    done({"policy", "propose", "new.policy"});
    done({"policy", "confirm"});
    ASSERT_EQ(as_collector("a\n").status, 0);
    nlohmann::json const why = json({"why", "@~1"});
    EXPECT_EQ(why["gated"], true);
    EXPECT_EQ(why["recorded_rule"], 30);
    EXPECT_EQ(why["agrees"], true);
    EXPECT_NE(axiom_.run({"log", "--kind", "records.line", "--actor", "2", "--oneline"}).out, "");
    for (std::string const who : {"2", "0x2", "collector"}) {
        EXPECT_EQ(axiom_.run({"whatif", "-p", who, "-a", "line"}).status, 0) << who;
    }
    EXPECT_EQ(axiom_.run({"whatif", "-p", "999", "-a", "line"}).status, 6) << "not there yet";
    EXPECT_EQ(axiom_.run({"whatif", "-p", "nobody", "-a", "line"}).status, 7);

    done({"identity", "disable", "collector"});
    Outcome const disabled = as_collector("a\nb\n");
    EXPECT_EQ(disabled.status, 6);
    EXPECT_NE(disabled.err.find("does not act"), std::string::npos) << disabled.err;
    Outcome const asked = axiom_.run({"whatif", "-p", "2", "-a", "line"});
    EXPECT_EQ(asked.status, 6);
    EXPECT_NE(asked.out.find("does not act"), std::string::npos) << asked.out;
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
}

TEST_F(CliAuthority, AnAccountBeyondItsRateIsRefusedAndEverythingBeforeIsKept) {
    EXPECT_EQ(axiom_.run({"account", "list"}).status, 1);
    refused({"account", "set", "0", "--rate", "1", "--burst", "1"}, 2, "usage");
    refused({"account", "set", "7", "--rate", "1"}, 2, "usage");
    refused({"account", "set", "7", "--rate", "18446744073709551615", "--burst", "1"}, 2, "usage");
    done({"account", "set", "7", "--rate", "1", "--burst", "4000"});
    EXPECT_EQ(json({"account", "list"})["burst_bytes"], 4000);
    std::string input;
    for (int line = 0; line < 100; ++line) {
        input += "a line of an account that fills its log\n";
    }
    std::vector<std::string> const words{"ingest",  "--to", "axiom",     "--producer",
                                         "metered", "-q",   "--account", "7"};
    Outcome const metered = axiom_.run(words, input);
    EXPECT_EQ(metered.status, 1) << metered.err;
    EXPECT_NE(metered.err.find("[log_rate] line "), std::string::npos) << metered.err;
    EXPECT_NE(metered.out.find("acked 1 "), std::string::npos);
    EXPECT_EQ(metered.out.find("acked 100 "), std::string::npos);
    done({"account", "set", "7", "--rate", "0", "--burst", "4000"});
    Outcome const unmetered = axiom_.run(words, input);
    EXPECT_EQ(unmetered.status, 0) << unmetered.err;
    EXPECT_NE(unmetered.out.find("acked 100 "), std::string::npos);
    Outcome const unknown =
        axiom_.run({"ingest", "--to", "axiom", "--producer", "x", "--account", "8"}, "a\n");
    EXPECT_EQ(unknown.status, 7) << unknown.err;
    EXPECT_EQ(axiom_.run({"verify"}).status, 0);
}

} // namespace
} // namespace axiom::test
