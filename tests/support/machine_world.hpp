#pragma once
// A whole kernel on a test machine: each thread has a CPU of its own, so that a test says in which
// order they make their calls.

#include <gtest/gtest.h>

#include <axiom/log/log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/kernel_recording.hpp>
#include <tests/support/kernel_world.hpp>
#include <tests/support/test_machine.hpp>

namespace axiom::kernel::test {

/// A call's arguments by position; what is not given is zero.
using Arguments = std::array<std::uint64_t, 8>;

inline constexpr std::uint64_t own{~std::uint64_t{0}};

/// The first thread's own capabilities, after those of `Start`.
inline constexpr Slot thread_slot{start_capabilities};
inline constexpr Slot context_slot{start_capabilities + 1};

/// Refused with this check and argument. What came to pass while a thread waited is of no argument.
inline void refused(std::optional<CallAnswer> const& answer, Check check,
                    std::uint8_t argument = 0) {
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status & 0xFFU, static_cast<std::uint64_t>(check))
        << sentence_of(static_cast<Check>(answer->status & 0xFFU));
    EXPECT_EQ(answer->status >> 8U, argument);
}

class MachineWorld {
  public:
    static constexpr std::uint32_t cpus = 6;
    static constexpr std::uint32_t frames = 4 * large_frames;
    static constexpr std::uint64_t first_page = 3 * large_frames; // of physical memory
    static constexpr BootNumber boot{3};
    static constexpr KernelCapacities rows{.accounts = 4,
                                           .processes = 4,
                                           .threads = 8,
                                           .spaces = 4,
                                           .regions = 6,
                                           .endpoints = 6,
                                           .notifications = 6,
                                           .contexts = 8,
                                           .interrupts = 4,
                                           .ports = 4,
                                           .capabilities = 128,
                                           .rings = 2 * cpus};

    enum class LogIs : std::uint8_t { attached, detached };

    /// With `with_syslog` calls are recorded; else that costs nothing.
    explicit MachineWorld(bool with_syslog = false, LogIs log_is = LogIs::attached)
        : memory_(Log::bytes_for(ring) + LogState::bytes_for(log_capacities) +
                  KernelDomain::bytes_for(rows) + Kernel::bytes_for(kernel_options(nullptr), rows) +
                  (with_syslog ? Syslog::bytes_for(cpus) : 0)),
          arena_{MutableBytes{memory_}}, log_state{arena_, log_capacities},
          log{{.engine = &host::fastest_engine(), .domains = domains_, .ring = ring},
              arena_,
              log_state},
          domain{arena_, rows},
          syslog{with_syslog
                     ? std::optional<Syslog>{std::in_place, arena_, cpus,
                                             log_is == LogIs::attached ? boot : unknown_boot}
                     : std::nullopt},
          kernel{arena_, kernel_options(syslog ? &*syslog : nullptr)} {
        machine.kernel = &kernel;
        if (log_is == LogIs::attached) {
            log.begin(genesis(), WallTime{0}).value();
            follower_ = log.subscribe(Delivery::ordered).value();
        }
        Quota limit = ample;
        limit.cpu_us *= cpus * 2;
        limit.pages = 2 * frames; // so that what there is too little of is frames
        Start const start{.capacities = rows,
                          .limit = limit,
                          .principal = PrincipalId{1},
                          .device_pages = 1U << 20U,
                          .ports = ports_end};
        auto const booted = kernel.boot(start, {.entry = 1, .stack = 2, .argument = 3});
        AXIOM_ASSERT(booted.has_value());
        enter(kernel.timer(Cpu{0}, now), Cpu{0});
        do_call(0, Call::thread_place, {thread_slot.value, 1});
    }

    /// A call of the thread that runs on this CPU: its answer, or none while it waits.
    std::optional<CallAnswer> call_if(std::uint32_t cpu, Call number, Arguments const& arguments) {
        return call_number_if(cpu, static_cast<std::uint64_t>(number), arguments);
    }
    /// The same, with any number.
    std::optional<CallAnswer> call_number_if(std::uint32_t cpu, std::uint64_t number,
                                             Arguments const& arguments) {
        std::uint32_t const thread = decisions[cpu].thread;
        AXIOM_ASSERT(thread != no_thread);
        enter(kernel.call(Cpu{cpu}, now, {number, arguments}), Cpu{cpu});
        make_room();
        return decisions[cpu].thread == thread ? std::optional{kernel.thread(thread).answer}
                                               : std::nullopt;
    }

    CallAnswer do_call(std::uint32_t cpu, Call number, Arguments const& arguments) {
        auto const answer = call_if(cpu, number, arguments);
        AXIOM_ASSERT(answer.has_value());
        return *answer;
    }

    /// What the thread that runs on this CPU was told last.
    [[nodiscard]] CallAnswer const& told(std::uint32_t cpu) const {
        AXIOM_ASSERT(decisions[cpu].thread != no_thread);
        return kernel.thread(decisions[cpu].thread).answer;
    }
    [[nodiscard]] bool runs(std::uint32_t cpu) const { return decisions[cpu].thread != no_thread; }
    [[nodiscard]] std::uint32_t thread_on(std::uint32_t cpu) const { return decisions[cpu].thread; }
    MessageBuffer& buffer(std::uint32_t cpu) { return *machine.buffers.at(decisions[cpu].thread); }

