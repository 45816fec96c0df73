// A policy as text, changed.

#include <gtest/gtest.h>

#include <memory>

#include <axiom/policy/parse.hpp>
#include <axiom/policy/print.hpp>
#include <services/policy/policy_edit.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/string_text.hpp>

namespace axiom::engine {
namespace {

constexpr std::string_view three_rules = R"(axiom-policy 1

group elders
    principal 4
end

rule 20 "no; never \"so\""
    priority 200
    deny "rule 10 says;no"
    action erase
end

rule 10 "web logs"
    priority 100
    allow
    domain records
    principal 7
end

rule 1 "the creator"
    priority 100
    allow
    domain policy
    principal 1
end
)";

class PolicyEdits : public testing::Test {
  protected:
    PolicyEdits() {
        auto const canonical = policy::parse_policy(three_rules, *draft_, canonical_);
        EXPECT_TRUE(canonical);
        EXPECT_TRUE(policy::install(*table_, *canonical, host::portable_engine()));
    }
    Result<Bytes> edited(ChangePolicy const& change) {
        return edited_policy(*table_, change, text_, *draft_, canonical_);
    }
    std::string shown(Result<Bytes> const& canonical) {
        EXPECT_TRUE(canonical);
        EXPECT_TRUE(policy::install(*other_, *canonical, host::portable_engine()));
        host::StringSink sink;
        policy::print_policy(sink, *other_);
        return sink.take();
    }
    std::size_t rules_after(ChangePolicy const& change) {
        shown(edited(change));
        return other_->rule_count;
    }

    std::unique_ptr<policy::PolicyTable> table_{std::make_unique<policy::PolicyTable>()};
    std::unique_ptr<policy::PolicyTable> other_{std::make_unique<policy::PolicyTable>()};
    std::unique_ptr<policy::PolicyDraft> draft_{std::make_unique<policy::PolicyDraft>()};
    std::vector<std::byte> text_ = std::vector<std::byte>(std::size_t{64} << 10U);
    std::vector<std::byte> canonical_ = std::vector<std::byte>(policy::policy_bytes_max);
};

TEST_F(PolicyEdits, ARuleComesToThoseThatAreThere) {
    std::string const text = shown(edited(
        {.edit = PolicyEdit::add,
         .text = "rule 30 \"one more\"\npriority 5\nallow\naction note\napproval elders\nend\n"}));
    EXPECT_EQ(other_->rule_count, 4U);
    EXPECT_NE(text.find("rule 30 \"one more\""), std::string::npos) << text;
    EXPECT_NE(text.find("rule 20 "), std::string::npos) << text;
}

TEST_F(PolicyEdits, AGroupComesWithTheRuleThatNeedsIt) {
    EXPECT_EQ(rules_after({.edit = PolicyEdit::add,
                           .text = "group young\nprincipal 9\nend\nrule 31 \"x\"\npriority 5\n"
                                   "allow\naction note\ngroup young\nend\n"}),
              4U);
}

TEST_F(PolicyEdits, ARuleGoesAndNoOther) {
    for (std::uint32_t const rule : {20U, 10U, 1U}) {
        std::string const text =
            shown(edited({.edit = PolicyEdit::remove, .rule = rule, .text = {}}));
        EXPECT_EQ(other_->rule_count, 2U);
        EXPECT_EQ(text.find("\nrule " + std::to_string(rule) + " "), std::string::npos) << text;
        EXPECT_NE(text.find("group elders"), std::string::npos) << text;
    }
}

TEST_F(PolicyEdits, ARuleThatIsNotThereCannotGo) {
    auto const none = edited({.edit = PolicyEdit::remove, .rule = 2, .text = {}});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Code::no_such_row);
}

TEST_F(PolicyEdits, AWholePolicyTakesThePlaceOfTheOther) {
    EXPECT_EQ(rules_after({.edit = PolicyEdit::replace,
                           .text = "axiom-policy 1\nrule 1 \"x\"\npriority 1\nallow\nend\n"}),
              1U);
}

TEST_F(PolicyEdits, MistakesAreCountedFromTheFirstLineThatSomebodyWrote) {
    auto const wrong = edited(
        {.edit = PolicyEdit::add, .text = "rule 30 \"x\"\npriority 5\nallow\nprincpal 3\nend\n"});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Code::policy_unknown_name);
    EXPECT_EQ(wrong.error().where, 4U);
    auto const twice =
        edited({.edit = PolicyEdit::add, .text = "rule 10 \"x\"\npriority 5\nallow\nend\n"});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, Code::policy_duplicate);
}

TEST_F(PolicyEdits, MoreThanThereIsRoomForIsRefused) {
    text_.resize(three_rules.size());
    auto const large =
        edited({.edit = PolicyEdit::add, .text = "rule 30 \"x\"\npriority 5\nallow\nend\n"});
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Code::policy_too_large);
    EXPECT_FALSE(edited({.edit = PolicyEdit::remove, .rule = 10, .text = {}}));
}

} // namespace
} // namespace axiom::engine
