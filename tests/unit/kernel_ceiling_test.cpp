// How high the priorities are that a process may give.

#include <gtest/gtest.h>

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t limited = 20; // a process with a ceiling, and its space
constexpr std::uint64_t ceiling = 30;
constexpr std::uint64_t top = priorities - 1;

// In the limited process: what its thread, on CPU 1, creates with and from.
constexpr std::uint64_t its_account = 0;
constexpr std::uint64_t its_self = 1;
constexpr std::uint64_t its_space = 2;
constexpr std::uint64_t other = 3; // the first process
constexpr std::uint64_t made = 10;
constexpr std::uint64_t free_slot = 20;

class KernelCeiling : public testing::Test {
  protected:
    KernelCeiling() {
        AXIOM_ASSERT(world_.create(ObjectType::space, limited + 1).done());
        AXIOM_ASSERT(
            world_.create(ObjectType::process, limited, 7, top - ceiling, limited + 1).done());
        world_.start_thread(1, 30, limited, ceiling);
        for (auto const& [source, slot] :
             {std::pair{std::uint64_t{account_slot.value}, its_account},
              {limited, its_self},
              {limited + 1, its_space},
              {self_slot.value, other}}) {
            AXIOM_ASSERT(world_.derive(source, limited, slot, right::all).done());
        }
    }

    CallAnswer create_there(ObjectType type, std::uint64_t slot, std::uint64_t first,
                            std::uint64_t count, std::uint64_t uses) {
        return world_.do_call(
            1, Call::create,
            {its_account, own, slot, static_cast<std::uint64_t>(type), first, count, uses});
    }
    void refused_there(ObjectType type, std::uint64_t first, std::uint64_t count,
                       std::uint64_t uses, std::uint8_t argument) {
        auto const entries = world_.recording().size();
        Hash256 const root = world_.root();
        refused(create_there(type, free_slot, first, count, uses), Check::range, argument);
        EXPECT_EQ(world_.root(), root);
        EXPECT_EQ(world_.recording().size(), entries);
    }

    MachineWorld world_;
};

TEST_F(KernelCeiling, BoundsThePriorityOfWhatAProcessCreates) {
    refused_there(ObjectType::thread, ceiling + 1, 0, its_self, 4);
    EXPECT_TRUE(create_there(ObjectType::thread, made, ceiling, 0, its_self).done());
}

// A process that may run higher is no way around it.
TEST_F(KernelCeiling, OfTheCreatorHoldsInEveryProcess) {
    refused_there(ObjectType::thread, ceiling + 1, 0, other, 4);
    EXPECT_TRUE(create_there(ObjectType::thread, made, ceiling, 0, other).done());
}

TEST_F(KernelCeiling, OfTheProcessThatAThreadIsInBoundsItToo) {
    refused(world_.create(ObjectType::thread, 40, ceiling + 1, 0, limited), Check::range, 4);
    EXPECT_TRUE(world_.create(ObjectType::thread, 40, ceiling, 0, limited).done());
    EXPECT_TRUE(world_.create(ObjectType::thread, 41, top, 0, self_slot.value).done());
}

TEST_F(KernelCeiling, OfAProcessIsNoHigherThanItsCreators) {
    refused_there(ObjectType::process, 7, ceiling + 1, its_space, 5);
    refused_there(ObjectType::process, 7, ~std::uint64_t{0}, its_space, 5);
    EXPECT_TRUE(create_there(ObjectType::process, made, 7, ceiling, its_space).done());
    refused_there(ObjectType::thread, 1, 0, made, 4);
    EXPECT_TRUE(create_there(ObjectType::thread, made + 1, 0, 0, made).done());
}

// Whoever it serves lends it more for as long as it serves.
TEST_F(KernelCeiling, IsNoneForWhatCallersLend) {
    constexpr std::uint32_t endpoint = 22;
    AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
    AXIOM_ASSERT(world_.derive(endpoint, limited, 4, right::all).done());
    auto const caller = world_.start_thread(2, 32, self_slot.value, top);
    EXPECT_EQ(world_.thread_on(2), caller);
    auto const server = world_.thread_on(1);
    EXPECT_FALSE(world_.call_if(1, Call::receive, {4, for_ever}));
    EXPECT_FALSE(world_.call_if(2, Call::call, {endpoint, 0, for_ever}));
    EXPECT_EQ(world_.kernel.thread(server).effective(), top);
}

} // namespace
} // namespace axiom::kernel::test
