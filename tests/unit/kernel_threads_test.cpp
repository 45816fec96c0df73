// The kernel on several CPUs at once, each played by a thread of the host: under a race detector
// this is what shows that the locks suffice.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include <axiom/log/log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/kernel_audit.hpp>
#include <tests/support/kernel_world.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/test_machine.hpp>

namespace axiom::kernel::test {
namespace {

using axiom::test::Seeded;

constexpr std::uint32_t cpus = 4;
constexpr std::uint64_t own{~std::uint64_t{0}};
constexpr std::uint32_t endpoint = 20;     // and the next
constexpr std::uint32_t notification = 22; // and the next
constexpr std::uint32_t region = 24;
constexpr std::uint32_t workers = 30; // six, each with its context
constexpr std::uint32_t worker_count = 6;
constexpr std::chrono::seconds longest{4}; // of a run

// CPUs that are stopped find out when they look.
class ParallelMachine final : public TestMachine {
  public:
    void stop(CpuSet others) noexcept override {
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            if (others.contains(Cpu{cpu})) {
                wanted[cpu].store(true);
            }
        }
    }

    [[nodiscard]] bool somebody_is_awaited() const {
        return std::ranges::any_of(wanted, [](auto const& each) { return each.load(); });
    }

    std::array<std::atomic<bool>, cpus> wanted{};
};

class KernelThreads : public testing::Test {
  protected:
    static constexpr KernelCapacities rows{.accounts = 4,
                                           .processes = 4,
                                           .threads = 16,
                                           .spaces = 4,
                                           .regions = 6,
                                           .endpoints = 6,
                                           .notifications = 6,
                                           .contexts = 16,
                                           .interrupts = 4,
                                           .ports = 4,
                                           .capabilities = 200,
                                           .rings = 4};
    static constexpr RingSize ring{.bytes = 1U << 20U, .entries = 4096};
    static constexpr Capacities log_capacities{4, 4, 4, 4, 4, 4, 4, 4};
    static constexpr std::array<DomainInfo const*, 2> domains_{&log_domain, &kernel_domain};

