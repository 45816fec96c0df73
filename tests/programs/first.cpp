// The first process of the tests: its argument says which scene is played; what came of it is said
// on the debug output.

#include <services/runtime/slots.hpp>
#include <tests/programs/family.hpp>
#include <tests/programs/sleep_api.hpp>

namespace axiom {

using kernel::as_long_as_it_takes;
using kernel::Nanoseconds;
using kernel::ObjectType;
using kernel::Slot;
using test::Family;
namespace right = kernel::right;

namespace {

enum Program : std::uint64_t { first, echo, misbehave, device_slow };

constexpr Nanoseconds second{1'000'000'000};

void hello(Family& family) {
    family.say("hello");
}

void calls(Family& family) {
    Slot const endpoint = family.create(ObjectType::endpoint);
    Child const child = family.make();
    family.give(endpoint, child, test::child_endpoint, right::read);
    family.run(child, echo);
    std::uint64_t right_answers = 0;
    for (std::uint64_t count = 0; count < 1000; ++count) {
        auto const answer =
            family.kernel.call(endpoint, {.head = {}, .words = {count}}, as_long_as_it_takes);
        right_answers += answer && answer->words[0] == count + 1 ? 1U : 0U;
    }
    family.say("right answers: ", right_answers);
}

// A child that has lost what it had mapped, and touches it.
void revoked_memory(Family& family) {
    Slot const endpoint = family.create(ObjectType::endpoint);
    Slot const region = family.create(ObjectType::region, 0, 4);
    Child const child = family.make();
    family.must("map refused: ",
                family.kernel.map(test::space_slot, region, test::region_address, 1));
    auto* const shared = reinterpret_cast<std::uint64_t volatile*>(test::region_address);
    *shared = 42;
    family.give(endpoint, child, test::child_endpoint, right::read);
    family.give(region, child, test::child_region, right::read);
    family.give(child.space(), child, test::child_space, right::write);
    family.run(child, echo, 1);
    auto const look = [&] {
        auto const answer = family.kernel.call(endpoint, {}, second);
        return answer ? answer->words[0] : ~std::uint64_t{0};
    };
    family.say("child reads ", look());
    *shared = 43;
    family.say("child reads ", look());
    family.must("revoke refused: ", family.kernel.revoke(region, false));
    *shared = 44;
    family.say("still ours: ", *shared);
    auto const answer = family.kernel.call(endpoint, {}, second);
    family.say("call refused: ", static_cast<std::uint64_t>(answer ? 0 : 1));
    auto const code = family.kernel.thread_join(child.thread(), second);
    family.say("its thread ended with ", code ? *code : 99);
}

// On one CPU with somebody who never waits.
void preemption(Family& family) {
    Slot const own_thread{7};
    family.must("place refused: ", family.kernel.thread_place(own_thread, 1));
    Child const child = family.make(10);
    family.must("place refused: ", family.kernel.thread_place(child.thread(), 1));
    family.run(child, misbehave, 0);
    for (int count = 0; count < 20; ++count) {
        family.must("sleep refused: ", family.kernel.sleep(Nanoseconds{2'000'000}));
    }
    family.say("times slept: ", 20);
    family.must("kill refused: ", family.kernel.process_kill(child.process, 9));
    auto const code = family.kernel.process_wait(child.process, second);
    family.say("it ended with ", code ? *code : 99);
}

// A device that takes longer than a process may take to obey.
void slow_device(Family& family) {
    constexpr Slot lines_slot{4};
    Slot const line{60};
    Slot const endpoint = family.create(ObjectType::endpoint);
    family.must(
        "line refused: ",
        family.kernel.create(test::account_slot, {.process = std::nullopt, .slot = line},
                             {.type = ObjectType::interrupt, .first = 1, .uses = lines_slot}));
    Child const child = family.make();
    family.give(endpoint, child, slots::endpoint, right::read);
    family.give(test::account_slot, child, slots::account, right::read | right::write);
    family.give(child.thread(), child, slots::thread, right::manage);
    family.give(line, child, slots::granted, right::read | right::manage);
    family.run(child, device_slow);
    for (std::uint64_t const takes_ms : {0, 2500, 0}) {
        test::Slept slept{};
        MessageBytes held;
        auto const answer = ask_and_wait(family.kernel, endpoint, test::Sleep{.ms = takes_ms},
                                         Nanoseconds{10'000'000'000}, held);
        slept = answer ? *answer : slept;
        family.say("it took its time: ", slept.ms);
    }
}

// A child whose agent obeys nothing, while others need what it has mapped.
void deaf_agent(Family& family) {
    Slot const region = family.create(ObjectType::region, 0, 4);
    Child const child = family.make();
    family.give(region, child, test::child_region, right::read | right::write);
    family.give(child.space(), child, test::child_space, right::write);
    family.must("map refused: ",
                family.kernel.map(test::space_slot, region, test::region_address, 1));
    Slot const own_thread{7};
    family.must("place refused: ", family.kernel.thread_place(own_thread, 1));
    family.must("place refused: ", family.kernel.thread_place(child.thread(), 2));
    family.run(child, misbehave, 14);
    while (*reinterpret_cast<std::uint64_t volatile*>(test::region_address) == 0) {
        static_cast<void>(family.kernel.sleep(Nanoseconds{1'000'000}));
    }
    std::uint64_t longest = 0;
    auto code = family.kernel.process_wait(child.process, kernel::not_at_all);
    while (!code) { // each moves what both have mapped
        std::uint64_t const begun = family.kernel.time().now.value;
        family.must("unmap refused: ", family.kernel.unmap(region));
        longest = std::max(longest, family.kernel.time().now.value - begun);
        family.must("map refused: ",
                    family.kernel.map(test::space_slot, region, test::region_address, 1));
        code = family.kernel.process_wait(child.process, kernel::not_at_all);
    }
    family.say("waited for less than 5 seconds: ", longest < 5 * second.value ? 1 : 0);
    family.say("its process ended with ", *code);
}

// One who calls without end on the only CPU that others may use.
void call_storm(Family& family) {
    Slot const own_thread{7};
    family.must("place refused: ", family.kernel.thread_place(own_thread, 1));
    Child const child = family.make();
    family.must("place refused: ", family.kernel.thread_place(child.thread(), 1));
    family.run(child, misbehave, 15);
    for (int count = 0; count < 20; ++count) {
        family.must("sleep refused: ", family.kernel.sleep(Nanoseconds{2'000'000}));
    }
    family.say("times slept: ", 20);
}

// What becomes of a child that does this.
void ending(Family& family, std::uint64_t how) {
    Child const child = family.make();
    family.run(child, misbehave, how);
    auto const thread = family.kernel.thread_join(child.thread(), second);
    family.say("its thread ended with ", thread ? *thread : 99);
    constexpr std::uint64_t by_itself = 13;
    if (how == by_itself) {
        auto const process = family.kernel.process_wait(child.process, second);
        family.say("its process ended with ", process ? *process : 99);
    }
}

} // namespace

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
    Family family{platform.trap};
    switch (argument) {
    case 0:
        hello(family);
        break;
    case 1:
        calls(family);
        break;
    case 2:
        revoked_memory(family);
        break;
    case 3:
        preemption(family);
        break;
    case 4:
        slow_device(family);
        break;
    case 5:
        deaf_agent(family);
        break;
    case 6:
        call_storm(family);
        break;
    default:
        ending(family, argument);
    }
    family.switch_off();
}

} // namespace axiom
