// Approvals in the policy engine alone: who may, what becomes of it, and an outside that fails.

#include <gtest/gtest.h>

#include <axiom/action/action_kinds.hpp>
#include <tests/support/engine_world.hpp>

namespace axiom::engine {
namespace {

// 2 asks; 3 and 4 are approvers, and 2 itself is; 3 may approve, 4 may not act so. Below the rule
// that needs an approval lies one that does not.
constexpr std::string_view rules = R"(axiom-policy 1

group elders
    principal 2
    principal 3
    principal 4
end
rule 10 "grants need an elder"
    priority 150
    allow
    domain actions
    action grant
    principal 2
    approval elders
end
rule 2 "2 may act"
    priority 100
    allow
    domain actions
    principal 2
end
rule 3 "3 may approve grants"
    priority 100
    allow
    domain actions
    action approve
    principal 3
    object prefix "grant "
end
rule 4 "3 may refuse"
    priority 100
    allow
    domain actions
    action refuse
    principal 3
end
rule 5 "1 may approve"
    priority 100
    allow
    domain actions
    principal 1
end
rule 1 "the creator may change the policy"
    priority 100
    allow
    domain policy
    principal 1
end
)";

constexpr std::uint64_t asked = 1; // tokens
constexpr std::uint64_t answered = 2;
constexpr std::uint64_t looked = 3;
constexpr std::uint64_t minute = 60'000;

class PolicyApprovals : public testing::Test {
  protected:
    // What a grant of `object` would be.
    Propose grant(std::string_view object, std::uint64_t wait_ms = minute) {
        contents_.emplace_back(512);
        auto const content =
            encode_whole(MutableBytes{contents_.back()},
                         action::Commit{.action = "grant", .object = object, .effects = {}});
        return {.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                .kind = static_cast<std::uint16_t>(action::Kind::commit),
                .cause = 0,
                .wait_ms = wait_ms,
                .reason = "a test",
                .content = *content};
    }
    void asks_for_a_grant() { world_.asks(asked, 2, grant("lamp to desk")); }
    // The first request of a world has the number of the state that it was decided on.
    static constexpr std::uint64_t number = 3;

    RequestDetail at_the_end() {
        world_.asks(looked, 2, AskRequest{.number = number});
        world_.run();
        auto const told = world_.told<AskRequest>(looked);
        EXPECT_TRUE(told);
        return told.value_or(RequestDetail{});
    }
    Verdict verdict_of_the_answer() {
        auto const told = world_.told<Approve>(answered);
        EXPECT_TRUE(told);
        return told ? told->verdict : Verdict::error;
    }
    static policy::Decision decision_of(test::EngineWorld::Committed const& entry) {
        return decode_whole<Gated<action::Commit>>(entry.body)->decision;
    }

    test::EngineWorld world_{rules};
    std::deque<std::vector<std::byte>> contents_;
};

TEST_F(PolicyApprovals, TheApprovalIsAnEntryAndCausesWhatWasWanted) {
    asks_for_a_grant();
    world_.asks(answered, 3, Approve{.number = number, .reason = "fine"});
    auto const request = at_the_end();
    auto const told = world_.told<Propose>(asked);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->verdict, Verdict::needs_approval);
    EXPECT_EQ(told->request, number);
    EXPECT_EQ(verdict_of_the_answer(), Verdict::allow);
    EXPECT_EQ(request.row.state, RequestState::approved);
    ASSERT_EQ(world_.committed.size(), 2U);
    auto const& approval = world_.committed[0];
    auto const& wanted = world_.committed[1];
    EXPECT_EQ(approval.header.principal.value, 3U);
    EXPECT_EQ(decode_whole<Gated<action::Commit>>(approval.body)->content.object,
              "grant lamp to desk (request 3)");
    EXPECT_EQ(wanted.header.principal.value, 2U) << "in the name of whoever asked";
    EXPECT_EQ(wanted.header.causes[0], approval.header.sequence);
    auto const decision = decision_of(wanted);
    EXPECT_EQ(decision.rule, 10U);
    EXPECT_EQ(policy::find(decision, policy::ConditionKind::second_approver)->value, 3U);
    EXPECT_EQ(request.row.entry, wanted.header.sequence.value);
    EXPECT_EQ(request.row.settled_by, 3U);
    EXPECT_TRUE(world_.denied.empty());
}

