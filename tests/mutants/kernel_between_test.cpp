// What happens on another CPU between two steps of one that takes no lock: the code is stopped
// where it asks about a mutant, so that each such place is tried.

#include <string_view>
#include <utility>

#include <tests/mutants/asked.hpp>
#include <tests/support/ipc_world.hpp>
#include <tests/support/machine_audit.hpp>

namespace axiom::kernel::test {

namespace {

using axiom::test::when_asked;

// The server serves `endpoint`. Its caller serves `second` itself, where a thread of higher
// priority calls while the server's quick reply is under way.
class KernelBetween : public KernelIpc {
  protected:
    static constexpr std::uint32_t second = 22;
    static constexpr std::uint32_t high = 50;

    KernelBetween() {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, second).done());
        world_.start_thread(3, 34, self_slot.value, high);
        AXIOM_ASSERT(world_.do_call(0, Call::thread_place, {32, 2}).done()); // both on CPU 1
        run(server_);
        receive(1);
        run(client_);
        receive(1, at_once, second); // which it serves from now on
        call(1, 5);
        run(server_);
    }

    void run(std::uint32_t thread) {
        for (int turn = 0; turn < 8 && world_.thread_on(1) != thread; ++turn) {
            world_.call_if(1, Call::yield, {});
        }
        AXIOM_ASSERT(world_.thread_on(1) == thread);
    }

    /// The server replies; where the code asks about `mutant` for the time numbered `at`, CPU 3
    /// calls the client. Whether it came to that.
    bool reply_and_call_at(std::string_view mutant, std::uint32_t at) {
        Arguments const reply{token(world_.told(1)), 0, endpoint, for_ever, 6};
        bool met = false;
        std::uint32_t asked = 0;
        when_asked() = [&](char const* name) {
            if (name == mutant && asked++ == at && !std::exchange(met, true)) {
                world_.decisions[3] = world_.kernel.call(
                    Cpu{3}, world_.now,
                    {static_cast<std::uint64_t>(Call::call), {second, 0, for_ever, 9}});
            }
        };
        world_.decisions[1] = world_.kernel.call(
            Cpu{1}, world_.now, {static_cast<std::uint64_t>(Call::reply_receive), reply});
        when_asked() = {};
        return met;
    }

    void nobody_keeps_what_is_lent_anew_at(std::string_view mutant, std::uint32_t at) {
        ASSERT_TRUE(reply_and_call_at(mutant, at));
        EXPECT_EQ(world_.kernel.thread(server_).seen().wait(), Wait::receive);
        EXPECT_EQ(world_.kernel.thread(client_).effective(), high);
        EXPECT_EQ(world_.kernel.thread(server_).effective(), 10);
        EXPECT_EQ(audit(world_), "");
    }
};

} // namespace

TEST_F(KernelBetween, ALoanRisesBeforeAQuickReplyEndsIt) {
    nobody_keeps_what_is_lent_anew_at("quick_loan_ends_late", 0);
}

TEST_F(KernelBetween, ALoanRisesWhileAQuickReplyEndsIt) {
    nobody_keeps_what_is_lent_anew_at("loan_kept", 0);
}

TEST_F(KernelBetween, ALoanRisesAfterAQuickReplyHasEndedIt) {
    nobody_keeps_what_is_lent_anew_at("quick_loan_ends_late", 1);
}

} // namespace axiom::kernel::test
