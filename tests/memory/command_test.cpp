// Want of memory at the allocations of the command's verbs, as a script meets it: an exit status, a
// code on stderr, and the log afterwards.

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include <tests/memory/refusing.hpp>
#include <tests/support/jury.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

constexpr int environment = 10; // the exit status for want of memory

// A verb on a log, in folders named `log`, `mirror`, … of which each run gets a copy.
struct Scenario {
    char const* name;
    char const* prepare; // makes what is copied
    char const* words;
    char const* input;
    bool writes;
};

constexpr char const* small_log =
    "seq 3 | $AXIOM ingest --to log --key key --segment-mib 1 -q; $AXIOM snapshot --from log "
    "--key key -q";
constexpr char const* two_segments =
    "for p in a b c; do head -c 450000 /dev/zero | tr '\\0' x | $AXIOM ingest --to log --key key "
    "--segment-mib 1 -q --producer $p; done";
constexpr char const* lagging_mirror =
    "seq 3 | $AXIOM ingest --to log --key key --segment-mib 1 -q --mirror mirror; cp -r mirror "
    "old; seq 3 | $AXIOM ingest --to log --key key --producer z -q; rm -r mirror; mv old mirror";
constexpr char const* small_log_with_receipt =
    "seq 3 | $AXIOM ingest --to log --key key --segment-mib 1 -q; $AXIOM receipt 3 --from log "
    "--out receipt -q";
constexpr char const* policy_and_cases =
    "cp $TREE/tests/golden/policy/full.policy policy; cp $TREE/tests/golden/policy/full.cases "
    "cases";

constexpr Scenario scenarios[] = {
    {"create", "true", "ingest --to log --key key --segment-mib 1", "a\nbb\nccc\n", true},
    {"ingest", small_log, "ingest --to log --key key --producer p", "a\nbb\nccc\n", true},
    {"ingestWithMirror", lagging_mirror, "ingest --to log --key key --mirror mirror --producer p",
     "a\nbb\n", true},
    {"prune", two_segments, "prune --from log --key key --keep-boots 1 --reason r", "", true},
    {"erase", two_segments, "erase 3 --from log --key key --reason r", "", true},
    {"mark", small_log, "mark m 3 --from log --key key", "", true},
    {"repair", lagging_mirror, "repair --from log --mirror mirror", "", true},
    {"verify", two_segments, "verify --from log", "", false},
    {"verifyJson", small_log, "verify --json --from log", "", false},
    {"replay", small_log, "replay --from log", "", false},
    {"at", small_log, "at 5 --from log", "", false},
    {"why", small_log, "why 4 --from log", "", false},
    {"exportLines", small_log, "export --from log", "", false},
    {"sql", small_log, "sql --from log --out database 'select * from entries'", "", false},
    {"receiptCheck", small_log_with_receipt, "receipt check receipt --key key", "", false},
    {"policyTest", policy_and_cases, "policy test policy cases", "", false},
    {"policyTestJson", policy_and_cases, "policy test --json policy cases", "", false},
};

void PrintTo(Scenario const& scenario, std::ostream* to) {
    *to << scenario.name;
}

class WantOfMemory : public testing::TestWithParam<Scenario> {
  protected:
    WantOfMemory() {
        std::filesystem::create_directories(place_.name("start"));
        std::ofstream{place_.name("input")} << GetParam().input;
        place_.hold_no_logs();
        Outcome const prepared = axiom_.shell("set -e; TREE=" + tree_ + "; cd " +
                                              place_.name("start") + "; " + GetParam().prepare);
        EXPECT_EQ(prepared.status, 0) << prepared.err;
    }

    // In a fresh copy of what was prepared.
    Outcome run(std::string const& before_the_command) {
        return axiom_.shell("cd " + place_.path().string() +
                            "; rm -rf work; cp -r --sparse=always start work; cd work; exec env " +
                            before_the_command + " \"$AXIOM\" " + GetParam().words + " < ../input");
    }

    struct Refused {
        Outcome outcome;
        std::uint64_t refused{};
    };