// Principal 2 is an elder, and rule 2 lets it act: it would be allowed by the rule below.
TEST_F(PolicyApprovals, NobodyApprovesHisOwn) {
    asks_for_a_grant();
    world_.asks(answered, 2, Approve{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::waits);
    EXPECT_EQ(verdict_of_the_answer(), Verdict::not_permitted);
    EXPECT_TRUE(world_.committed.empty());
    EXPECT_EQ(world_.denied, std::vector{answered});
}

TEST_F(PolicyApprovals, WhoeverIsOfNoGroupIsNoApproverWhateverHeMayDo) {
    asks_for_a_grant();
    world_.asks(answered, 1, Approve{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::waits);
    EXPECT_EQ(verdict_of_the_answer(), Verdict::not_permitted);
    EXPECT_TRUE(world_.committed.empty());
}

TEST_F(PolicyApprovals, AnApproverWhoMayNotActSoApprovesNothing) {
    asks_for_a_grant();
    world_.asks(answered, 4, Approve{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::waits);
    EXPECT_EQ(verdict_of_the_answer(), Verdict::not_permitted);
    EXPECT_TRUE(world_.committed.empty());
}

TEST_F(PolicyApprovals, ARefusalIsAnEntryAndNothingElseComesOfIt) {
    asks_for_a_grant();
    world_.asks(answered, 3, Refuse{.number = number, .reason = "no"});
    world_.asks(4, 3, Approve{.number = number});
    auto const request = at_the_end();
    EXPECT_EQ(request.row.state, RequestState::refused);
    EXPECT_EQ(request.words.view(), "no");
    ASSERT_EQ(world_.committed.size(), 1U);
    EXPECT_EQ(request.row.decision, world_.committed[0].header.sequence.value);
    EXPECT_EQ(world_.denied.size(), 1U) << "the kernel keeps nobody any more";
    EXPECT_EQ(world_.told<Approve>(4).error().code, Code::request_settled);
}

TEST_F(PolicyApprovals, WhoeverAskedTakesItBack) {
    asks_for_a_grant();
    world_.asks(answered, 2, Refuse{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::refused);
    EXPECT_EQ(world_.committed.size(), 1U);
}

TEST_F(PolicyApprovals, WithoutTimeToWaitItIsDenied) {
    world_.asks(asked, 2, grant("lamp to desk", 0));
    world_.run();
    EXPECT_EQ(world_.told<Propose>(asked)->verdict, Verdict::not_permitted);
    EXPECT_EQ(world_.denied, std::vector{asked});
    EXPECT_EQ(world_.kept, 0U);
}

TEST_F(PolicyApprovals, LogTimeEndsIt) {
    world_.tick(1000);
    world_.asks(asked, 2, grant("lamp to desk", minute));
    world_.tick(1000 + minute - 1);
    world_.asks(4, 2, AskRequest{});
    world_.tick(1000 + minute);
    world_.asks(5, 2, AskRequest{});
    world_.asks(6, 3, Approve{.number = 4});
    world_.run();
    EXPECT_EQ(world_.told<AskRequest>(4)->row.state, RequestState::waits);
    EXPECT_EQ(world_.told<AskRequest>(5)->row.state, RequestState::expired);
    EXPECT_EQ(world_.told<Approve>(6).error().code, Code::request_settled);
    EXPECT_TRUE(world_.committed.empty());
    EXPECT_EQ(world_.denied.size(), 1U);
}

TEST_F(PolicyApprovals, WhoeverWaitsForItsEndIsToldAtOnce) {
    asks_for_a_grant();
    world_.asks_without_waiting(looked, 2, AskRequest{.number = number, .wait_ms = 10'000});
    world_.asks(answered, 3, Refuse{.number = number});
    world_.run();
    EXPECT_EQ(world_.told<AskRequest>(looked)->row.state, RequestState::refused);
}

TEST_F(PolicyApprovals, AStateThatChangesMeanwhileIsDecidedOnAgain) {
    world_.stale = 3;
    asks_for_a_grant();
    world_.tick(500);
    world_.asks(answered, 3, Approve{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::approved);
    EXPECT_EQ(world_.committed.size(), 2U);
}

TEST_F(PolicyApprovals, WhoeverHasEndedGetsNothing) {
    world_.asker_has_ended = true;
    asks_for_a_grant();
    world_.asks(answered, 3, Approve{.number = number});
    auto const request = at_the_end();
    EXPECT_EQ(request.row.state, RequestState::lapsed);
    EXPECT_NE(request.words.view().find("has ended"), std::string_view::npos);
    EXPECT_EQ(world_.committed.size(), 1U) << "the approval stands, and nothing came of it";
}

// Until when it would wait nobody could say.
TEST_F(PolicyApprovals, WithoutTimeNothingWaits) {
    world_.time_is_away = true;
    asks_for_a_grant();
    world_.asks(4, 2, engine::Test{.principal = 2, .domain = 6, .kind = 1, .action = "grant"});
    world_.run();
    EXPECT_EQ(world_.told<Propose>(asked).error().code, Code::unanswered);
    EXPECT_TRUE(world_.told<engine::Test>(4)) << "what needs no time is answered";
    EXPECT_EQ(world_.kept, 0U);
}

TEST_F(PolicyApprovals, AKernelWithoutRoomIsSaid) {
    world_.keeps_nobody = true;
    asks_for_a_grant();
    world_.asks(looked, 2, AskRequest{});
    world_.run();
    EXPECT_EQ(world_.told<Propose>(asked).error().code, Code::table_full);
    EXPECT_EQ(world_.told<AskRequest>(looked).error().code, Code::no_such_row);
}

TEST_F(PolicyApprovals, WhatWaitsOutlivesAKeeperThatIsAwayAndForgets) {
    asks_for_a_grant();
    world_.then([this] { world_.axiomd_down = 2; });
    world_.then([this] { world_.axiomd_forgets = true; });
    world_.tick(500);
    world_.asks(answered, 3, Approve{.number = number});
    EXPECT_EQ(at_the_end().row.state, RequestState::approved);
    EXPECT_EQ(world_.committed.size(), 2U);
}

TEST_F(PolicyApprovals, AskingAgainIsTheSameRequestAndOthersAreNot) {
    asks_for_a_grant();
    world_.asks(4, 2, grant("lamp to desk"));
    world_.asks(5, 2, grant("lamp to chair"));
    world_.run();
    EXPECT_EQ(world_.told<Propose>(4)->request, number);
    EXPECT_EQ(world_.told<Propose>(5)->request, number + 1);
    EXPECT_EQ(world_.kept, 2U);
}

TEST_F(PolicyApprovals, OfAPrincipalOnlySoManyWait) {
    for (std::uint64_t count = 0; count <= Requests::of_a_principal_max; ++count) {
        static constexpr std::string_view objects = "abcdefghi";
        world_.asks(10 + count, 2, grant(objects.substr(count, 1)));
    }
    world_.run();
    EXPECT_TRUE(world_.told<Propose>(10 + Requests::of_a_principal_max - 1));
    EXPECT_EQ(world_.told<Propose>(10 + Requests::of_a_principal_max).error().code,
              Code::table_full);
}

// A change of the policy that would let the request through anyway does not settle it by itself.
TEST_F(PolicyApprovals, AnotherPolicyEndsWhatWaits) {
    std::string less{rules};
    less.replace(less.find("priority 150"), 12, "priority 140");
    asks_for_a_grant();
    world_.asks(4, 1,
                ChangePolicy{.edit = PolicyEdit::replace,
                             .trial_ms = 10 * minute,
                             .reason = "a test",
                             .text = less});
    world_.asks(answered, 3, Approve{.number = number});
    auto const request = at_the_end();
    EXPECT_EQ(world_.told<ChangePolicy>(4)->verdict, Verdict::allow);
    EXPECT_EQ(request.row.state, RequestState::lapsed);
    EXPECT_EQ(world_.told<Approve>(answered).error().code, Code::request_settled);
}

} // namespace
} // namespace axiom::engine