    KernelThreads()
        : memory_(Log::bytes_for(ring) + LogState::bytes_for(log_capacities) +
                  KernelDomain::bytes_for(rows) + Kernel::bytes_for(options(), rows)),
          arena_{MutableBytes{memory_}}, log_state_{arena_, log_capacities},
          log_{{.engine = &host::fastest_engine(), .domains = domains_, .ring = ring},
               arena_,
               log_state_},
          domain_{arena_, rows}, kernel_{arena_, options()} {
        machine_.kernel = &kernel_;
        Genesis genesis{.label = "threads", .capacities = log_capacities};
        genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), 1});
        genesis.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::kernel), kernel_domain.version});
        log_.begin(genesis, WallTime{0}).value();
        Quota limit = ample;
        limit.cpu_us *= 16;
        AXIOM_ASSERT(kernel_
                         .boot({.capacities = rows,
                                .limit = limit,
                                .principal = PrincipalId{1},
                                .device_pages = 1U << 20U,
                                .ports = ports_end},
                               {})
                         .has_value());
        decisions_[0] = kernel_.timer(Cpu{0}, now());
        for (std::uint32_t two = 0; two < 2; ++two) {
            create(ObjectType::endpoint, endpoint + two);
            create(ObjectType::notification, notification + two);
        }
        create(ObjectType::region, region, 0, 2);
        for (std::uint32_t worker = 0; worker < worker_count; ++worker) {
            start_worker(worker);
        }
    }

    std::uint64_t now() { return clock_.fetch_add(100) + 100; }

    CallAnswer first(Call number, std::array<std::uint64_t, 8> const& arguments) {
        decisions_[0] =
            kernel_.call(Cpu{0}, now(), {static_cast<std::uint64_t>(number), arguments});
        return decisions_[0].thread == no_thread ? CallAnswer{}
                                                 : kernel_.thread(decisions_[0].thread).answer;
    }
    void create(ObjectType type, std::uint64_t slot, std::uint64_t first_value = 0,
                std::uint64_t count = 0, std::uint64_t uses = own) {
        first(Call::create, {account_slot.value, own, slot, static_cast<std::uint64_t>(type),
                             first_value, count, uses});
    }
    void start_worker(std::uint32_t worker) {
        std::uint32_t const slot = workers + 2 * worker;
        create(ObjectType::thread, slot, worker % 3, 0, self_slot.value);
        create(ObjectType::context, slot + 1, 1000, 1000);
        first(Call::bind, {slot, slot + 1, 0, static_cast<std::uint64_t>(Binding::context)});
        first(Call::thread_start, {slot, 1, 2, 3});
    }

    // The next event of a CPU, a call if it may be; false: it was only stopped, and has gone on.
    template <class CallOf> bool event(std::uint32_t cpu, bool may_call, CallOf call_of) {
        if (machine_.somebody_is_awaited()) {
            std::this_thread::yield(); // it may be that this very CPU of the host keeps it off
        }
        if (machine_.wanted[cpu].exchange(false)) {
            kernel_.acknowledge(Cpu{cpu});
            enter(cpu, kernel_.timer(Cpu{cpu}, now()));
            return false;
        }
        if (may_call && decisions_[cpu].thread != no_thread) {
            Thread const& thread = kernel_.thread(decisions_[cpu].thread);
            enter(cpu, kernel_.call(Cpu{cpu}, now(), call_of(thread)));
            make_room(cpu);
        } else {
            enter(cpu, kernel_.timer(Cpu{cpu}, now()));
            std::this_thread::yield();
        }
        return true;
    }

    // What a CPU does until the others have done as much.
    template <class CallOf> void play(std::uint32_t cpu, std::uint64_t events, CallOf call_of) {
        Seeded choose{cpu + 1};
        std::uint64_t done = 0;
        auto const latest = std::chrono::steady_clock::now() + longest;
        while (finished_.load() < cpus) {
            if (done < events && std::chrono::steady_clock::now() > latest) {
                done = events; // so much was asked for a machine that has nothing else to do
            } else if (event(cpu, done < events,
                             [&](Thread const& thread) { return call_of(cpu, choose, thread); })) {
                done += done < events ? 1 : 0;
            }
            if (done == events) {
                ++done;
                ++finished_;
            }
        }
    }

    void enter(std::uint32_t cpu, Decision const& decision) {
        decisions_[cpu] = decision;
        for (std::uint32_t other = 0; other < cpus; ++other) {
            if (decision.kicks.contains(Cpu{other}) && other != cpu) {
                machine_.wanted[other].store(true);
            }
        }
    }

    // The log is another party's; here only the CPU that changes authority most empties it.
    void make_room(std::uint32_t cpu) {
        if (cpu == 0) {
            kernel_.with_log(Cpu{cpu}, [](Log& log) {
                while (log.drain({})) {
                }
                log.durable_through(log.drained());
            });
        }
    }

    template <class CallOf> void run(std::uint64_t events, CallOf call_of) {
        std::vector<std::jthread> players;
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            players.emplace_back([this, cpu, events, call_of] { play(cpu, events, call_of); });
        }
    }

    KernelOptions options() {
        return {.machine = &machine_,
                .log = &log_,
                .domain = &domain_,
                .cpus = cpus,
                .frames = 256,
                .lines = 16};
    }

    std::vector<std::byte> memory_;
    Arena arena_;
    LogState log_state_;
    ParallelMachine machine_;
    Log log_;
    KernelDomain domain_;
    Kernel kernel_;
    std::atomic<std::uint64_t> clock_{1000};
    std::atomic<std::uint32_t> finished_{};
    std::array<Decision, cpus> decisions_{};
};

CallFrame frame(Call call, std::array<std::uint64_t, 8> const& arguments) {
    return {static_cast<std::uint64_t>(call), arguments};
}

// Messages alone: nobody takes the authority lock.
CallFrame message_call(Seeded& choose) {
    std::uint64_t const timeout = choose.below(3) == 0 ? at_once : 2000 + choose.below(5000);
    std::uint64_t const meeting = endpoint + choose.below(2);
    switch (choose.below(6)) {
    case 0:
        return frame(Call::send, {meeting, choose.below(64), timeout, 1});
    case 1:
        return frame(Call::call, {meeting, choose.below(64), timeout, 1});
    case 2:
        return frame(Call::signal, {notification + choose.below(2), 1});
    case 3:
        return frame(Call::wait, {notification + choose.below(2), timeout});
    default:
        return frame(Call::receive, {meeting, timeout});
    }
}

CallFrame reply_to(Thread const& thread, Seeded& choose) {
    std::uint64_t const token = thread.answer.words[ReceivedWords::token];
    return frame(Call::reply_receive,
                 {token, choose.below(32), endpoint + choose.below(2), 3000, 1});
}

