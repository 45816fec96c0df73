// Threat 7, messages: lengths that lie, reserved bits, lists of capabilities that name one thing
// many times, replies to what others asked, floods.

#include <gtest/gtest.h>

#include <tests/support/hostile_process.hpp>

namespace axiom::kernel::test {
namespace {

using threat_7 = HostileProcess;

TEST_F(threat_7, AHeadThatSaysMoreThanAMessageHoldsIsRefused) {
    std::vector<std::uint64_t> heads;
    for (unsigned bit = 20; bit < 64; ++bit) {
        heads.push_back(std::uint64_t{1} << bit); // of no meaning, or the kernel's own to say
        heads.push_back((std::uint64_t{1} << bit) | 8U);
    }
    for (std::uint64_t const bytes :
         {message_bytes_max + 1, std::size_t{0x7FFF}, std::size_t{0xFFFF}}) {
        heads.push_back(MessageHead::of(bytes, 0).word);
    }
    for (std::uint64_t count = message_capabilities_max + 1; count < 16; ++count) {
        heads.push_back(MessageHead::of(0, count).word);
    }
    heads.push_back(~std::uint64_t{0});
    for (std::uint64_t const head : heads) {
        refused_without_a_trace(1, Call::send, {its_endpoint, head, at_once}, Check::argument);
        refused_without_a_trace(1, Call::call, {its_endpoint, head, at_once}, Check::argument);
        refused_without_a_trace(1, Call::reply, {1, head}, Check::argument);
        refused_without_a_trace(1, Call::reply_receive, {1, head, its_endpoint, at_once},
                                Check::argument);
    }
}

// What only the kernel says of a message no sender can.
TEST_F(threat_7, AMessageCannotPassForAFaultOrForASignal) {
    for (std::uint64_t const flag : {head_is_fault, head_is_signal}) {
        refused_without_a_trace(1, Call::send, {its_endpoint, flag, at_once, 1, 2, 3, 4},
                                Check::argument);
    }
    EXPECT_FALSE(world_.call_if(5, Call::receive, {endpoint, for_ever}));
    ASSERT_TRUE(world_.do_call(1, Call::send, {its_endpoint, 0, at_once, 1}).done());
    EXPECT_EQ(world_.told(5).words[ReceivedWords::head], 0U);
}

TEST_F(threat_7, AnEmptyMessageIsAMessage) {
    world_.buffer(1).bytes.fill(std::byte{0x5A});
    EXPECT_FALSE(world_.call_if(5, Call::receive, {endpoint, for_ever}));
    ASSERT_TRUE(world_.do_call(1, Call::send, {its_endpoint, 0, at_once}).done());
    EXPECT_TRUE(world_.told(5).done());
    EXPECT_EQ(world_.buffer(5).bytes[0], std::byte{0}) << "and brings no bytes along";
}

class Aliased : public HostileProcess {
  protected:
    static constexpr std::uint32_t window = 200;

    // Of the hostile process's slots, to the honest server's window.
    std::optional<CallAnswer> pass(std::vector<std::uint32_t> const& slots) {
        world_.buffer(5).window = window;
        EXPECT_FALSE(world_.call_if(5, Call::receive, {endpoint, for_ever}));
        std::copy(slots.begin(), slots.end(), world_.buffer(1).capabilities.begin());
        return world_.call_if(1, Call::send,
                              {its_endpoint, MessageHead::of(0, slots.size()).word, at_once});
    }
    [[nodiscard]] std::uint64_t arrived() const {
        std::uint64_t count = 0;
        for (std::uint32_t slot = window; slot < window + message_capabilities_max; ++slot) {
            count += world_.kernel.state().slots().find({0, 1}, Slot{slot}) ? 1 : 0;
        }
        return count;
    }
    void let_the_server_go() {
        if (!world_.runs(5)) {
            EXPECT_TRUE(world_.do_call(1, Call::send, {its_endpoint, 0, at_once}).done());
        }
    }
};

using threat_7_list = Aliased;

TEST_F(threat_7_list, TheSameCapabilityManyTimesIsAsManyChildrenThatGoTogether) {
    auto const sent = pass(std::vector<std::uint32_t>(message_capabilities_max, its_region));
    ASSERT_TRUE(sent && sent->done());
    EXPECT_EQ(arrived(), message_capabilities_max);
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {region, 0}).done());
    EXPECT_EQ(arrived(), 0U) << "none was leaked";
    EXPECT_EQ(held(its_region), nullptr);
}

TEST_F(threat_7_list, AListOfWhichOneMayNotPassPassesNone) {
    for (std::uint32_t bad = 0; bad < message_capabilities_max; ++bad) {
        std::vector<std::uint32_t> slots(message_capabilities_max, its_region);
        for (std::uint32_t const wrong : {its_notification, its_first_free, slots_max, ~0U}) {
            slots[bad] = wrong; // without grant, nothing, beyond every space
            auto const sent = pass(slots);
            ASSERT_TRUE(sent.has_value());
            EXPECT_FALSE(sent->done());
            EXPECT_EQ(arrived(), 0U);
            let_the_server_go();
        }
    }
}

