#include <tests/explore/universe.hpp>

#include <algorithm>

#include <sim-host/platform/hash_engines.hpp>

namespace axiom::kernel::explore {

namespace {

constexpr KernelCapacities rows{.accounts = 2,
                                .processes = 4,
                                .threads = 5,
                                .spaces = 4,
                                .regions = 4,
                                .endpoints = 3,
                                .notifications = 3,
                                .contexts = 5,
                                .interrupts = 3,
                                .ports = 3,
                                .capabilities = 48,
                                .rings = 0};
static_assert(rows.threads <= machine_threads && rows.spaces <= machine_spaces);

constexpr Capacities log_capacities{1, 1, 1, 1, 1, 1, 1, 1};
constexpr RingSize ring{.bytes = 1U << 18U, .entries = 64};
constexpr std::array<DomainInfo const*, 2> domains{&log_domain, &kernel_domain};
constexpr std::uint32_t frames = 32;

// What the first account may spend beyond what is there at the start is a few objects, so that
// running out is near everywhere.
constexpr Quota limit{.pages = 11,
                      .objects = 27,
                      .capabilities = 48,
                      .threads = 4,
                      .cpu_us = 5'000'000,
                      .log_bytes = 1'000'000};

// Of what is created under it.
constexpr Quota account_limit{.objects = 1, .capabilities = 1};

constexpr std::uint64_t own = ~std::uint64_t{0};
constexpr std::uint64_t full_time_us = 1000;

// Slots of the first process. What `Kernel::boot` gives it comes before them.
constexpr std::uint64_t boot_thread = start_capabilities;
constexpr std::uint64_t boot_context = start_capabilities + 1;
constexpr std::uint64_t endpoint = 9;
constexpr std::uint64_t notification = 10;
constexpr std::uint64_t region = 11;
constexpr std::uint64_t thread = 12;
constexpr std::uint64_t context = 13;
constexpr std::uint64_t scratch = 20;

KernelOptions options(SmallMachine* machine, Log* log, KernelDomain* domain) {
    return {.machine = machine,
            .log = log,
            .domain = domain,
            .cpus = universe_cpus,
            .frames = frames,
            .lines = machine_lines};
}

} // namespace

std::size_t Universe::bytes_needed() {
    return sizeof(Universe) + LogState::bytes_for(log_capacities) +
           2 * KernelDomain::bytes_for(rows) +
           Kernel::bytes_for(options(nullptr, nullptr, nullptr), rows);
}

std::size_t Universe::aside_bytes_needed() {
    return Log::bytes_for(ring) + std::size_t{frames} * 4096;
}

Universe::Universe(MutableBytes memory, MutableBytes aside, Setup const& setup)
    : arena_{memory.subspan(sizeof(Universe))}, aside_{aside}, engine_{&host::fastest_engine()},
      log_state_{arena_, log_capacities},
      log_{{.engine = engine_, .domains = domains, .ring = ring}, aside_, log_state_},
      domain_{arena_, rows}, shadow_{arena_, rows},
      kernel_{arena_, options(&machine_, &log_, &domain_)} {
    machine_.kernel = &kernel_;
    machine_.scratch = aside_.make<std::byte>(std::size_t{frames} * 4096);
    Genesis genesis{.label = "explore", .capacities = log_capacities};
    genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), 1});
    genesis.domains.push_back(
        {static_cast<std::uint16_t>(DomainNumber::kernel), kernel_domain.version});
    log_.begin(genesis, WallTime{0}).value();
    follower_ = log_.subscribe(Delivery::ordered).value();
    Start const start{.capacities = rows,
                      .limit = limit,
                      .principal = PrincipalId{1},
                      .device_pages = 64,
                      .ports = 64};
    AXIOM_ASSERT(kernel_.boot(start, {}).has_value());
    take(0, kernel_.timer(Cpu{0}, now_ns));
    set_up(setup);
}

CallAnswer Universe::do_call(Call number, std::array<std::uint64_t, 8> const& arguments) {
    auto const answer = apply({.kind = Event::Kind::call,
                               .cpu = 0,
                               .frame = {static_cast<std::uint64_t>(number), arguments}});
    AXIOM_ASSERT(answer && answer->done()); // a universe's beginning is possible
    return *answer;
}

CallAnswer Universe::create(ObjectType type, std::uint64_t slot, std::uint64_t first,
                            std::uint64_t count, std::uint64_t uses) {
    return do_call(Call::create,
                   {0, own, slot, static_cast<std::uint64_t>(type), first, count, uses});
}

