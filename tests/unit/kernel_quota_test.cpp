// Accounts that run dry in the middle of an operation: by name for each operation, and for each
// resource that it needs. The refusal names the resource, and neither state nor log nor frames have
// changed; with a little more it is done.

#include <gtest/gtest.h>

#include <tests/support/machine_audit.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t account = 30;  // the dry one
constexpr std::uint32_t process = 31;  // that it pays for, with its space
constexpr std::uint32_t endpoint = 20; // where it receives
constexpr std::uint32_t target = 60;   // where what is created goes

class KernelDry : public testing::Test {
  protected:
    KernelDry() { AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done()); }
    ~KernelDry() override { EXPECT_EQ(audit(world_), ""); }

    /// An account that may spend this and not one bit more.
    void limit_to(Quota const& limit, std::uint32_t slot = account) {
        ASSERT_TRUE(create_account(account_slot.value, slot, limit).done());
    }
    CallAnswer create_account(std::uint64_t from, std::uint64_t slot, Quota const& limit) {
        MutableBytes const words{world_.buffer(0).bytes};
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(words.subspan(index * 8, 8), limit.*quota_fields[index]);
        }
        return world_.do_call(0, Call::create_account, {from, own, slot});
    }
    CallAnswer create(ObjectType type, std::uint64_t slot, std::uint64_t first = 0,
                      std::uint64_t count = 0, std::uint64_t uses = own) {
        return world_.do_call(
            0, Call::create,
            {account, own, slot, static_cast<std::uint64_t>(type), first, count, uses});
    }

    /// `operation` is refused for want of `resource`, without a trace.
    template <class Operation>
    void dry(Resource resource, std::uint8_t argument, Operation&& operation) {
        Hash256 const root = world_.root();
        auto const next = world_.log.next_sequence();
        std::uint32_t const free = world_.kernel.frames().free();
        std::optional<CallAnswer> const answer = operation();
        refused(answer, Check::quota, argument);
        EXPECT_EQ(answer->words[0], static_cast<std::uint64_t>(resource));
        EXPECT_EQ(world_.root(), root);
        EXPECT_EQ(world_.log.next_sequence(), next);
        EXPECT_EQ(world_.kernel.frames().free(), free);
    }

    /// A process that the dry account pays for, and that may hold so many capabilities.
    void process_with(std::uint64_t capabilities) {
        limit_to({.objects = 8, .capabilities = capabilities});
        ASSERT_TRUE(create(ObjectType::space, process + 1).done());
        ASSERT_TRUE(create(ObjectType::process, process, 0, 0, process + 1).done());
    }

    MachineWorld world_;
};

// ── creating ───────────────────────────────────────────────────────────────────────────────────

TEST_F(KernelDry, ALimitThatCannotBeCountedOnTopOfIsRefusedWhateverItIsOf) {
    for (auto const field : quota_fields) {
        Quota limit{};
        limit.*field = ~std::uint64_t{0};
        Hash256 const root = world_.root();
        refused(create_account(account_slot.value, account, limit), Check::argument, 3);
        EXPECT_EQ(world_.root(), root);
    }
}

TEST_F(KernelDry, CreatingAnyObjectWithoutObjects) {
    limit_to({.pages = 10, .objects = 0, .capabilities = 10, .threads = 2, .cpu_us = 1'000'000});
    for (auto const type : {ObjectType::space, ObjectType::endpoint, ObjectType::notification}) {
        dry(Resource::objects, 0, [&] { return create(type, target); });
    }
    dry(Resource::objects, 0, [&] { return create(ObjectType::region, target, 0, 2); });
    dry(Resource::objects, 0, [&] { return create(ObjectType::context, target, 500, 1000); });
    dry(Resource::objects, 0,
        [&] { return create(ObjectType::thread, target, 1, 0, self_slot.value); });
    dry(Resource::objects, 0,
        [&] { return create(ObjectType::process, target, 0, 0, space_slot.value); });
    dry(Resource::objects, 0,
        [&] { return create(ObjectType::interrupt, target, 3, 0, lines_slot.value); });
    dry(Resource::objects, 0,
        [&] { return create(ObjectType::ports, target, 0x60, 4, ports_slot.value); });
    dry(Resource::objects, 0,
        [&] { return create(ObjectType::region, target, 3, 1, registers_slot.value); });
}

