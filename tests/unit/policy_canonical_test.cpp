// The canonical form: one meaning has one encoding; every other string of bytes is refused and
// leaves the policy in force untouched (threat 12).

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <axiom/policy/canonical.hpp>
#include <axiom/policy/founding.hpp>
#include <axiom/policy/lint.hpp>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

/// Writes bytes that need not be canonical.
class Maker {
  public:
    Maker& u8(std::uint8_t value) { return put(value); }
    Maker& u16(std::uint16_t value) { return put(value); }
    Maker& u64(std::uint64_t value) { return put(value); }
    Maker& name(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        auto const raw = bytes_of(text);
        bytes.insert(bytes.end(), raw.begin(), raw.end());
        return *this;
    }
    Maker& rule(std::uint32_t id, std::uint32_t priority, Effect effect = Effect::allow,
                std::string_view reason = "") {
        put(id);
        put(priority);
        u8(static_cast<std::uint8_t>(effect));
        name("");
        return name(reason);
    }

    std::vector<std::byte> bytes;

  private:
    template <class Word> Maker& put(Word value) {
        std::array<std::byte, sizeof(Word)> raw{};
        store_le(raw, value);
        bytes.insert(bytes.end(), raw.begin(), raw.end());
        return *this;
    }
};

struct policy_canonical : testing::Test {
    test::PolicyWorld world;

    void refuses(Maker const& maker, Code code) {
        auto const outcome = world.install(maker.bytes);
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, code) << text_of(outcome.error().code).name;
        EXPECT_LE(outcome.error().where, maker.bytes.size());
        EXPECT_EQ(world.table().rule_count, 0U) << "a refused policy permits nothing";
        EXPECT_TRUE(world.table().version.is_zero());
    }
};

TEST_F(policy_canonical, the_smallest_policy_is_six_bytes) {
    EXPECT_TRUE(world.install(Maker{}.u16(1).u16(0).u16(0).bytes));
    refuses(Maker{}.u16(1).u16(0), Code::truncated);
    refuses(Maker{}.u16(1).u16(0).u16(0).u8(0), Code::trailing_bytes);
    refuses(Maker{}.u16(2).u16(0).u16(0), Code::unknown_version);
    refuses(Maker{}, Code::truncated);
}

TEST_F(policy_canonical, rules_stand_by_falling_priority_then_rising_id) {
    EXPECT_TRUE(
        world.install(Maker{}.u16(1).u16(0).u16(2).rule(2, 9).u16(0).rule(1, 8).u16(0).bytes));
    refuses(Maker{}.u16(1).u16(0).u16(2).rule(1, 8).u16(0).rule(2, 9).u16(0), Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(2).rule(2, 8).u16(0).rule(1, 8).u16(0), Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(2).rule(1, 8).u16(0).rule(1, 8).u16(0),
            Code::policy_duplicate);
    refuses(Maker{}.u16(1).u16(0).u16(2).rule(1, 9).u16(0).rule(1, 8).u16(0),
            Code::policy_duplicate);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(0, 8).u16(0), Code::out_of_range);
}

TEST_F(policy_canonical, clauses_stand_by_rising_kind_and_once) {
    auto const start = Maker{}.u16(1).u16(0).u16(1).rule(1, 1).u16(2);
    EXPECT_TRUE(world.install(Maker{start}.u8(0).u64(5).u8(3).u64(7).bytes));
    refuses(Maker{start}.u8(3).u64(7).u8(0).u64(5), Code::not_canonical);
    refuses(Maker{start}.u8(3).u64(7).u8(3).u64(8), Code::policy_duplicate);
    refuses(Maker{start}.u8(3).u64(7).u8(16).u64(8), Code::out_of_range);
    refuses(Maker{start}.u8(6).name("a").u8(7).name("b"), Code::not_canonical);
    refuses(Maker{start}.u8(1).u64(7).u8(3).u64(8), Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1).u16(17), Code::policy_too_large);
}

TEST_F(policy_canonical, only_rules_that_allow_carry_terms_and_only_denials_a_reason) {
    EXPECT_TRUE(
        world.install(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::deny, "x").u16(0).bytes));
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::deny, "x").u16(1).u8(12).u64(1),
            Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::deny).u16(0), Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::allow, "x").u16(0),
            Code::not_canonical);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect{2}).u16(0), Code::out_of_range);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::deny, "a\x1b").u16(0), Code::bad_text);
    refuses(Maker{}.u16(1).u16(0).u16(1).rule(1, 1, Effect::deny, std::string(129, 'x')).u16(0),
            Code::too_long);
}

TEST_F(policy_canonical, groups_stand_by_rising_name_and_know_their_members) {
    EXPECT_TRUE(world.install(
        Maker{}.u16(1).u16(2).name("a").u16(1).u8(2).name("b").name("b").u16(0).u16(0).bytes));
    refuses(Maker{}.u16(1).u16(2).name("b").u16(0).name("a").u16(0).u16(0), Code::not_canonical);
    refuses(Maker{}.u16(1).u16(2).name("a").u16(0).name("a").u16(0).u16(0), Code::policy_duplicate);
    refuses(Maker{}.u16(1).u16(1).name("a").u16(2).u8(0).u64(2).u8(0).u64(1).u16(0),
            Code::not_canonical);
    refuses(Maker{}.u16(1).u16(1).name("a").u16(2).u8(0).u64(2).u8(0).u64(2).u16(0),
            Code::policy_duplicate);
    refuses(Maker{}.u16(1).u16(1).name("a").u16(1).u8(2).name("c").u16(0),
            Code::policy_unknown_name);
    refuses(Maker{}.u16(1).u16(1).name("a").u16(1).u8(2).name("a").u16(0), Code::policy_cycle);
    refuses(Maker{}.u16(1).u16(1).name("a").u16(1).u8(3).name("a").u16(0), Code::out_of_range);
    refuses(Maker{}.u16(1).u16(1).name("A").u16(0).u16(0), Code::bad_text);
    refuses(Maker{}.u16(1).u16(65), Code::policy_too_large);
    refuses(Maker{}.u16(1).u16(0).u16(513), Code::policy_too_large);
}