// A process whose thread holds, from slot 0 on: itself, its thread, what all share, and its space.
// The first process keeps a capability to it at `scratch`.
void Universe::add_process(Setup const& setup, std::uint32_t kept) {
    std::uint64_t const made = scratch + 8;
    std::uint64_t const process = scratch + kept;
    create(ObjectType::space, made);
    create(ObjectType::process, process, 7, priorities - 1 - universe_ceiling, made);
    create(ObjectType::thread, made + 1, 10, 0, process);
    create(ObjectType::context, made + 2, setup.limited ? 4000 : 10'000, 10'000);
    auto const bind = [&](std::uint64_t target, Binding binding) {
        do_call(Call::bind, {made + 1, target, 0, static_cast<std::uint64_t>(binding)});
    };
    bind(made + 2, Binding::context);
    if (setup.faults) {
        bind(endpoint, Binding::faults);
    }
    if (setup.limited) {
        bind(endpoint, Binding::budgets);
    }
    if (setup.signalled && kept == 0) { // a notification wakes one thread
        bind(notification, Binding::signals);
    }
    do_call(Call::thread_start, {made + 1});
    do_call(Call::remove, {made + 2});
    if (setup.peers) {
        do_call(Call::derive, {made + 1, own, process + 2, right::all.bits});
    }
    do_call(Call::derive, {process, process, 0, right::all.bits});
    do_call(Call::move, {made + 1, process, 1});
    do_call(Call::derive, {endpoint, process, 2, right::all.bits});
    do_call(Call::derive, {notification, process, 3, right::all.bits});
    do_call(Call::derive, {region, process, 4, right::read.bits});
    do_call(Call::move, {made, process, 6});
}

void Universe::set_up(Setup const& setup) {
    create(ObjectType::endpoint, endpoint);
    create(ObjectType::notification, notification);
    create(ObjectType::region, region, 0, 1);
    create(ObjectType::thread, thread, 12, 0, 1);
    create(ObjectType::context, context, full_time_us, full_time_us);
    do_call(Call::bind, {thread, context, 0, static_cast<std::uint64_t>(Binding::context)});
    do_call(Call::thread_start, {thread});
    add_process(setup, 0);
    add_process(setup, 1);
    do_call(Call::derive, {scratch + 1, scratch, 5, right::all.bits}); // each holds the other
    do_call(Call::derive, {scratch, scratch + 1, 5, right::all.bits});
    if (setup.peers) {
        do_call(Call::move, {scratch + 3, scratch, 7});
        do_call(Call::move, {scratch + 2, scratch + 1, 7});
    }
    do_call(Call::remove, {scratch + 1});
    if (setup.devices) {
        create(ObjectType::region, scratch + 3, 1, 1, 3);
        create(ObjectType::interrupt, scratch + 4, 1, 0, 4);
        create(ObjectType::ports, scratch + 5, 16, 4, 5);
    }
    for (std::uint64_t slot = setup.devices ? 3 : 2; slot < start_capabilities; ++slot) {
        do_call(Call::remove, {slot});
    }
    if (setup.devices) {
        for (std::uint64_t slot = 3; slot < 6; ++slot) {
            do_call(Call::move, {scratch + slot, own, slot});
        }
        do_call(Call::move, {scratch, own, 6});
    } else {
        do_call(Call::remove, {scratch});
    }
    do_call(Call::remove, {boot_context});
    // The thread that did all this ends with the last capability to it.
    apply({.kind = Event::Kind::call,
           .frame = {static_cast<std::uint64_t>(Call::remove), {boot_thread}}});
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        apply({.kind = Event::Kind::timer, .cpu = cpu});
    }
}

void Universe::take(std::uint32_t cpu, Decision const& decision) {
    cpus[cpu] = {.decision = decision};
    std::uint64_t const stopped = std::exchange(machine_.stopped, {}).bits;
    for (std::uint32_t other = 0; other < universe_cpus; ++other) {
        cpus[other].kicked |= decision.kicks.contains(Cpu{other});
        cpus[other].stopped |= (stopped >> other & 1U) != 0;
    }
}

