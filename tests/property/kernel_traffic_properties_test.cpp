// The whole kernel under calls of several threads on several CPUs, with everything that must hold
// looked at after every event, and what its log replays to.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/kernel_traffic.hpp>

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

RC_GTEST_PROP(kernel, gives_every_frame_back_when_all_have_ended, ()) {
    Traffic traffic;
    run(traffic, any_choices(100, 3000));
    MachineWorld& world = traffic.world();
    for (int round = 0; round < 8; ++round) {
        for (std::uint32_t cpu = 0; cpu < MachineWorld::cpus; ++cpu) {
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

} // namespace
} // namespace axiom::kernel::test
