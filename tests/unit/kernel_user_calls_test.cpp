// The calls as programs make them, over a whole kernel.

#include <functional>
#include <set>

#include <gtest/gtest.h>

#include <kernel/abi/user_calls.hpp>
#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

// A program on one CPU; what others do while it waits is said beforehand.
struct Program {
    MachineWorld* world{};
    std::uint32_t cpu{};
    std::function<void()> meanwhile{};

    static CallAnswer enter(void* where, CallFrame const& frame) {
        auto& self = *static_cast<Program*>(where);
        auto const answer =
            self.world->call_if(self.cpu, static_cast<Call>(frame.number), frame.arguments);
        if (answer) {
            return *answer;
        }
        self.meanwhile();
        return self.world->told(self.cpu);
    }
    UserCalls calls() { return UserCalls{{&enter, this, &world->buffer(cpu)}}; }
};

class UserCallsTest : public testing::Test {
  protected:
    MachineWorld world_{true};
    Program program_{&world_, 0};
    UserCalls user_{program_.calls()};
};

TEST_F(UserCallsTest, WhatIsMadeIsFoundAsItWasMade) {
    auto const made = user_.create(account_slot, {.slot = Slot{20}},
                                   {.type = ObjectType::endpoint, .label = "ears"});
    ASSERT_TRUE(made.has_value());
    ASSERT_TRUE(user_
                    .derive(Slot{20}, {.slot = Slot{21}},
                            {.rights = right::write | right::grant, .badge = 77, .label = "mouth"})
                    .has_value());
    auto const found = user_.inspect(Slot{21});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->object, (ObjectName{ObjectType::endpoint, *made}));
    EXPECT_EQ(found->rights, right::write | right::grant);
    EXPECT_EQ(found->badge, 77U);
    EXPECT_EQ(found->depth, 2U);
    EXPECT_EQ(std::string_view(found->label.data()), "mouth");
    EXPECT_TRUE(user_.move(Slot{21}, {.slot = Slot{22}}).has_value());
    EXPECT_TRUE(user_.revoke(Slot{20}, false).has_value());
    EXPECT_EQ(user_.inspect(Slot{22}).error(), (Refusal{Check::capability, 0, 0}));
}

TEST_F(UserCallsTest, ARefusalSaysWhichCheckAndWhichArgument) {
    auto const refused = user_.derive(Slot{21}, {.slot = Slot{22}}, {.rights = right::read});
    EXPECT_EQ(refused.error(), (Refusal{Check::capability, 0, 0}));
    auto const taken = user_.derive(account_slot, {.slot = self_slot}, {.rights = right::read});
    EXPECT_EQ(taken.error().check, Check::slot_taken);
    EXPECT_EQ(taken.error().argument, 2U);
}

TEST_F(UserCallsTest, ACallAndItsReplyCarryWordsAndBytes) {
    constexpr Slot endpoint{20};
    ASSERT_TRUE(user_.create(account_slot, {.slot = endpoint}, {.type = ObjectType::endpoint}));
    world_.start_thread(1, 30);
    Program client{&world_, 1};
    client.meanwhile = [&] {
        auto const got = user_.receive(endpoint, not_at_all);
        ASSERT_TRUE(got.has_value());
        EXPECT_EQ(got->message.words[1], 5U);
        EXPECT_EQ(got->message.head.bytes(), 3U);
        EXPECT_EQ(user_.buffer().bytes[2], std::byte{'k'});
        EXPECT_TRUE(user_.reply(got->token, {.words = {9}}).has_value());
        EXPECT_EQ(user_.reply(got->token, {}).error().check, Check::token) << "once";
    };
    UserCalls const caller = client.calls();
    copy_bytes(caller.buffer().bytes, bytes_of("ask"));
    auto const answer = caller.call(endpoint, {.head = MessageHead::of(3, 0), .words = {4, 5}},
                                    as_long_as_it_takes);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->words[0], 9U);
}

TEST_F(UserCallsTest, BitsAreWaitedFor) {
    ASSERT_TRUE(user_.create(account_slot, {.slot = Slot{20}}, {.type = ObjectType::notification}));
    EXPECT_EQ(user_.wait(Slot{20}, not_at_all).error().check, Check::nobody);
    EXPECT_TRUE(user_.signal(Slot{20}, 6).has_value());
    EXPECT_EQ(user_.wait(Slot{20}, as_long_as_it_takes).value(), 6U);
}