std::optional<CallAnswer> Universe::apply(Event const& event) {
    Cpu const cpu{event.cpu};
    std::optional<CallAnswer> answer;
    switch (event.kind) {
    case Event::Kind::call: {
        std::uint32_t const caller = cpus[event.cpu].decision.thread;
        RowHandle const self = kernel_.thread(caller).self;
        MessageBuffer& buffer = machine_.buffers.at(caller);
        for (std::size_t index = 0; index < quota_fields.size(); ++index) { // of a new account
            store_le(MutableBytes{buffer.bytes}.subspan(index * 8),
                     account_limit.*quota_fields[index]);
        }
        buffer.window = event.window;
        buffer.capabilities[0] = event.passes;
        take(event.cpu, kernel_.call(cpu, now_ns, event.frame));
        // Another may run here by now: what it was told it finds when it runs again.
        Thread const& thread = kernel_.thread(caller);
        Wait const wait = thread.seen().wait();
        bool const lives = thread.buffer != nullptr && thread.self == self;
        bool const told_of_budget = thread.by_fault && thread.answer.status != as_it_was &&
                                    (wait == Wait::call || wait == Wait::fault);
        if (lives && (wait == Wait::none || wait == Wait::budget || told_of_budget)) {
            answer = thread.answer;
        }
        break;
    }
    case Event::Kind::fault:
        take(event.cpu, kernel_.fault(cpu, now_ns, {.kind = Fault::Kind::page, .at = 4096}));
        break;
    case Event::Kind::interrupt:
        take(event.cpu, kernel_.interrupt(cpu, now_ns, event.frame.number));
        break;
    case Event::Kind::timer:
        take(event.cpu, kernel_.timer(cpu, now_ns));
        break;
    case Event::Kind::pass:
        now_ns = due_ns();
        break;
    }
    follow();
    return answer;
}

std::uint64_t Universe::due_ns() const {
    std::uint64_t due = for_ever;
    for (CpuSide const& cpu : cpus) {
        due = std::min(due, cpu.decision.timer_ns);
    }
    return due;
}

void Universe::follow() {
    while (auto const entry = log_.next(follower_)) {
        if (entry->value().header.domain == DomainNumber::kernel) {
            AXIOM_ASSERT(shadow_.apply(*entry).has_value());
        }
    }
    while (auto const departed = shadow_.take_departed()) {
    }
    // Hashing takes longer than all else, and what is brought back need not be hashed each time.
    if (log_.next_sequence().value - log_.drained().value > ring.entries / 2) {
        while (log_.drain({})) {
        }
        log_.durable_through(log_.drained());
    }
}

namespace {

std::vector<Call> all_but(std::vector<Call> const& with) {
    std::vector<Call> without;
    for (CallInfo const& info : call_table) {
        if (std::ranges::find(with, info.call) == with.end()) {
            without.push_back(info.call);
        }
    }
    return without;
}

} // namespace

std::vector<Setup> const& setups() {
    static std::vector<Setup> const all{
        {.name = "everything",
         .sentence = "every call from where every type of object is at hand",
         .without = {},
         .timeouts = {at_once, for_ever},
         .devices = true,
         .signalled = true,
         .faults = true,
         .depth = 3,
         .short_depth = 1},
        {.name = "messages",
         .sentence = "messages, capabilities in them, notifications, and ends in the middle",
         .without =
             all_but({Call::send, Call::receive, Call::call, Call::reply, Call::reply_receive,
                      Call::signal, Call::wait, Call::remove, Call::revoke, Call::process_kill,
                      Call::thread_kill, Call::thread_exit}),
         .timeouts = {for_ever},
         .depth = 4,
         .short_depth = 2},
        {.name = "threads",
         .sentence = "threads and time: budgets, timeouts, faults, bindings, awaited ends",
         .without = all_but({Call::bind, Call::thread_start, Call::thread_join, Call::thread_kill,
                             Call::thread_exit, Call::thread_place, Call::yield, Call::sleep,
                             Call::call, Call::receive, Call::reply, Call::signal, Call::wait,
                             Call::process_wait, Call::process_exit}),
         .timeouts = {at_once, 1'000'000},
         .limited = true,
         .faults = true,
         .peers = true,
         .depth = 4,
         .short_depth = 2},
        {.name = "capabilities",
         .sentence = "capabilities alone: what is made, handed on, mapped and taken back",
         .without = all_but({Call::create, Call::create_account, Call::derive, Call::move,
                             Call::remove, Call::revoke, Call::map, Call::protect,
                             Call::process_kill, Call::process_exit}),
         .timeouts = {},
         .depth = 3,
         .short_depth = 1},
    };
    return all;
}

} // namespace axiom::kernel::explore
