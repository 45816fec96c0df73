// What the sequencer refuses, each with its neighbour that it takes; a refusal changes neither log
// nor state.

#include <gtest/gtest.h>

#include <tests/support/log_world.hpp>

namespace axiom::test {
namespace {

class LogRefusals : public testing::Test {
  protected:
    LogRefusals() { world_.begin(); }

    // Expects `proposal` to be refused with `code`, and everything to be as before.
    void refuses(Proposal const& proposal, Code code) {
        Sequence const next = world_.log.next_sequence();
        Hash256 const root = world_.state.root(host::portable_engine());
        auto const appended = world_.log.append(proposal);
        ASSERT_FALSE(appended);
        EXPECT_EQ(text_of(appended.error().code).name, text_of(code).name);
        EXPECT_EQ(world_.log.next_sequence(), next);
        EXPECT_EQ(world_.state.root(host::portable_engine()), root);
    }

    void takes(Proposal const& proposal) {
        auto const appended = world_.log.append(proposal);
        EXPECT_TRUE(appended) << text_of(appended.error().code).name;
    }

    void add_account(AccountId account, std::uint64_t rate, std::uint64_t burst) {
        std::array<std::byte, 512> room{};
        Gated<AccountEntry> const body{
            .decision = {},
            .content = {.account = account, .bytes_per_second = rate, .burst_bytes = burst}};
        Proposal const proposal{.domain = DomainNumber::log,
                                .kind = static_cast<std::uint16_t>(LogKind::account),
                                .decided_at = Sequence{world_.log.next_sequence().value - 1},
                                .body = encode_whole(MutableBytes{room}, body).value()};
        ASSERT_TRUE(world_.log.propose(EngineCapability::after_the_policy(), proposal));
    }

    void catch_up() {
        while (world_.log.drain({})) {
        }
        world_.log.durable_through(world_.log.drained());
    }

    LogWorld world_{{.bytes = 64U << 10U, .entries = 1024}};
};

TEST_F(LogRefusals, AnUnknownKindOrDomain) {
    refuses(LogWorld::proposal(99, {}), Code::unknown_kind);
    Proposal foreign = LogWorld::proposal(plain_kind, {});
    foreign.domain = DomainNumber::actions;
    refuses(foreign, Code::unknown_kind);
    takes(LogWorld::proposal(plain_kind, {}));
}

TEST_F(LogRefusals, AGatedKindWithoutTheEngine) {
    refuses(LogWorld::proposal(gated_kind, {}), Code::not_gated);
}

TEST_F(LogRefusals, ABodyOrAttachmentBeyondItsBound) {
    std::vector<std::byte> const body(body_bytes_max + 1);
    refuses(LogWorld::proposal(plain_kind, body), Code::too_long);
    Proposal attached = LogWorld::proposal(plain_kind, {});
    attached.attachment.bytes = attachment_bytes_max + 1;
    refuses(attached, Code::too_long);
    takes(LogWorld::proposal(plain_kind, Bytes{body}.first(1000)));
}

TEST_F(LogRefusals, ACauseThatIsNotAnEarlierEntry) {
    Proposal caused = LogWorld::proposal(plain_kind, {});
    caused.causes[1] = world_.log.next_sequence();
    refuses(caused, Code::cause_unknown);
    takes(LogWorld::proposal(plain_kind, {}));
    takes(caused);
}

TEST_F(LogRefusals, AFullRingButTheRecoveryAccountStillHasItsQuarter) {
    std::vector<std::byte> const body(1000);
    Proposal common = LogWorld::proposal(plain_kind, body);
    while (world_.log.append(common)) {
    }
    refuses(common, Code::ring_full);
    Proposal recovery = common;
    recovery.caller.account = recovery_account;
    recovery.urgency = Urgency::giving_up;
    takes(recovery);
    catch_up();
    takes(common);
}

// Entries may run out before bytes do.
TEST(LogRing, FullOfSmallEntriesHasAQuarterForTheRecoveryAccountAndOneForItself) {
    LogWorld world{{.bytes = 1U << 20U, .entries = 256}};
    world.begin();
    while (world.log.drain({})) {
    }
    world.log.durable_through(world.log.drained());
    Proposal recovery = LogWorld::proposal(plain_kind, {});
    std::size_t common = 0;
    while (world.log.append(recovery)) {
        ++common;
    }
    EXPECT_EQ(common, 192U);
    recovery.caller.account = recovery_account;
    recovery.urgency = Urgency::giving_up;
    std::size_t more = 0;
    auto refused = world.log.append(recovery);
    for (; refused; refused = world.log.append(recovery)) {
        ++more;
    }
    EXPECT_EQ(more, 63U);
    EXPECT_EQ(refused.error().code, Code::ring_full);
}

TEST_F(LogRefusals, AnAccountOverItsRateAndNobodyElse) {
    add_account(AccountId{7}, 1000, 600);
    catch_up();
    Proposal metered = LogWorld::proposal(plain_kind, {});
    metered.caller.account = AccountId{7};
    takes(metered);
    takes(metered);
    takes(metered);
    refuses(metered, Code::log_rate);
    takes(LogWorld::proposal(plain_kind, {}));
    metered.urgency = Urgency::giving_up;
    takes(metered);
}

TEST_F(LogRefusals, EverythingButRecoveryAndGivingUpWhenTheStoreIsNearlyFull) {
    world_.log.nearly_full(true);
    refuses(LogWorld::proposal(plain_kind, {}), Code::log_full);
    Proposal giving_up = LogWorld::proposal(plain_kind, {});
    giving_up.urgency = Urgency::giving_up;
    takes(giving_up);
    world_.log.nearly_full(false);
    takes(LogWorld::proposal(plain_kind, {}));
}

TEST_F(LogRefusals, AnythingAfterAFailedFlush) {
    world_.log.stop();
    refuses(LogWorld::proposal(plain_kind, {}), Code::log_stopped);
}

TEST_F(LogRefusals, MoreSubscribersThanItHasRoomFor) {
    for (std::size_t index = 0; index < subscribers_max; ++index) {
        ASSERT_TRUE(world_.log.subscribe(Delivery::ordered));
    }
    EXPECT_EQ(world_.log.subscribe(Delivery::ordered).error().code, Code::table_full);
    world_.log.unsubscribe(SubscriberIndex{3});
    EXPECT_TRUE(world_.log.subscribe(Delivery::durable));
    EXPECT_EQ(world_.log.subscribe_at(Delivery::ordered, Sequence{1000}).error().code,
              Code::out_of_range);
}

} // namespace
} // namespace axiom::test