TEST_F(KernelThreads, MessagesBetweenCpus) {
    run(5000, [](std::uint32_t cpu, Seeded& choose, Thread const& thread) {
        if (cpu == 0 && choose.below(4) != 0) {
            return frame(Call::yield, {});
        }
        bool const owes = thread.answer.done() && thread.answer.words[ReceivedWords::token] != 0;
        return owes ? reply_to(thread, choose) : message_call(choose);
    });
    EXPECT_EQ(finished_, cpus);
    EXPECT_EQ(first_wrong_loan(kernel_), "");
}

// Calls and replies as short as can be, of three servers and three clients, who go from CPU to CPU.
TEST_F(KernelThreads, ShortCallsBetweenCpus) {
    run(5000, [](std::uint32_t /*cpu*/, Seeded& choose, Thread const& thread) {
        bool const serves = thread.index % 2 == 0;
        if (thread.index == 0 || choose.below(16) == 0) {
            return frame(Call::yield, {});
        }
        std::uint64_t const token =
            thread.answer.done() ? thread.answer.words[ReceivedWords::token] : 0;
        return serves ? frame(Call::reply_receive, {token, 0, endpoint, for_ever, 2})
                      : frame(Call::call, {endpoint, 0, for_ever, 1});
    });
    EXPECT_EQ(finished_, cpus);
    EXPECT_EQ(first_wrong_loan(kernel_), "");
}

// Of every message: who sent it and who has read it, whichever CPU either was on.
class Readings {
  public:
    CallFrame next(Thread const& thread) {
        std::scoped_lock const held{lock_};
        note(thread);
        if (thread.index == 0) {
            return frame(Call::yield, {});
        }
        Last& last = last_[thread.index];
        last.sends = thread.index % 2 == 1;
        last.reads = !last.sends;
        last.word = ++serial_;
        return last.sends ? frame(Call::send, {endpoint, 0, 3000, last.word})
                          : frame(Call::receive, {endpoint, 3000});
    }

    /// What its last call came to, if it has been told.
    void note(Thread const& thread) {
        Last& last = last_[thread.index];
        if (thread.seen().wait() == Wait::none && thread.answer.done()) {
            if (last.reads) {
                twice += read.insert(thread.answer.words[ReceivedWords::first]).second ? 0 : 1;
            } else if (last.sends) {
                delivered.insert(last.word);
            }
        }
        last = {};
    }

    std::set<std::uint64_t> read;
    std::set<std::uint64_t> delivered;
    std::uint64_t twice{};

  private:
    struct Last {
        bool sends{};
        bool reads{};
        std::uint64_t word{};
    };
    std::mutex lock_;
    std::array<Last, 16> last_{};
    std::uint64_t serial_{};
};

TEST_F(KernelThreads, EachMessageIsReadOnceWhoeverReadsIt) {
    Readings readings;
    run(5000, [&readings](std::uint32_t /*cpu*/, Seeded& /*choose*/, Thread const& thread) {
        return readings.next(thread);
    });
    for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
        readings.note(kernel_.thread(index));
    }
    EXPECT_GT(readings.read.size(), 0U);
    EXPECT_EQ(readings.twice, 0U);
    for (std::uint64_t const word : readings.delivered) {
        EXPECT_TRUE(readings.read.contains(word)) << word;
    }
}

