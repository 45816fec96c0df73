// The quick halves of a call (kernel/ipc/quick.hpp) against the long way: two kernels are given the
// same traffic, but one is told to wait as long as it takes and the other a nanosecond less, which
// is for ever too, and which the quick halves do not know. After each event both must be in the
// same state.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/choices.hpp>
#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {
namespace {

using axiom::test::Choices;

constexpr std::uint32_t endpoint = 20; // and a child of it that comes and goes
constexpr std::uint32_t notification = 22;
constexpr std::uint32_t process = 24; // with its space
constexpr std::uint32_t workers = 30; // five, each with its context
constexpr std::uint32_t worker_count = 5;
constexpr std::uint32_t cpus_used = 3;

struct Asked {
    Call call{};
    Arguments arguments{};
    std::size_t timeout{}; // which argument it is
};

class Side {
  public:
    explicit Side(std::uint64_t for_long) : for_long_{for_long} {
        AXIOM_ASSERT(world.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world.create(ObjectType::notification, notification).done());
        world.create_process(process);
        AXIOM_ASSERT(world.derive(endpoint, process, endpoint, right::all).done());
        world.start_thread(1, workers);
        world.start_thread(1, workers + 2);
        world.start_thread(1, workers + 4, process);
        world.start_thread(1, workers + 6, process, 12);
        world.start_thread(2, workers + 8);
        derive_child();
    }

    // What the worker on this CPU asks, as the numbers say, or the first thread on CPU 0.
    void call(std::uint32_t cpu, Choices& choose) {
        auto const [call, arguments, timeout] =
            cpu == 0 ? by_first(choose) : by_worker(cpu, choose);
        Arguments given = arguments;
        if (given[timeout] == for_ever) {
            given[timeout] = for_long_;
        }
        world.call_if(cpu, call, given);
        look_around();
    }

    [[nodiscard]] std::string differs_from(Side const& other) const {
        for (std::uint32_t cpu = 0; cpu < cpus_used; ++cpu) {
            if (world.thread_on(cpu) != other.world.thread_on(cpu)) {
                return "CPU " + std::to_string(cpu) + " runs another thread";
            }
        }
        for (std::uint32_t index = 0; index < world.kernel.threads(); ++index) {
            Thread const& left = world.kernel.thread(index);
            Thread const& right = other.world.kernel.thread(index);
            bool const same =
                left.seen() == right.seen() && left.answer == right.answer &&
                left.standing == right.standing && left.cpu == right.cpu &&
                left.ready_on == right.ready_on && left.waiting.queued == right.waiting.queued &&
                left.waiting.next == right.waiting.next && left.ready.next == right.ready.next &&
                left.by_fault == right.by_fault && left.through.slot == right.through.slot;
            if (!same) {
                return "thread " + std::to_string(index) + " is in another state";
            }
        }
        return world.kernel.state().slots().now() == other.world.kernel.state().slots().now()
                   ? ""
                   : "log time differs";
    }

    MachineWorld world;

  private:
    // CPUs that have nothing to do look once more for what they may take over: on the long way a
    // thread is ready for a moment, and they are told of that.
    void look_around() {
        for (std::uint32_t cpu = 0; cpu < cpus_used; ++cpu) {
            if (!world.runs(cpu)) {
                world.timer(cpu);
            }
        }
    }

    void derive_child() {
        static_cast<void>(world.derive(endpoint, own, endpoint + 1, right::read | right::write, 5));
    }

    // Its own, if it was given one; seldom another's.
    std::uint64_t token_for(std::uint32_t cpu, Choices& choose) const {
        std::uint32_t const of =
            choose.below(16) == 15
                ? static_cast<std::uint32_t>(choose.below(world.kernel.threads()))
                : world.thread_on(cpu);
        CallAnswer const& told = world.kernel.thread(of).answer;
        return told.done() ? told.words[ReceivedWords::token] : 0;
    }

    Asked by_worker(std::uint32_t cpu, Choices& choose) const {
        std::uint64_t const token = token_for(cpu, choose);
        std::uint64_t const slot = endpoint + choose.below(2);
        std::uint64_t const timeout = choose.below(8) == 7 ? choose.below(3) * 1000 : for_ever;
        std::uint64_t const head = choose.below(6) == 5 ? 8 : 0;
        std::uint64_t const word = choose.below(1000);
        std::uint64_t const what = choose.below(8);
        switch (token == 0 ? what : what < 6 ? 0 : 4) {
        case 0:
            return {Call::reply_receive, {token, head, slot, timeout, word, 1, 2, 3}, 3};
        case 1:
            return {Call::receive, {slot, timeout}, 1};
        case 2:
            return {Call::send, {slot, head, timeout, word}, 2};
        case 3:
            return {Call::yield, {}, 7};
        case 4:
            return {Call::reply, {token, head, word}, 7};
        case 5:
            return {Call::signal, {notification, 1}, 7};
        default:
            return {Call::call, {slot, head, timeout, word, 1, 2, 3}, 2};
        }
    }

    static Asked by_first(Choices& choose) {
        static constexpr std::array rights{right::read | right::write, right::read, right::write};
        std::uint64_t const worker = workers + 2 * choose.below(worker_count);
        switch (choose.below(8)) {
        case 0:
            return {Call::revoke, {endpoint, 0}, 7};
        case 1:
            return {Call::thread_place, {worker, 1 + choose.below(7)}, 7};
        case 2:
            return choose.below(8) == 7 ? Asked{Call::thread_kill, {worker}, 7}
                                        : Asked{Call::signal, {notification, 1}, 7};
        case 3:
            return {Call::bind,
                    {worker, choose.below(2) == 0 ? own : notification, 0,
                     static_cast<std::uint64_t>(Binding::signals)},
                    7};
        case 4:
            return {Call::send, {endpoint, 0, choose.below(4) == 3 ? 1000 : at_once, 1}, 2};
        default:
            return {Call::derive,
                    {endpoint, own, endpoint + 1, rights.at(choose.below(rights.size())).bits, 5},
                    7};
        }
    }

    std::uint64_t for_long_;
};

RC_GTEST_PROP(kernel, quick_calls_come_to_what_the_long_way_comes_to, ()) {
    auto const length = *rc::gen::inRange<std::size_t>(100, 3000);
    auto const numbers = *rc::gen::container<std::vector<std::uint32_t>>(
        length, rc::gen::arbitrary<std::uint32_t>());
    Side quick{for_ever};
    Side slow{for_ever - 1};
    Choices of_quick{numbers};
    Choices of_slow{numbers};
    while (of_quick.more()) {
        auto const cpu = static_cast<std::uint32_t>(of_quick.below(8));
        static_cast<void>(of_slow.below(8));
        std::uint32_t const chosen = cpu == 7 ? 0 : cpu == 6 ? 2 : 1;
        if (cpu == 5 || !quick.world.runs(chosen)) {
            quick.world.pass(2000);
            slow.world.pass(2000);
        } else {
            quick.call(chosen, of_quick);
            slow.call(chosen, of_slow);
        }
        auto const difference = quick.differs_from(slow);
        RC_LOG() << difference << "\n";
        RC_ASSERT(difference.empty());
    }
    RC_ASSERT(quick.world.root() == slow.world.root());
}

} // namespace
} // namespace axiom::kernel::test