TEST_F(threat_7_list, AWindowThatIsNotFreeTakesNothing) {
    ASSERT_TRUE(world_.derive(region, own, window + 3, right::read).done());
    auto const sent = pass(std::vector<std::uint32_t>(message_capabilities_max, its_region));
    refused(sent, Check::window, 1);
    EXPECT_EQ(arrived(), 1U);
    let_the_server_go();
    world_.buffer(5).window = slots_max - 1; // its second place lies beyond the space
    EXPECT_FALSE(world_.call_if(5, Call::receive, {endpoint, for_ever}));
    refused(world_.call_if(1, Call::send, {its_endpoint, MessageHead::of(0, 2).word, at_once}),
            Check::window, 1);
    let_the_server_go();
    EXPECT_TRUE(world_.do_call(0, Call::remove, {window + 3}).done());
}

// Sender and receiver may be one process: what arrives must not fall on what is sent.
TEST_F(threat_7_list, AProcessThatSendsToItselfLosesNothing) {
    ASSERT_TRUE(world_.derive(endpoint, hostile, 10, right::all).done());
    world_.buffer(2).window = its_region;
    EXPECT_FALSE(world_.call_if(2, Call::receive, {10, for_ever}));
    world_.buffer(1).capabilities[0] = its_region;
    refused(world_.call_if(1, Call::send, {10, MessageHead::of(0, 1).word, at_once}), Check::window,
            1);
    EXPECT_NE(held(its_region), nullptr);
}

TEST_F(threat_7, AReplyToWhatAnotherProcessReceivedWakesNobody) {
    EXPECT_FALSE(world_.call_if(4, Call::call, {private_endpoint, 0, for_ever, 1}));
    auto const asked = world_.do_call(5, Call::receive, {private_endpoint, at_once});
    std::uint64_t const token = asked.words[ReceivedWords::token];
    for (std::uint64_t guess = token - 40; guess != token + 40; ++guess) {
        refused_without_a_trace(1, Call::reply, {guess}, Check::token);
    }
    for (unsigned bit = 0; bit < 64; ++bit) {
        refused_without_a_trace(1, Call::reply, {std::uint64_t{1} << bit}, Check::token);
        refused_without_a_trace(1, Call::reply, {token ^ std::uint64_t{1} << bit}, Check::token);
    }
    EXPECT_FALSE(world_.runs(4));
    EXPECT_TRUE(world_.do_call(5, Call::reply, {token, 0, 9}).done());
    EXPECT_EQ(world_.told(4).words[ReceivedWords::first], 9U);
}

TEST_F(threat_7, ASecondReplyWakesNobodyEvenIfTheCallerCallsAgain) {
    EXPECT_FALSE(world_.call_if(4, Call::call, {private_endpoint, 0, for_ever, 1}));
    auto const first = world_.do_call(5, Call::receive, {private_endpoint, at_once});
    std::uint64_t const token = first.words[ReceivedWords::token];
    EXPECT_TRUE(world_.do_call(5, Call::reply, {token, 0, 2}).done());
    EXPECT_FALSE(world_.call_if(4, Call::call, {private_endpoint, 0, for_ever, 3}));
    auto const second = world_.do_call(5, Call::receive, {private_endpoint, at_once});
    refused(world_.do_call(5, Call::reply, {token, 0, 4}), Check::token);
    EXPECT_FALSE(world_.runs(4)) << "the old token is not the new call's";
    EXPECT_TRUE(world_.do_call(5, Call::reply, {second.words[ReceivedWords::token], 0, 5}).done());
    EXPECT_EQ(world_.told(4).words[ReceivedWords::first], 5U);
}

// Each thread has one message under way, and messages are received in the order in which they were
// sent: an honest one waits for at most one of each flooder, however fast those are.
TEST_F(threat_7, AFloodDelaysAnotherByOneMessageOfEachFlooder) {
    std::uint64_t received = 0;
    std::uint64_t honest = 0;
    for (int round = 0; round < 500; ++round) {
        for (std::uint32_t const cpu : {1U, 2U}) {
            if (world_.runs(cpu)) {
                EXPECT_FALSE(world_.call_if(cpu, Call::send, {its_endpoint, 0, for_ever, 1}));
            }
        }
        EXPECT_FALSE(world_.call_if(4, Call::send, {endpoint, 0, for_ever, 7}));
        std::uint64_t waited = 0;
        for (bool arrived = false; !arrived; ++waited) {
            auto const got = world_.do_call(5, Call::receive, {endpoint, at_once});
            ASSERT_TRUE(got.done());
            arrived = got.words[ReceivedWords::first] == 7;
            ++received;
            for (std::uint32_t const cpu : {1U, 2U}) { // they are back at once
                if (world_.runs(cpu)) {
                    EXPECT_FALSE(world_.call_if(cpu, Call::send, {its_endpoint, 0, for_ever, 1}));
                }
            }
        }
        EXPECT_LE(waited, 3U);
        ++honest;
    }
    EXPECT_EQ(honest, 500U);
    EXPECT_LE(received, 3 * honest);
}

} // namespace
} // namespace axiom::kernel::test
