// Policy tests as data: cases that pass, cases that fail, and files that are refused.

#include <gtest/gtest.h>

#include <axiom/policy/cases.hpp>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

struct Kept final : CaseSink {
    void result(CaseResult const& result) noexcept override {
        text += std::string{result.label} + (result.passed ? " passes\n" : " fails\n");
    }
    std::string text;
};

struct policy_cases : testing::Test {
    policy_cases() {
        world.use("group elders\n principal 1\nend\n"
                  "rule 10 \"append\"\npriority 1\nallow\nprincipal 7\naction append\n"
                  "capability 5\ncause kind records 2 within 2\nexpires 1h\nrights 0x6\n"
                  "rate 3 per 1m by principal\napproval elders\nend\n"
                  "rule 20 \"no\"\npriority 2\ndeny \"no\"\nrole banned\nend\n");
    }

    std::expected<CaseSummary, Diagnostic> run(std::string const& text) {
        source = "axiom-policy-test 1\n" + text;
        kept.text.clear();
        return run_cases(source, world.table(), host::portable_engine(), kept);
    }

    void refuses(std::string const& text, Code code, std::uint32_t line) {
        auto const outcome = run(text);
        ASSERT_FALSE(outcome) << text;
        EXPECT_EQ(outcome.error().code, code) << text;
        EXPECT_EQ(outcome.error().place.line, line) << text;
    }

    std::string source;
    test::PolicyWorld world;
    Kept kept;
};

std::string const facts = "time 500\nrole 8 banned\ncapability 9 parent 5\n"
                          "entry 20 actions 1 causes 11\nentry 11 records 2\n";
std::string const asked = "principal 7\naction append\ncapability 9\ncause 20\nrights 0x3\n";

TEST_F(policy_cases, each_answer_can_be_expected) {
    auto const outcome =
        run(facts + "case \"a\"\n" + asked +
            "expect allow rule 10\nwith expires 3600500\nwith rights 0x2\n"
            "with rate 3 per 1m\nwith approval elders\nend\n"
            "case \"b\"\nprincipal 8\nexpect forbidden rule 20\nend\n"
            "case \"c\"\nprincipal 6\nexpect not_permitted\nend\n"
            "case \"d\"\n" +
            asked +
            "used 3\nexpect not_permitted\nend\n"
            "case \"e\"\nprincipal 7\naction append\ncapability 5\ncause 99\nexpect error\nend\n"
            "case \"f\"\n" +
            asked + "approver 1\nexpect allow\nend\n");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(kept.text, "a passes\nb passes\nc passes\nd passes\ne passes\nf passes\n");
    EXPECT_EQ(outcome->passed, 6U);
    EXPECT_EQ(outcome->failed, 0U);
}

TEST_F(policy_cases, each_expectation_can_fail) {
    auto const outcome =
        run(facts + "case \"a\"\n" + asked + "expect forbidden\nend\n" + "case \"b\"\n" + asked +
            "expect allow rule 11\nend\n" + "case \"c\"\n" + asked +
            "expect allow\nwith nothing\nend\n" + "case \"d\"\n" + asked +
            "expect allow\nwith expires 3600500\nwith rights 0x4\n"
            "with rate 3 per 1m\nwith approval elders\nend\n");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->passed, 0U);
    EXPECT_EQ(outcome->failed, 4U);
}

TEST_F(policy_cases, a_file_with_a_mistake_is_refused_at_its_place) {
    refuses("case \"a\"\n", Code::policy_syntax, 2);
    refuses("case a\nend\n", Code::policy_syntax, 2);
    refuses("case \"a\"\nend\n", Code::policy_syntax, 2);
    refuses("case \"a\"\nexpect perhaps\nend\n", Code::policy_syntax, 3);
    refuses("case \"a\"\nexpect allow rule 0\nend\n", Code::policy_syntax, 3);
    refuses("case \"a\"\nprincipal 1\nprincipal 1\nexpect allow\nend\n", Code::policy_duplicate, 4);
    refuses("case \"a\"\nprincpal 1\n", Code::policy_unknown_name, 3);
    refuses("case \"a\"\nkind 65536\n", Code::policy_syntax, 3);
    refuses("case \"a\"\nexpect allow\nend now\n", Code::policy_syntax, 4);
    refuses("tim 5\n", Code::policy_unknown_name, 2);
    refuses("entry 5\n", Code::policy_syntax, 2);
    refuses("time soon\n", Code::policy_syntax, 2);
    refuses("case \"a\"\nwith expires 1\nwith expires 1\nwith expires 1\nwith expires 1\n"
            "with expires 1\n",
            Code::policy_too_large, 7);
    std::string roles;
    for (int count = 0; count < 65; ++count) {
        roles += "role 1 x\n";
    }
    refuses(roles, Code::policy_too_large, 66);
    EXPECT_EQ(
        run_cases("axiom-policy 1\n", world.table(), host::portable_engine(), kept).error().code,
        Code::policy_syntax);
    EXPECT_EQ(run_cases("axiom-policy-test 2\n", world.table(), host::portable_engine(), kept)
                  .error()
                  .code,
              Code::unknown_version);
}

} // namespace
