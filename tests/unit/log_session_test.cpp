// LogSession: what the policy allows becomes an entry under its decision; what it does not leaves
// no trace.

#include <gtest/gtest.h>

#include <axiom/policy/founding.hpp>
#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom::host {
namespace {

class LogSessionTest : public testing::Test {
  protected:
    LogSessionTest() {
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        auto const canonical = policy::founding_policy(creator_principal, room);
        auto const genesis = genesis_for({.label = "test",
                                          .creator_label = "tester",
                                          .checkpoint_key = signature_engine().public_key(seed_),
                                          .policy = *canonical,
                                          .capacities = default_capacities},
                                         entropy_);
        created_ = LiveLog::create(store_, options().live, *genesis).has_value();
    }

    LogSessionOptions options() {
        return {.live = {.engine = &fastest_engine(),
                         .entropy = &entropy_,
                         .domains = DomainSet::catalog(),
                         .now = [this] { return WallTime{now_ += 1'000'000}; }},
                .signer = &signature_engine(),
                .checkpoint_seed = &seed_,
                .principal = {},
                .earlier = {}};
    }

    static Wish stream() {
        return {.domain = DomainNumber::records,
                .kind = static_cast<std::uint16_t>(records::Kind::stream)};
    }

    SystemEntropy entropy_;
    SigningSeed seed_{{std::byte{1}}};
    MemoryStore store_{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}};
    std::uint64_t now_{};
    bool created_{};
};

TEST_F(LogSessionTest, WhatThePolicyAllowsIsRecordedUnderItsDecision) {
    ASSERT_TRUE(created_);
    Hash256 state{};
    {
        auto session = LogSession::open(store_, options());
        ASSERT_TRUE(session) << text_of(session.error().code).name;
        auto const granted = (*session)->propose(
            stream(), records::Stream{.producer = ProducerId{7}, .name = "stdin", .source = ""});
        ASSERT_TRUE(granted) << text_of(granted.error().code).name;
        EXPECT_EQ(granted->answer.verdict, policy::Verdict::allow);
        ASSERT_TRUE(granted->appended);
        ASSERT_TRUE((*session)->close());
        EXPECT_FALSE((*session)->newest_note().empty());
        state = *(*session)->domains().shadows().state_hash();
        EXPECT_NE((*session)->domains().records().find(ProducerId{7}), nullptr);
    }
    auto again = LogSession::open(store_, options());
    ASSERT_TRUE(again) << text_of(again.error().code).name;
    EXPECT_NE((*again)->domains().records().find(ProducerId{7}), nullptr);
}

TEST_F(LogSessionTest, WhatThePolicyDoesNotPermitLeavesNoEntry) {
    LogSessionOptions stranger = options();
    stranger.principal = PrincipalId{99};
    auto session = LogSession::open(store_, stranger);
    ASSERT_TRUE(session);
    Sequence const before = (*session)->live().next_sequence();
    auto const granted = (*session)->propose(
        stream(), records::Stream{.producer = ProducerId{7}, .name = "stdin", .source = ""});
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->answer.verdict, policy::Verdict::not_permitted);
    EXPECT_FALSE(granted->appended);
    EXPECT_EQ((*session)->live().next_sequence(), before);
}

TEST_F(LogSessionTest, AForeignCheckpointKeyIsRefused) {
    LogSessionOptions foreign = options();
    SigningSeed const other{{std::byte{2}}};
    foreign.checkpoint_seed = &other;
    auto const session = LogSession::open(store_, foreign);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, Code::wrong_key);
}

} // namespace
} // namespace axiom::host
