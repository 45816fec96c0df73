// What waits for an approval: room, repetition, time, what is told.

#include <gtest/gtest.h>

#include <services/policy/requests.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/state_world.hpp>

namespace axiom::engine {
namespace {

class PolicyRequests : public testing::Test {
  protected:
    Wish wish(std::uint64_t principal, std::string_view content) {
        return {.principal = principal,
                .wanted = {.domain = DomainNumber::actions,
                           .kind = 1,
                           .action = "grant",
                           .object = content,
                           .content = bytes_of(content)},
                .cause = 0,
                .reason = "a test",
                .group = "elders",
                .rule = 3,
                .policy = test::filled_hash(1),
                .decided_at = 100,
                .now_ms = 1000,
                .wait_ms = 500};
    }
    HeldRequest& add(std::uint64_t principal, std::string_view content) {
        return requests_.add(wish(principal, content), ++token_);
    }
    std::size_t pass(std::uint64_t now_ms, std::uint8_t policy = 1) {
        std::size_t ended = 0;
        requests_.pass(now_ms, test::filled_hash(policy), [&](HeldRequest&) { ++ended; });
        return ended;
    }

    test::OwnedArena arena_{Requests::bytes_for()};
    Requests requests_{arena_};
    std::uint64_t token_{};
};

TEST_F(PolicyRequests, AreNumberedWithTheLogAndNeverTwice) {
    EXPECT_EQ(requests_.find(0), nullptr);
    EXPECT_EQ(add(2, "a").row.number, 100U);
    EXPECT_EQ(add(2, "b").row.number, 101U);
    auto later = wish(2, "c");
    later.decided_at = 5000;
    EXPECT_EQ(requests_.add(later, 9).row.number, 5000U);
    EXPECT_EQ(requests_.find(0)->row.number, 5000U);
    EXPECT_EQ(requests_.find(101)->row.object.view(), "b");
    EXPECT_EQ(requests_.find(102), nullptr);
}

TEST_F(PolicyRequests, TheSameOfTheSamePrincipalIsOneRequest) {
    HeldRequest& held = add(2, "a");
    EXPECT_EQ(requests_.find_same(2, held.wanted()), &held);
    EXPECT_EQ(requests_.find_same(3, held.wanted()), nullptr);
    Wanted other = held.wanted();
    other.content = bytes_of("b");
    EXPECT_EQ(requests_.find_same(2, other), nullptr);
    other = held.wanted();
    other.kind = 2;
    EXPECT_EQ(requests_.find_same(2, other), nullptr);
    held.taken = true;
    EXPECT_EQ(requests_.find_same(2, held.wanted()), nullptr) << "it is being settled";
}

TEST_F(PolicyRequests, NobodyTakesTheRoomOfOthers) {
    for (std::size_t count = 0; count < Requests::of_a_principal_max; ++count) {
        ASSERT_TRUE(requests_.has_room(2));
        add(2, std::to_string(count));
    }
    EXPECT_FALSE(requests_.has_room(2));
    EXPECT_TRUE(requests_.has_room(3));
    requests_.find(100)->row.state = RequestState::refused;
    EXPECT_TRUE(requests_.has_room(2));
}

TEST_F(PolicyRequests, WhatWaitsIsNeverDroppedForSomethingNewer) {
    for (std::size_t count = 0; count < Requests::kept_max; ++count) {
        ASSERT_TRUE(requests_.has_room(count / Requests::of_a_principal_max));
        add(count / Requests::of_a_principal_max, "x");
    }
    EXPECT_FALSE(requests_.has_room(1000));
    requests_.find(110)->row.state = RequestState::approved;
    requests_.find(105)->row.state = RequestState::refused;
    EXPECT_TRUE(requests_.has_room(1000));
    add(1000, "y");
    EXPECT_EQ(requests_.find(105), nullptr) << "the oldest that is settled makes room";
    EXPECT_NE(requests_.find(110), nullptr);
    EXPECT_NE(requests_.find(100), nullptr);
}

TEST_F(PolicyRequests, TimeEndsWhatWaitsAndNothingElse) {
    add(2, "a");
    HeldRequest& taken = add(2, "b");
    taken.taken = true;
    EXPECT_EQ(pass(1499), 0U);
    EXPECT_EQ(pass(1500), 1U);
    EXPECT_EQ(requests_.find(100)->row.state, RequestState::expired);
    EXPECT_EQ(taken.row.state, RequestState::waits);
    EXPECT_EQ(pass(9999), 0U) << "once";
}

TEST_F(PolicyRequests, NoneWaitsLongerThanADay) {
    auto endless = wish(2, "a");
    endless.wait_ms = ~std::uint64_t{0};
    EXPECT_EQ(requests_.add(endless, 1).row.deadline_ms, 1000 + request_ms_max);
}

TEST_F(PolicyRequests, AnotherPolicyEndsWhatWaits) {
    HeldRequest const& held = add(2, "a");
    EXPECT_EQ(pass(1000, 2), 1U);
    EXPECT_EQ(held.row.state, RequestState::lapsed);
    EXPECT_EQ(held.words.view(), "the policy has changed");
}

TEST_F(PolicyRequests, AreListedTheNewestFirstAPageAtATime) {
    for (std::size_t count = 0; count < requests_listed_max + 2; ++count) {
        add(count, "x");
    }
    requests_.find(101)->row.state = RequestState::refused;
    auto const first = requests_.list({});
    ASSERT_EQ(first.requests.size(), requests_listed_max);
    EXPECT_EQ(first.requests[0].number, 100 + requests_listed_max + 1);
    auto const second = requests_.list({.before = first.before});
    ASSERT_EQ(second.requests.size(), 2U);
    EXPECT_EQ(second.requests[1].number, 100U);
    EXPECT_EQ(second.before, 0U);
    EXPECT_EQ(requests_.list({.before = first.before, .waiting = true}).requests.size(), 1U);
}

// A full answer of each kind fits a message.
TEST_F(PolicyRequests, FitTheirMessages) {
    std::string const longest(object_bytes_max, 'x');
    RequestRow row{};
    row.action = HeldText<name_bytes_max>{std::string_view{longest}.substr(0, name_bytes_max)};
    row.object = HeldText<object_bytes_max>{longest};
    row.group = row.action;
    row.reason = HeldText<reason_bytes_max>{longest};
    RequestList list;
    while (!list.requests.full()) {
        list.requests.push_back(row);
    }
    MessageBytes room;
    EXPECT_TRUE(encode_whole(MutableBytes{room}, list));
    std::vector<std::byte> const content(content_bytes_max);
    EXPECT_TRUE(encode_whole(
        MutableBytes{room},
        RequestDetail{
            .row = row, .domain = 1, .kind = 1, .words = row.reason, .content = content}));
}

} // namespace
} // namespace axiom::engine