TEST_F(KernelDry, CreatingARegionWithoutPages) {
    limit_to({.pages = 3, .objects = 2});
    dry(Resource::pages, 0, [&] { return create(ObjectType::region, target, 0, 4); });
    EXPECT_TRUE(create(ObjectType::region, target, 0, 3).done());
    dry(Resource::pages, 0, [&] { return create(ObjectType::region, target + 1, 0, 1); });
    EXPECT_TRUE(create(ObjectType::region, target + 1, 3, 1, registers_slot.value).done())
        << "a device's registers are no memory";
}

TEST_F(KernelDry, CreatingAThreadWithoutThreadsOrPages) {
    limit_to({.pages = message_pages, .objects = 2, .threads = 0});
    dry(Resource::threads, 0,
        [&] { return create(ObjectType::thread, target, 1, 0, self_slot.value); });
    limit_to({.pages = message_pages - 1, .objects = 2, .threads = 1}, account + 10);
    dry(Resource::pages, 0, [&] {
        return world_.do_call(0, Call::create,
                              {account + 10, own, target,
                               static_cast<std::uint64_t>(ObjectType::thread), 1, 0,
                               self_slot.value});
    });
}

TEST_F(KernelDry, CreatingAContextWithoutTime) {
    limit_to({.objects = 3, .cpu_us = 500'000});
    dry(Resource::cpu_us, 0, [&] { return create(ObjectType::context, target, 501, 1000); });
    EXPECT_TRUE(create(ObjectType::context, target, 500, 1000).done());
    dry(Resource::cpu_us, 0, [&] { return create(ObjectType::context, target + 1, 1, 10'000); });
    EXPECT_TRUE(world_.do_call(0, Call::remove, {target}).done());
    EXPECT_TRUE(create(ObjectType::context, target + 1, 1, 10'000).done()) << "it was given back";
}

TEST_F(KernelDry, CreatingAnAccountWithMoreThanThereIs) {
    Quota const has{
        .pages = 5, .objects = 3, .capabilities = 5, .threads = 5, .cpu_us = 5, .log_bytes = 5};
    limit_to(has);
    for (std::size_t index = 0; index < quota_fields.size(); ++index) {
        Quota more{};
        more.*quota_fields[index] = 6;
        dry(static_cast<Resource>(index), 0, [&] { return create_account(account, target, more); });
    }
    Quota all = has;
    --all.objects; // the account itself is one
    EXPECT_TRUE(create_account(account, target, all).done());
    dry(Resource::objects, 0, [&] { return create_account(account, target + 1, {}); });
}

// ── capabilities, charged to whoever pays for the process that holds them ──────────────────────

TEST_F(KernelDry, DerivingIntoAProcessThatMayHoldNoMore) {
    process_with(1);
    EXPECT_TRUE(world_.derive(endpoint, process, 0, right::read).done());
    dry(Resource::capabilities, 1,
        [&] { return world_.derive(endpoint, process, 1, right::read); });
    EXPECT_TRUE(world_.derive(endpoint, own, target, right::read).done()) << "others go on";
}

TEST_F(KernelDry, MovingIntoAProcessThatMayHoldNoMore) {
    process_with(1);
    EXPECT_TRUE(world_.derive(endpoint, process, 0, right::read).done());
    EXPECT_TRUE(world_.derive(endpoint, own, target, right::all).done());
    dry(Resource::capabilities, 1,
        [&] { return world_.do_call(0, Call::move, {target, process, 1}); });
    EXPECT_TRUE(world_.kernel.state().slots().find({0, 1}, Slot{target})) << "it stays";
}

TEST_F(KernelDry, CreatingIntoAProcessThatMayHoldNoMore) {
    process_with(0);
    dry(Resource::capabilities, 1, [&] {
        return world_.do_call(0, Call::create,
                              {account_slot.value, process, 0,
                               static_cast<std::uint64_t>(ObjectType::region), 0, 2, own});
    });
    dry(Resource::capabilities, 0, [&] {
        return world_.do_call(
            0, Call::create,
            {account, process, 0, static_cast<std::uint64_t>(ObjectType::endpoint), 0, 0, own});
    });
}

class KernelDryMessages : public KernelDry {
  protected:
    // A thread of the dry process on CPU 2, paid for by the first account.
    void begin(std::uint64_t capabilities) {
        process_with(capabilities);
        world_.start_thread(1, 40);
        world_.start_thread(2, 42, process);
        EXPECT_TRUE(world_.derive(endpoint, process, 5, right::all).done());
        EXPECT_TRUE(world_.create(ObjectType::region, target, 0, 1).done());
        world_.buffer(1).capabilities = {target, target};
        world_.buffer(2).window = 10;
    }
    static constexpr std::uint64_t two_capabilities = MessageHead::of(0, 2).word;
};

TEST_F(KernelDryMessages, AMessageToWhoMayHoldNoMoreIsRefusedToItsSender) {
    begin(2);
    EXPECT_FALSE(world_.call_if(2, Call::receive, {5, for_ever}));
    dry(Resource::capabilities, 1,
        [&] { return world_.call_if(1, Call::send, {endpoint, two_capabilities, for_ever, 1}); });
    EXPECT_FALSE(world_.runs(2)) << "the receiver waits on";
    EXPECT_TRUE(
        world_.do_call(1, Call::send, {endpoint, MessageHead::of(0, 1).word, for_ever, 1}).done());
    EXPECT_TRUE(world_.runs(2));
}

TEST_F(KernelDryMessages, ASenderThatWaitedIsToldAndTheReceiverGoesOnLooking) {
    begin(2);
    EXPECT_FALSE(world_.call_if(1, Call::send, {endpoint, two_capabilities, for_ever, 1}));
    EXPECT_FALSE(world_.call_if(2, Call::receive, {5, for_ever}));
    refused(world_.told(1), Check::quota, 1);
    EXPECT_FALSE(world_.runs(2));
}

TEST_F(KernelDryMessages, AReplyToWhoMayHoldNoMoreIsRefusedAndTheCallerWaitsOn) {
    begin(2);
    EXPECT_FALSE(world_.call_if(2, Call::call, {5, 0, for_ever, 1}));
    auto const asked = world_.do_call(1, Call::receive, {endpoint, at_once});
    auto const token = asked.words[ReceivedWords::token];
    dry(Resource::capabilities, 1,
        [&] { return world_.call_if(1, Call::reply, {token, two_capabilities, 1}); });
    EXPECT_FALSE(world_.runs(2));
    EXPECT_TRUE(world_.do_call(1, Call::reply, {token, 0, 1}).done());
    EXPECT_TRUE(world_.runs(2));
}

// ── the machine itself ─────────────────────────────────────────────────────────────────────────

TEST_F(KernelDry, WithoutFramesNothingIsCreatedThatNeedsThem) {
    std::uint32_t const all = world_.kernel.frames().free();
    ASSERT_TRUE(world_.create(ObjectType::region, target, 0, all - 1).done());
    Hash256 const root = world_.root();
    refused(world_.create(ObjectType::region, target + 1, 0, 2), Check::memory, 5);
    refused(world_.create(ObjectType::thread, target + 1, 1, 0, self_slot.value), Check::memory, 3);
    EXPECT_EQ(world_.root(), root);
    EXPECT_TRUE(world_.create(ObjectType::notification, target + 1).done()) << "this needs none";
}

// Giving up is never refused for want of anything.
TEST_F(KernelDry, GivingUpNeedsNothing) {
    process_with(1);
    EXPECT_TRUE(world_.derive(endpoint, process, 0, right::read).done());
    EXPECT_TRUE(world_.do_call(0, Call::revoke, {endpoint, 0}).done());
    EXPECT_TRUE(world_.do_call(0, Call::process_kill, {process, 0}).done());
    EXPECT_TRUE(world_.do_call(0, Call::remove, {process}).done());
    EXPECT_TRUE(world_.do_call(0, Call::revoke, {account, 1}).done());
}

} // namespace
} // namespace axiom::kernel::test