    // A hang would end with status 124.
    Refused run_refusing(AllocationPlan plan) {
        std::string const report = place_.name("report");
        std::ofstream{report} << std::string(sizeof(AllocationCounts), '\0');
        std::string const library =
            (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libaxiom_refusing.so")
                .string();
        Outcome outcome =
            run("timeout 60 env LD_PRELOAD=" + library + " AXIOM_FAIL_REPORT=" + report +
                " AXIOM_FAIL_ALLOCATION=" + std::to_string(plan.number) +
                (plan.from_then_on ? " AXIOM_FAIL_FROM_THEN_ON=1" : ""));
        std::array<std::uint64_t, 2> counts{};
        std::ifstream{report, std::ios::binary}.read(reinterpret_cast<char*>(counts.data()),
                                                     sizeof counts);
        EXPECT_NE(counts[0], 0U) << "the library was loaded";
        return {std::move(outcome), counts[1]};
    }

    [[nodiscard]] Outcome in_work(std::string const& words) const {
        return axiom_.shell("cd " + place_.name("work") + "; \"$AXIOM\" " + words);
    }

    void expect_acked(Outcome const& outcome, std::string const& what) {
        std::string const exported = in_work("export --from log").out;
        std::istringstream lines{outcome.out};
        std::string word;
        std::string line;
        std::string sequence;
        std::string hash;
        while (word = {}, lines >> word && word == "acked" && lines >> line >> sequence >> hash) {
            EXPECT_NE(exported.find(hash), std::string::npos) << what << ": line " << line;
        }
    }

    // What was said to be durable is; the log can be gone on with, and verifies then.
    void expect_log_unharmed(Outcome const& outcome, std::string const& what) {
        bool const is_log = std::filesystem::exists(place_.name("work/log/medium"));
        bool const mirrored = std::filesystem::exists(place_.name("work/mirror"));
        if (!is_log) {
            EXPECT_EQ(outcome.out.find("acked"), std::string::npos) << what;
        } else if (!mirrored) { // else it may lie on the other side alone until they are together
            expect_acked(outcome, what);
        }
        Outcome const after = axiom_.shell("cd " + place_.name("work") +
                                           "; seq 2 | \"$AXIOM\" ingest --to log --key key -q "
                                           "--producer after --segment-mib 1 $(test -d mirror && "
                                           "echo --mirror mirror)");
        EXPECT_EQ(after.status, 0) << what << ": " << after.err;
        expect_acked(outcome, what);
        Outcome const verified = in_work("verify --from log");
        EXPECT_EQ(verified.status, 0) << what << ": " << verified.out;
    }

    // The answer of a run without want of memory, with what it says of its own folder and time.
    void judge(Refused const& run, Outcome const& right, std::string const& what) {
        Outcome const& outcome = run.outcome;
        bool const coded = outcome.err.find("[no_memory]") != std::string::npos ||
                           outcome.err.find("\"no_memory\"") != std::string::npos ||
                           outcome.err.find("[no_thread]") != std::string::npos ||
                           outcome.err.find("\"no_thread\"") != std::string::npos ||
                           outcome.err.find("[mirror_lost]") != std::string::npos;
        if (outcome.status == right.status) {
            EXPECT_TRUE(GetParam().writes || outcome.out == right.out) << what << outcome.out;
        } else {
            EXPECT_TRUE(coded) << what << ": " << outcome.err;
            EXPECT_TRUE(outcome.status == environment || outcome.status == 11)
                << what << ": " << outcome.status << ' ' << outcome.err;
        }
        if (GetParam().writes) {
            expect_log_unharmed(outcome, what);
        }
    }

    CliProgram axiom_;
    TemporaryFolder place_{TemporaryFolder::quick_parent()};
    std::string tree_ = std::filesystem::current_path().string();
};

TEST_P(WantOfMemory, IsARefusalWithACodeAndHarmsNothing) {
    Outcome const right = run("");
    ASSERT_EQ(right.status, 0) << right.err;
    // Every allocation in a campaign; a stride otherwise, another one for each way.
    std::uint64_t const few = GetParam().writes ? 23 : 11;
    for (bool const from_then_on : {false, true}) {
        std::uint64_t const stride = few_or_many(from_then_on ? few + 6 : few, 1);
        std::uint64_t number = 1;
        while (true) {
            Refused const refused = run_refusing({number, from_then_on});
            std::string const what = std::string{GetParam().words} +
                                     (from_then_on ? ", from allocation " : ", allocation ") +
                                     std::to_string(number);
            judge(refused, right, what);
            if (refused.refused == 0 || HasFailure()) {
                EXPECT_EQ(refused.outcome.status, right.status) << what;
                break;
            }
            number += stride;
        }
        EXPECT_GT(number, 100U);
    }
}

INSTANTIATE_TEST_SUITE_P(Verbs, WantOfMemory, testing::ValuesIn(scenarios),
                         [](auto const& info) { return std::string{info.param.name}; });

} // namespace
} // namespace axiom::test