    void timer(std::uint32_t cpu) { enter(kernel.timer(Cpu{cpu}, now), Cpu{cpu}); }
    void fault(std::uint32_t cpu, Fault const& what) {
        enter(kernel.fault(Cpu{cpu}, now, what), Cpu{cpu});
        make_room();
    }
    void interrupt(std::uint32_t cpu, std::uint64_t line) {
        enter(kernel.interrupt(Cpu{cpu}, now, line), Cpu{cpu});
    }

    /// Time passes, and every CPU whose timer is due gets it.
    void pass(std::uint64_t ns) {
        now += ns;
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            if (decisions[cpu].timer_ns <= now) {
                timer(cpu);
            }
        }
    }

    CallAnswer create(ObjectType type, std::uint32_t slot, std::uint64_t first = 0,
                      std::uint64_t count = 0, std::uint64_t uses = own) {
        return do_call(
            0, Call::create,
            {account_slot.value, own, slot, static_cast<std::uint64_t>(type), first, count, uses});
    }

    /// A thread of the process in `process`, of this priority, that runs on `cpu` from now on; its
    /// capability lies in `slot`, that of its context in the next.
    std::uint32_t start_thread(std::uint32_t cpu, std::uint32_t slot,
                               std::uint64_t process = self_slot.value,
                               std::uint64_t priority = 10) {
        auto const made = create(ObjectType::thread, slot, priority, 0, process);
        AXIOM_ASSERT(made.done());
        AXIOM_ASSERT(create(ObjectType::context, slot + 1, 1000, 1000).done());
        bind(Binding::context, slot, slot + 1);
        do_call(0, Call::thread_place, {slot, std::uint64_t{1} << cpu});
        AXIOM_ASSERT(do_call(0, Call::thread_start, {slot, 0x1000, 0x2000, 7}).done());
        return static_cast<std::uint32_t>(made.words[0]);
    }
    void bind(Binding binding, std::uint64_t subject, std::uint64_t target, std::uint64_t bit = 0) {
        AXIOM_ASSERT(
            do_call(0, Call::bind, {subject, target, bit, static_cast<std::uint64_t>(binding)})
                .done());
    }

    /// A process with a space, in `slot` and the next.
    void create_process(std::uint32_t slot) {
        AXIOM_ASSERT(create(ObjectType::space, slot + 1).done());
        AXIOM_ASSERT(create(ObjectType::process, slot, 7, 0, slot + 1).done());
    }

    /// A child of the capability in `source`, in a slot of another process that `process` names.
    CallAnswer derive(std::uint64_t source, std::uint64_t process, std::uint64_t slot,
                      Rights rights, std::uint64_t badge = 0) {
        return do_call(0, Call::derive, {source, process, slot, rights.bits, badge});
    }

    static constexpr Capacities log_capacities{4, 4, 4, 4, 4, 4, 4, 4};
    static Genesis genesis() {
        Genesis genesis{.label = "machine", .capacities = log_capacities};
        genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), 1});
        genesis.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::kernel), kernel_domain.version});
        return genesis;
    }

    [[nodiscard]] Hash256 root() { return domain.root(host::fastest_engine()); }

    /// What the kernel has put into the log so far.
    [[nodiscard]] Recording const& recording() {
        follow();
        return recording_;
    }

  private:
    static constexpr RingSize ring{.bytes = 1U << 20U, .entries = 4096};
    static constexpr std::size_t state_bytes_max = 16U * 1024;
    static constexpr BootNumber unknown_boot{this_boot};

    std::vector<std::byte> memory_;
    Arena arena_;
    std::optional<SubscriberIndex> follower_;
    Recording recording_;

  public:
    LogState log_state;

  private:
    static constexpr std::array<DomainInfo const*, 2> domains_{&log_domain, &kernel_domain};

  public:
    TestMachine machine;
    Log log;
    KernelDomain domain;
    std::optional<Syslog> syslog;
    Kernel kernel;
    bool drains_itself{}; // by calls; else the log is drained after every call
    std::uint64_t now{1000};
    std::array<Decision, cpus> decisions{};

  private:
    KernelOptions kernel_options(Syslog* calls) {
        return {.machine = &machine,
                .log = &log,
                .domain = &domain,
                .syslog = calls,
                .cpus = cpus,
                .frames = frames,
                .first_page = first_page,
                .lines = 32,
                .log_parts = {.state = &log_state,
                              .state_bytes_max = state_bytes_max,
                              .engine = &host::fastest_engine(),
                              .identity = {.domains = genesis().domains}}};
    }

    void enter(Decision const& decision, Cpu cpu) {
        decisions[cpu.value] = decision;
        CpuSet wanted = decision.kicks;
        wanted.bits |= std::exchange(machine.stopped, {}).bits;
        for (std::uint32_t other = 0; other < cpus; ++other) {
            if (wanted.contains(Cpu{other})) {
                enter(kernel.timer(Cpu{other}, now), Cpu{other});
            }
        }
    }

    void follow() {
        while (auto const entry = follower_ ? log.next(*follower_) : std::nullopt) {
            if (entry->value().header.domain == DomainNumber::kernel) {
                Bytes const body = entry->value().body;
                recording_.push_back({entry->value().header.kind, {body.begin(), body.end()}});
            }
        }
    }

    void make_room() {
        follow();
        if (drains_itself || !log.attached()) {
            return;
        }
        while (log.drain({})) {
        }
        log.durable_through(log.drained());
    }
};

} // namespace axiom::kernel::test