TEST_F(UserCallsTest, AnAccountIsLimitedAsItsMakerSays) {
    ASSERT_TRUE(user_
                    .create_account(account_slot, {.slot = Slot{20}},
                                    {.pages = 3, .objects = 2, .log_bytes = 10}, "guests")
                    .has_value());
    auto const& accounts = world_.kernel.state().accounts();
    AccountRow const& row = accounts.row(user_.inspect(Slot{20})->object.row.index);
    EXPECT_EQ(row.limit.pages, 3U);
    EXPECT_EQ(row.limit.objects, 2U);
    EXPECT_EQ(row.limit.log_bytes, 10U);
}

TEST(UserCallsOverLog, TheLogIsDrainedByThem) {
    LogWorld logs{true};
    Program program{&logs.world, 0};
    UserCalls const user = program.calls();
    auto const drained =
        user.log_drain(log_slot, Slot{drain_region}, logs.world.log.watermark(), StoreState::sound);
    ASSERT_TRUE(drained.has_value());
    EXPECT_NE(drained->count, 0U);
    auto const sealed = user.syslog_drain(log_slot, Slot{drain_region}, 0);
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(sealed->ring, 0U);
    EXPECT_EQ(sealed->bytes % sizeof(Record), 0U);
    EXPECT_EQ(user.log_attach(log_slot, Slot{drain_region}, Slot{wake_slot}).error().check,
              Check::log);
    EXPECT_EQ(user.log_propose(log_slot, 0, Verdict::deny, {}, {}).error().argument, 2U);
}

// Which numbers were called, with arguments that each name themselves.
struct Seen {
    std::set<std::uint64_t> numbers;
    MessageBuffer buffer{};

    static CallAnswer enter(void* where, CallFrame const& frame) {
        static_cast<Seen*>(where)->numbers.insert(frame.number);
        return {};
    }
};

TEST(UserCallsTable, EveryCallOfTheTableCanBeMade) {
    Seen seen;
    UserCalls const user{{&Seen::enter, &seen, &seen.buffer}};
    Slot const slot{1};
    Nanoseconds const time{1};
    static_cast<void>(user.debug_write("x"));
    static_cast<void>(user.time());
    static_cast<void>(user.interrupt_acknowledge(slot));
    static_cast<void>(user.interrupt_mask(slot, true));
    static_cast<void>(user.port_in(slot, 1, 1));
    static_cast<void>(user.port_out(slot, 1, 1, 1));
    static_cast<void>(user.create(slot, {}, {}));
    static_cast<void>(user.create_account(slot, {}, {}, ""));
    static_cast<void>(user.derive(slot, {}, {}));
    static_cast<void>(user.move(slot, {}));
    static_cast<void>(user.remove(slot));
    static_cast<void>(user.revoke(slot, true));
    static_cast<void>(user.inspect(slot));
    static_cast<void>(user.bind(0, slot, slot));
    static_cast<void>(user.process_list(slot, 0));
    static_cast<void>(user.process_wait(slot, time));
    static_cast<void>(user.process_kill(slot, 1));
    static_cast<void>(user.process_exit(1));
    static_cast<void>(user.thread_start(slot, 1, 2, 3));
    static_cast<void>(user.thread_join(slot, time));
    static_cast<void>(user.thread_kill(slot, 1));
    static_cast<void>(user.thread_exit(1));
    static_cast<void>(user.thread_place(slot, 1));
    user.yield();
    static_cast<void>(user.sleep(time));
    static_cast<void>(user.map(slot, slot, 0, 0));
    static_cast<void>(user.unmap(slot));
    static_cast<void>(user.protect(slot, 0));
    static_cast<void>(user.send(slot, {}, time));
    static_cast<void>(user.receive(slot, time));
    static_cast<void>(user.call(slot, {}, time));
    static_cast<void>(user.reply(1, {}));
    static_cast<void>(user.reply_receive(1, {}, slot, time));
    static_cast<void>(user.signal(slot, 1));
    static_cast<void>(user.wait(slot, time));
    static_cast<void>(user.log_attach(slot, slot, {}));
    static_cast<void>(user.log_drain(slot, slot, {}, StoreState::sound));
    static_cast<void>(user.syslog_drain(slot, slot, any_ring));
    static_cast<void>(user.log_propose(slot, 1, Verdict::commit, {}, {}));
    for (CallInfo const& call : call_table) {
        EXPECT_TRUE(seen.numbers.contains(static_cast<std::uint64_t>(call.call))) << call.name;
    }
    EXPECT_EQ(seen.numbers.size(), calls);
}

} // namespace
} // namespace axiom::kernel::test