TEST_F(policy_canonical, every_flipped_byte_gives_another_version_or_is_refused) {
    world.use("group g\n principal 1\nend\nrule 1 \"a\"\npriority 1\nallow\ngroup g\n"
              "rate 1 per 1s by rule\nend\n");
    auto const held = world.table().bytes();
    std::vector<std::byte> const good(held.begin(), held.end());
    auto const version = world.table().version;
    for (std::size_t index = 0; index < good.size(); ++index) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto bad = good;
            bad[index] ^= static_cast<std::byte>(1U << bit);
            if (world.install(bad)) {
                EXPECT_NE(world.table().version, version);
                EXPECT_TRUE(std::ranges::equal(world.table().bytes(), bad));
                auto const again = world.parse(world.print());
                ASSERT_TRUE(again) << again.error().rendered;
                EXPECT_EQ(*again, bad) << "what is accepted is canonical";
            }
        }
    }
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(world.install(Bytes{good}.first(length))) << length;
    }
}

TEST_F(policy_canonical, a_refused_policy_leaves_the_active_one_and_a_revert_brings_the_last_back) {
    auto const pair = std::make_unique<PolicyPair>();
    auto const& engine = host::portable_engine();
    auto const first =
        world.parse("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\nend\n").value();
    auto const second =
        world.parse("axiom-policy 1\nrule 2 \"b\"\npriority 1\nallow\nend\n").value();
    ASSERT_TRUE(pair->install_next(first, engine));
    ASSERT_TRUE(pair->install_next(second, engine));
    EXPECT_EQ(pair->active().version, version_of(engine, second));
    pair->revert();
    EXPECT_EQ(pair->active().version, version_of(engine, first));
    EXPECT_FALSE(pair->install_next(Bytes{second}.first(9), engine));
    EXPECT_EQ(pair->active().version, version_of(engine, first));
}

TEST_F(policy_canonical, the_founding_policy_lets_its_creator_do_everything_and_nobody_else) {
    std::array<std::byte, founding_policy_bytes_max> space{};
    auto const bytes = founding_policy(PrincipalId{7}, space).value();
    ASSERT_TRUE(world.install(bytes));
    std::array<Finding, 8> findings{};
    auto const report = lint(world.table(), {}, findings);
    EXPECT_EQ(report.errors + report.warnings, 0U);
    for (auto const domain : {DomainNumber::log, DomainNumber::policy, DomainNumber::identity,
                              DomainNumber::records, DomainNumber::actions}) {
        Request request{.principal = PrincipalId{7}, .domain = domain, .kind = 1, .action = "x"};
        EXPECT_EQ(world.ask(request).verdict, Verdict::allow);
        request.principal = PrincipalId{8};
        EXPECT_EQ(world.ask(request).verdict, Verdict::not_permitted);
    }
    EXPECT_EQ(world.ask({.principal = PrincipalId{7}, .domain = DomainNumber::kernel}).verdict,
              Verdict::not_permitted);
    EXPECT_EQ(founding_policy(PrincipalId{7}, MutableBytes{space}.first(20)).error().code,
              Code::no_room);
}

TEST(policy_decision, only_the_one_form_of_its_conditions_passes) {
    Decision const good{.rule = 1, .policy_version = {}, .conditions = [] {
                            List<Condition, 4> list;
                            list.push_back({ConditionKind::expiry, 0, 5, 0});
                            list.push_back({ConditionKind::rights, 0, 3, 0});
                            list.push_back({ConditionKind::rate, 9, 1, 60});
                            list.push_back({ConditionKind::second_approver, 8, 0, 0});
                            return list;
                        }()};
    ASSERT_TRUE(check(good));
    std::array<std::byte, 256> space{};
    auto const bytes = encode_whole(space, good).value();
    EXPECT_EQ(decode_whole<Decision>(bytes).value(), good);

    auto const refused = [&](std::size_t index, Condition const& other, Code code) {
        auto bad = good;
        bad.conditions[index] = other;
        auto const outcome = check(bad);
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error(), (Error{code, index, 0}));
    };
    refused(1, {ConditionKind::expiry, 0, 5, 0}, Code::not_canonical);
    refused(0, {ConditionKind::expiry, 1, 5, 0}, Code::not_canonical);
    refused(0, {ConditionKind::expiry, 0, 5, 1}, Code::not_canonical);
    refused(1, {ConditionKind::rights, 1, 5, 0}, Code::not_canonical);
    refused(2, {ConditionKind::rate, 9, 0, 60}, Code::out_of_range);
    refused(2, {ConditionKind::rate, 9, 1, 0}, Code::out_of_range);
    refused(3, {ConditionKind::second_approver, 8, 0, 1}, Code::not_canonical);
}

} // namespace
