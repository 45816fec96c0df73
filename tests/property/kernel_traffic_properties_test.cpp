// The whole kernel under calls of several threads on several CPUs, with everything that must hold
// looked at after every event, and what its log replays to.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/kernel_traffic.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::kernel::test {
namespace {

Choices any_choices(std::size_t least, std::size_t most) {
    auto const length = *rc::gen::inRange<std::size_t>(least, most);
    return Choices{*rc::gen::container<std::vector<std::uint32_t>>(
        length, rc::gen::arbitrary<std::uint32_t>())};
}

void run(Traffic& traffic, Choices choose) {
    while (choose.more()) {
        auto const violation = traffic.step(choose);
        RC_LOG() << violation << "\n";
        RC_ASSERT(violation.empty());
    }
}

RC_GTEST_PROP(kernel, keeps_what_must_hold_under_any_traffic, ()) {
    Traffic traffic;
    run(traffic, any_choices(100, 6000));
}

// The processes that whoever runs there may kill, but for its own.
std::vector<std::uint64_t> others_of(MachineWorld const& world, std::uint32_t cpu) {
    std::vector<std::uint64_t> slots;
    if (!world.runs(cpu)) {
        return slots;
    }
    RowHandle const own_process = world.kernel.thread(world.thread_on(cpu)).process;
    world.kernel.state().capabilities().for_each(
        [&](std::uint32_t /*index*/, CapabilityRow const& row) {
            bool const is_other = row.object.type == ObjectType::process &&
                                  row.object.row != own_process && row.rights.covers(right::manage);
            if (row.holder == own_process && is_other) {
                slots.push_back(row.slot.value);
            }
        });
    return slots;
}

RC_GTEST_PROP(kernel, gives_every_frame_back_when_all_have_ended, ()) {
    Traffic traffic;
    run(traffic, any_choices(100, 3000));
    MachineWorld& world = traffic.world();
    for (int round = 0; round < 8; ++round) {
        for (std::uint32_t cpu = 0; cpu < MachineWorld::cpus; ++cpu) {
            for (std::uint64_t const slot : others_of(world, cpu)) {
                if (world.runs(cpu)) {
                    static_cast<void>(world.call_if(cpu, Call::process_kill, {slot, 1}));
                }
            }
            if (world.runs(cpu)) {
                static_cast<void>(world.call_if(cpu, Call::process_exit, {1}));
            }
        }
        world.pass(10'000'000);
    }
    bool all_ended = true;
    world.kernel.state().processes().for_each([&](std::uint32_t, ProcessRow const& row) {
        all_ended = all_ended && row.life == Life::ended;
    });
    RC_TAG(all_ended ? "all have ended" : "some wait for ever");
    RC_ASSERT(audit(world).empty());
    if (all_ended) {
        RC_ASSERT(world.kernel.frames().free() == world.kernel.frames().frames());
        RC_ASSERT(world.machine.pages.empty());
        RC_ASSERT(world.kernel.state().capabilities().size() == 0);
    }
}

// As the log is: the whole of it, or a snapshot and the rest.
RC_GTEST_PROP(kernel, comes_to_the_same_from_genesis_and_from_every_snapshot, ()) {
    Traffic traffic;
    run(traffic, any_choices(100, 1500));
    Recording const& recording = traffic.world().recording();
    Hash256 const live = traffic.world().root();
    KernelReplay whole{MachineWorld::rows};
    for (std::size_t at = 0; at < recording.size(); ++at) {
        RC_ASSERT(whole.apply(recording[at]));
        KernelReplay rest{MachineWorld::rows};
        RC_ASSERT(rest.load(whole.snapshot()));
        RC_ASSERT(rest.root() == whole.root());
        for (std::size_t after = at + 1; after < recording.size(); ++after) {
            RC_ASSERT(rest.apply(recording[after]));
        }
        RC_ASSERT(rest.root() == live);
    }
    RC_ASSERT(whole.root() == live);
}

// Whatever lay in its memory, whichever engine hashes, and however often it is asked.
RC_GTEST_PROP(kernel, reduces_to_what_the_entries_say_and_nothing_else, ()) {
    Traffic traffic;
    run(traffic, any_choices(100, 3000));
    KernelReplay once{MachineWorld::rows, std::byte{0xA5}};
    KernelReplay often{MachineWorld::rows, std::byte{0xFF}};
    for (RecordedEntry const& entry : traffic.world().recording()) {
        RC_ASSERT(once.apply(entry));
        RC_ASSERT(often.apply(entry));
        static_cast<void>(often.root(host::portable_engine()));
    }
    RC_ASSERT(once.root(host::portable_engine()) == traffic.world().root());
    RC_ASSERT(often.root() == traffic.world().root());
}

// What all the other properties rest on: traffic does not end in a place where nothing is done.
TEST(KernelTraffic, ReachesMostCallsAndIsAsBusyAtItsEndAsAtItsBeginning) {
    constexpr std::size_t streams = 40;
    constexpr std::size_t half = 3000;
    std::array<std::uint64_t, 2> done{};
    std::set<Call> kinds;
    for (std::uint64_t stream = 1; stream <= streams; ++stream) {
        axiom::test::Seeded seeded{stream};
        Traffic traffic;
        std::uint64_t before = 0;
        for (std::uint64_t& part : done) {
            std::vector<std::uint32_t> numbers(half);
            for (std::uint32_t& number : numbers) {
                number = static_cast<std::uint32_t>(seeded.next() >> 32U);
            }
            Choices choose{std::move(numbers)};
            while (choose.more()) {
                ASSERT_EQ(traffic.step(choose), "");
            }
            std::uint64_t so_far = 0;
            for (auto const& [what, count] : traffic.outcomes()) {
                so_far += what.second == 0 ? count : 0;
                if (what.second == 0) {
                    kinds.insert(what.first);
                }
            }
            part += so_far - std::exchange(before, so_far);
        }
    }
    EXPECT_GE(kinds.size(), 26U) << "of " << calls;
    EXPECT_GE(done[1] * 10, done[0] * 8);
}

} // namespace
} // namespace axiom::kernel::test
