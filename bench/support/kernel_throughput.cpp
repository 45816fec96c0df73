// Several CPUs at once, each played by a thread of the host: messages, of which CPUs share nothing,
// and changes of authority, of which there is one at a time. Wall time over all that was done:
// where CPUs do not get in each other's way, and the host has as many, it halves as they double.

#include <bench/support/kernel_parts.hpp>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <thread>

#include <bench/support/failure.hpp>
#include <bench/support/kernel_fixture.hpp>

namespace axiom::bench {

using namespace kernel;

namespace {

constexpr std::uint32_t shared = KernelFixture::free_slot; // an endpoint to derive from
constexpr std::uint32_t endpoints = shared + 1;
constexpr std::uint32_t threads = endpoints + 4; // two for each CPU, each with its context
constexpr std::uint32_t children = threads + 16;
constexpr std::uint32_t entries_between_drains = 256;

// A kernel whose CPU c runs a client and a server of its own endpoint.
class Players {
  public:
    explicit Players(std::uint32_t cpus) : fixture_{{.cpus = cpus}}, players_(cpus), start_{cpus} {
        fixture_.create(ObjectType::endpoint, shared);
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            fixture_.create(ObjectType::endpoint, endpoints + cpu);
            fixture_.start_thread(Cpu{cpu}, threads + 4 * cpu, 10);
            fixture_.start_thread(Cpu{cpu}, threads + 4 * cpu + 2, 10);
        }
        fixture_.retire_first();
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            Decision const decision = fixture_.kernel().timer(Cpu{cpu}, fixture_.now_ns);
            require(decision.thread != no_thread, "a server runs");
            fixture_.enter(Cpu{cpu}, Call::receive, {endpoints + cpu, for_ever});
        }
    }

    /// Seconds from when all have started until the last has called `step(cpu, number)` so often.
    template <class Step> double run(std::size_t steps, Step step) {
        done_.store(0);
        std::vector<std::jthread> hosts;
        for (std::uint32_t cpu = 0; cpu < players_.size(); ++cpu) {
            hosts.emplace_back([this, cpu, steps, step] {
                start_.arrive_and_wait();
                players_[cpu].begin = std::chrono::steady_clock::now();
                for (std::size_t number = 0; number < steps; ++number) {
                    step(cpu, number);
                    heed(cpu);
                }
                players_[cpu].end = std::chrono::steady_clock::now();
                ++done_;
                while (done_.load() < players_.size()) { // others may wait for this CPU
                    heed(cpu);
                    std::this_thread::yield();
                }
            });
        }
        hosts.clear();
        auto const begin = std::ranges::min_element(players_, {}, &Player::begin)->begin;
        auto const end = std::ranges::max_element(players_, {}, &Player::end)->end;
        return std::chrono::duration<double>(end - begin).count();
    }

    double exchange(std::size_t calls) {
        return run(calls, [this](std::uint32_t cpu, std::size_t /*number*/) {
            auto const client = enter(cpu, Call::call, {endpoints + cpu, 0, for_ever, 1, 2});
            auto const& answer = fixture_.kernel().thread(client.thread).answer;
            enter(cpu, Call::reply_receive,
                  {answer.words[ReceivedWords::token], 0, endpoints + cpu, for_ever, 3, 4});
        });
    }

    // Of two steps one derives and one takes back.
    double change(std::size_t calls) {
        return run(calls, [this](std::uint32_t cpu, std::size_t number) {
            std::uint64_t const slot = children + cpu;
            if (number % 2 == 0) {
                enter(cpu, Call::derive, {shared, KernelFixture::own, slot, right::all.bits, 0, 0});
            } else {
                enter(cpu, Call::remove, {slot});
            }
            if (number % entries_between_drains == 0) {
                fixture_.drain(Cpu{cpu});
            }
        });
    }

  private:
    struct alignas(64) Player {
        std::uint64_t now_ns{1'000'000};
        std::chrono::steady_clock::time_point begin;
        std::chrono::steady_clock::time_point end;
    };

    Decision enter(std::uint32_t cpu, Call number, KernelFixture::Arguments const& arguments) {
        return fixture_.kernel().call(Cpu{cpu}, ++players_[cpu].now_ns,
                                      {static_cast<std::uint64_t>(number), arguments});
    }

    void heed(std::uint32_t cpu) {
        if (fixture_.machine().take_wish(Cpu{cpu})) {
            fixture_.kernel().acknowledge(Cpu{cpu});
            (void)fixture_.kernel().timer(Cpu{cpu}, ++players_[cpu].now_ns);
        }
    }

    KernelFixture fixture_;
    std::vector<Player> players_;
    std::barrier<> start_;
    std::atomic<std::size_t> done_{};
};

void measure(Options const& options, Results& results, std::string const& id,
             std::string const& what, std::uint32_t cpus, double (Players::*play)(std::size_t)) {
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    Players players{cpus};
    std::size_t const steps = options.size(4'000, 400);
    Figure figure{.id = id, .what = what, .unit = "ns", .samples = {}};
    for (std::size_t sample = 0; sample < options.pairs; ++sample) {
        double const seconds = (players.*play)(steps);
        figure.samples.push_back(1e9 * seconds / static_cast<double>(steps * cpus));
    }
    results.add(figure);
}

} // namespace

void measure_throughput(Options const& options, Results& results) {
    for (std::uint32_t const cpus : {1U, 2U, 4U}) {
        std::string const count = std::to_string(cpus);
        measure(options, results, "ipc.cpus." + count,
                "call + reply, " + count + " threads of the host", cpus, &Players::exchange);
    }
    for (std::uint32_t const cpus : {1U, 2U, 4U}) {
        std::string const count = std::to_string(cpus);
        measure(options, results, "authority.cpus." + count,
                "derive or remove, drained, " + count + " threads of the host", cpus,
                &Players::change);
    }
}

} // namespace axiom::bench
