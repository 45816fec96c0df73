// What was made or bound through a capability goes when that is revoked: authority that was taken
// back does not go on acting.

#include <tests/support/hostile_process.hpp>

namespace axiom::kernel::test {
namespace {

class KernelBindings : public HostileProcess {
  protected:
    static constexpr std::uint32_t its_thread = 10; // its own, on CPU 1
    static constexpr std::uint32_t its_other = 11;

    KernelBindings() { AXIOM_ASSERT(derive(hostile_threads, its_thread, right::all)); }

    bool derive(std::uint32_t from, std::uint32_t into, Rights rights, std::uint64_t badge = 0) {
        return world_.derive(from, hostile, into, rights, badge).done();
    }
    bool bind(Binding binding, std::uint64_t target, std::uint64_t subject = its_thread) {
        return world_
            .do_call(1, Call::bind, {subject, target, 0, static_cast<std::uint64_t>(binding)})
            .done();
    }
    CallAnswer make(ObjectType type, std::uint32_t slot, std::uint64_t first, std::uint64_t uses) {
        return world_.do_call(
            1, Call::create,
            {its_account, own, slot, static_cast<std::uint64_t>(type), first, 0, uses});
    }
    /// What is derived from `slot` of the first process, and itself if `itself`.
    void revoke(std::uint32_t slot, bool itself = false) {
        ASSERT_TRUE(world_.do_call(0, Call::revoke, {slot, itself ? 1U : 0U}).done());
    }
    [[nodiscard]] bool message_comes(std::uint32_t from) {
        return world_.call_if(0, Call::receive, {from, at_once})->done();
    }
    [[nodiscard]] ThreadRow const& row_of(std::uint32_t thread) const {
        return world_.kernel.state().threads().row(thread);
    }
    [[nodiscard]] std::uint64_t objects_paid() const {
        return world_.kernel.state().accounts().row(0).used.objects;
    }
    static constexpr Fault page{.kind = Fault::Kind::page, .at = 0x4141, .detail = 0x4242};
};

TEST_F(KernelBindings, OfANotificationGoesWithTheRevokeOfItsCapability) {
    ASSERT_TRUE(bind(Binding::signals, its_notification));
    ASSERT_TRUE(make(ObjectType::endpoint, its_other, 0, own).done());
    EXPECT_FALSE(world_.call_if(1, Call::receive, {its_other, for_ever}).has_value());
    revoke(notification);
    ASSERT_TRUE(world_.do_call(0, Call::signal, {notification, 0x77}).done());
    EXPECT_FALSE(world_.runs(1)) << "it was given bits that it may not read any more";
}

TEST_F(KernelBindings, OfAFaultEndpointGoesWithTheRevokeOfItsCapability) {
    ASSERT_TRUE(bind(Binding::faults, its_endpoint));
    revoke(endpoint);
    world_.fault(1, page);
    EXPECT_FALSE(message_comes(endpoint)) << "words of its choice";
    EXPECT_FALSE(world_.runs(1)) << "a fault that nobody handles ends the thread";
}

TEST_F(KernelBindings, OfAContextGoesWithTheRevokeOfItsCapability) {
    ASSERT_TRUE(world_.create(ObjectType::context, 60, 900, 1000).done());
    ASSERT_TRUE(derive(60, its_other, right::manage));
    ASSERT_TRUE(bind(Binding::context, its_other));
    std::uint64_t const paid = objects_paid();
    revoke(60, true);
    EXPECT_EQ(objects_paid(), paid - 1) << "who gave the time goes on paying for it";
    EXPECT_FALSE(world_.runs(1)) << "it runs on time that was taken back";
}

TEST_F(KernelBindings, AThreadGoesWithTheRevokeOfTheCapabilityToTheProcessItWasMadeIn) {
    world_.create_process(70);
    ASSERT_TRUE(derive(70, its_other, right::manage));
    ASSERT_TRUE(make(ObjectType::thread, 12, 5, its_other).done());
    revoke(70);
    auto const started = world_.do_call(1, Call::thread_start, {12, 0x6666, 0x7777, 0x8888});
    ASSERT_TRUE(world_.do_call(0, Call::remove, {70}).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {71}).done());
    EXPECT_EQ(static_cast<Check>(started.status & 0xFFU), Check::ended)
        << "code of its choice runs in a process that it may not manage any more";
}

TEST_F(KernelBindings, AProcessGoesWithTheRevokeOfTheCapabilityToTheSpaceItWasMadeIn) {
    ASSERT_TRUE(world_.create(ObjectType::space, 80).done());
    ASSERT_TRUE(derive(80, its_other, right::write));
    ASSERT_TRUE(make(ObjectType::process, 12, 7, its_other).done());
    std::uint64_t const paid = objects_paid();
    revoke(80, true);
    EXPECT_EQ(objects_paid(), paid - 1) << "who gave the space goes on paying for it";
    EXPECT_TRUE(world_.do_call(1, Call::process_wait, {12, at_once}).done()) << "it lives";
}

// ── what the kernel is doing at that moment ────────────────────────────────────────────────────

TEST_F(KernelBindings, AFaultThatWaitsToBeHeardIsTakenBackWithItsBinding) {
    ASSERT_TRUE(bind(Binding::faults, its_endpoint));
    world_.fault(1, page);
    EXPECT_FALSE(world_.runs(1));
    revoke(endpoint);
    EXPECT_FALSE(message_comes(endpoint));
    world_.timer(1);
    ASSERT_TRUE(world_.runs(1)) << "it goes on, and meets its fault once more";
    world_.fault(1, page);
    EXPECT_FALSE(world_.runs(1));
}

TEST_F(KernelBindings, AFaultThatWasHeardIsAnsweredAllTheSame) {
    ASSERT_TRUE(bind(Binding::faults, its_endpoint));
    world_.fault(1, page);
    auto const told = *world_.call_if(0, Call::receive, {endpoint, at_once});
    ASSERT_TRUE(told.done());
    revoke(endpoint);
    EXPECT_FALSE(world_.runs(1));
    EXPECT_TRUE(world_.do_call(0, Call::reply, {told.words[ReceivedWords::token]}).done());
    EXPECT_TRUE(world_.runs(1));
}

TEST_F(KernelBindings, OfALineGoesWithTheRevokeOfItsCapability) {
    ASSERT_TRUE(world_.create(ObjectType::interrupt, 60, 5, 0, lines_slot.value).done());
    ASSERT_TRUE(world_.derive(notification, own, 61, right::write | right::revoke).done());
    world_.bind(Binding::line, 60, 61, 3);
    world_.interrupt(0, 5);
    auto const bits = world_.do_call(0, Call::wait, {notification, at_once});
    EXPECT_EQ(bits.words[ReceivedWords::first], 1U << 3U);
    ASSERT_TRUE(world_.do_call(0, Call::interrupt_acknowledge, {60}).done());
    revoke(61, true);
    EXPECT_TRUE(world_.machine.lines.at(5)) << "nobody hears it, and it is masked";
    world_.interrupt(0, 5);
    EXPECT_FALSE(world_.do_call(0, Call::wait, {notification, at_once}).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {60}).done());
}

// Its own thread is what asks.
TEST_F(KernelBindings, WhoTakesBackWhatItRunsOnEndsWithIt) {
    world_.create_process(70);
    ASSERT_TRUE(derive(70, its_other, right::all));
    ASSERT_TRUE(make(ObjectType::thread, 12, 5, its_other).done());
    EXPECT_TRUE(world_.do_call(1, Call::revoke, {its_other, 1}).done());
    EXPECT_EQ(held(its_other), nullptr);
    EXPECT_TRUE(world_.do_call(1, Call::thread_join, {12, at_once}).done()) << "it lives";
    ASSERT_TRUE(world_.do_call(0, Call::remove, {70}).done());
    ASSERT_TRUE(world_.do_call(0, Call::remove, {71}).done());
}

} // namespace
} // namespace axiom::kernel::test