TEST_F(KernelThreads, MessagesWhileAuthorityChanges) {
    run(5000, [](std::uint32_t cpu, Seeded& choose, Thread const& thread) {
        std::uint64_t const spare = 60 + choose.below(20);
        if (cpu == 0 || choose.below(8) == 0) {
            switch (choose.below(10)) {
            case 0:
                return frame(Call::derive, {endpoint, own, spare, right::all.bits, 0});
            case 1:
                return frame(Call::revoke, {spare, 1});
            case 2:
                return frame(Call::remove, {spare});
            case 3:
                return frame(Call::derive, {region, own, spare, right::all.bits, 0});
            case 4:
                return frame(Call::map, {space_slot.value, spare, 0x1000 * spare, 1});
            case 5:
                return frame(Call::thread_kill, {workers + 2 * choose.below(worker_count), 0});
            case 6:
                return frame(Call::remove, {workers + 2 * choose.below(worker_count)});
            case 7:
                return frame(Call::create,
                             {account_slot.value, own, workers + 2 * choose.below(worker_count),
                              static_cast<std::uint64_t>(ObjectType::thread), choose.below(3), 0,
                              self_slot.value});
            case 8: {
                std::uint64_t const slot = workers + 2 * choose.below(worker_count);
                return frame(Call::bind,
                             {slot, slot + 1, 0, static_cast<std::uint64_t>(Binding::context)});
            }
            default:
                return frame(Call::thread_start, {workers + 2 * choose.below(worker_count), 1});
            }
        }
        if (choose.below(6) == 0) {
            thread.buffer->capabilities[0] = static_cast<std::uint32_t>(spare);
            thread.buffer->window = static_cast<std::uint32_t>(60 + choose.below(20));
            return frame(Call::send,
                         {endpoint + choose.below(2), MessageHead::of(8, 1).word, 3000});
        }
        bool const owes = thread.answer.done() && thread.answer.words[ReceivedWords::token] != 0;
        return owes ? reply_to(thread, choose) : message_call(choose);
    });
    EXPECT_EQ(finished_, cpus);
    EXPECT_EQ(first_wrong_loan(kernel_), "");
    // What was never taken away is still there, and all of it is accounted for.
    EXPECT_TRUE(kernel_.state().slots().find({0, 1}, Slot{endpoint}));
    std::vector<std::byte> bytes(domain_.save_bytes_max());
    Writer writer{bytes};
    ASSERT_TRUE(domain_.save(writer));
    domain_.clear();
    Reader reader{writer.written()};
    EXPECT_TRUE(domain_.load(reader)) << "every reference and every cost was counted again";
}

// Threat 6: revoke races use. What comes after the revoke is refused; there is no third.
using threat_6_race = KernelThreads;

// What one CPU takes away, the others use all the while. A round is from a derive to its revoke;
// the revoke waits for one signal that was asked for and answered within the round, so that it
// always meets some, however late the others come.
class SignalRounds {
  public:
    CallFrame signal(Thread const& thread) {
        std::uint64_t& asked_in = asked_in_[thread.index];
        if (asked_in != 0 && thread.answer.done()) {
            signalled_in_.store(asked_in);
        } else {
            std::this_thread::yield();
        }
        asked_in = round_.load();
        return frame(Call::signal, {badged, 1});
    }

    CallFrame next(Thread const& thread) {
        bool const got_bits = thread.answer.done();
        switch (step_++ % 4) {
        case 0:
            late += step_ > 1 && got_bits ? 1 : 0;
            return frame(Call::derive, {notification, own, badged, right::all.bits, 0x40});
        case 1:
            round_.store(++rounds);
            while (signalled_in_.load() != rounds) {
                std::this_thread::yield();
            }
            round_.store(0);
            return frame(Call::revoke, {badged, 1});
        case 2:
            return frame(Call::wait, {notification, at_once});
        default:
            before += got_bits ? 1 : 0;
            return frame(Call::wait, {notification, at_once});
        }
    }

    /// What came after the last revoke has been looked at.
    [[nodiscard]] bool between() const { return step_ % 4 == 1; }

    std::uint64_t rounds{};
    std::uint64_t before{}; // rounds whose bits came, each once
    std::uint64_t late{};

  private:
    static constexpr std::uint64_t badged = 60;
    std::uint64_t step_{};
    std::atomic<std::uint64_t> round_{}; // 0: between two
    std::atomic<std::uint64_t> signalled_in_{};
    std::array<std::uint64_t, 16> asked_in_{}; // a thread runs on one CPU at a time
};

TEST_F(threat_6_race, NoBitOfARevokedCapabilityComesAfterItsRevoke) {
    constexpr std::uint64_t rounds_max = 1000;
    SignalRounds signals;
    std::atomic<bool> over{};
    std::vector<std::jthread> players;
    for (std::uint32_t cpu = 1; cpu < cpus; ++cpu) {
        players.emplace_back([&, cpu] {
            while (!over) {
                event(cpu, true, [&](Thread const& thread) { return signals.signal(thread); });
            }
        });
    }
    auto const latest = std::chrono::steady_clock::now() + longest;
    while (!signals.between() || signals.rounds == 0 ||
           (signals.rounds < rounds_max && std::chrono::steady_clock::now() < latest)) {
        event(0, true, [&](Thread const& thread) { return signals.next(thread); });
    }
    over = true;
    players.clear();
    EXPECT_EQ(signals.before, signals.rounds);
    EXPECT_EQ(signals.late, 0U);
}

} // namespace
} // namespace axiom::kernel::test
