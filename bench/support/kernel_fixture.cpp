// Start, and what every bench of the kernel asks of it first; see kernel_fixture.hpp.

#include <bench/support/kernel_fixture.hpp>

#include <bench/support/failure.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::bench {

using namespace kernel;

namespace {

constexpr RingSize ring{.bytes = 4U << 20U, .entries = 16384};
constexpr Capacities log_capacities{4, 4, 4, 4, 4, 4, 4, 4};
constexpr std::array<DomainInfo const*, 2> domains{&log_domain, &kernel_domain};
constexpr Quota plenty{.pages = 1U << 20U,
                       .objects = 1U << 20U,
                       .capabilities = 1U << 20U,
                       .threads = 1U << 20U,
                       .cpu_us = 1U << 30U,
                       .log_bytes = 1U << 30U};

KernelCapacities rows_of(KernelSize const& size) {
    return {.accounts = 4,
            .processes = 4,
            .threads = 16,
            .spaces = 4,
            .regions = 8,
            .endpoints = 16,
            .notifications = 4,
            .contexts = 16,
            .interrupts = 4,
            .ports = 4,
            .capabilities = size.capabilities,
            .rings = 2 * size.cpus};
}

} // namespace

MessageBuffer* IdleMachine::buffer(std::uint32_t thread, FrameBlock /*block*/) noexcept {
    buffers_[thread].window = no_window;
    return &buffers_[thread];
}
bool IdleMachine::map(MappedPages const& where, FrameBlock block, Access access) noexcept {
    table_ = where.address | block.first.value | (access.write ? 1U : 0U);
    return true;
}
bool IdleMachine::map_device(MappedPages const& where, std::uint64_t first_page,
                             Access access) noexcept {
    return map(where, {.first = Frame{static_cast<std::uint32_t>(first_page)}}, access);
}
MutableBytes IdleMachine::memory(FrameBlock /*block*/) noexcept {
    return {}; // nobody reads regions here
}
void IdleMachine::unmap(MappedPages const& /*where*/) noexcept {
    table_ = 0;
}
void IdleMachine::stop(CpuSet cpus) noexcept {
    for (std::uint32_t cpu = 0; cpu < cpus_max; ++cpu) {
        if (cpus.contains(Cpu{cpu})) {
            wanted_[cpu].is_set.store(true);
        }
    }
}
std::uint32_t IdleMachine::port_in(std::uint16_t /*port*/, unsigned /*bytes*/) noexcept {
    return 0;
}
void IdleMachine::start(std::uint32_t /*thread*/, std::uint32_t /*space*/,
                        StartState const& /*state*/) noexcept {}
void IdleMachine::zero(FrameBlock /*block*/) noexcept {}
void IdleMachine::protect(MappedPages const& /*where*/, Access /*access*/) noexcept {}
void IdleMachine::end_space(std::uint32_t /*space*/) noexcept {}
void IdleMachine::mask(std::uint64_t /*line*/, bool /*masked*/) noexcept {}
void IdleMachine::port_out(std::uint16_t /*port*/, unsigned /*bytes*/,
                           std::uint32_t /*value*/) noexcept {}
void IdleMachine::debug_write(Bytes /*text*/) noexcept {}

KernelFixture::KernelFixture(KernelSize const& size)
    : rows_{rows_of(size)}, size_{size}, machine_{std::make_unique<IdleMachine>(rows_.threads)},
      memory_(Log::bytes_for(ring) + LogState::bytes_for(log_capacities) +
              KernelDomain::bytes_for(rows_) + Syslog::bytes_for(size.cpus) +
              Kernel::bytes_for(options(), rows_)),
      arena_{MutableBytes{memory_}}, log_state_{arena_, log_capacities} {
    log_ = std::make_unique<Log>(
        LogConfig{.engine = &host::fastest_engine(), .domains = domains, .ring = ring}, arena_,
        log_state_);
    domain_ = std::make_unique<KernelDomain>(arena_, rows_);
    if (size.with_syslog) {
        syslog_ = std::make_unique<Syslog>(arena_, size.cpus, BootNumber{1});
    }
    kernel_ = std::make_unique<Kernel>(arena_, options());
    Genesis genesis{.label = "bench", .capacities = log_capacities};
    genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), 1});
    genesis.domains.push_back(
        {static_cast<std::uint16_t>(DomainNumber::kernel), kernel_domain.version});
    require(log_->begin(genesis, WallTime{0}).has_value(), "begin a log");
    Start const start{.capacities = rows_, .limit = plenty, .principal = PrincipalId{1}};
    require(kernel_->boot(start, {}).has_value(), "boot a kernel");
    require(kernel_->timer(Cpu{0}, now_ns).thread == 0, "the first thread runs");
    call(Call::thread_place, {start_capabilities, 1});
}

KernelOptions KernelFixture::options() noexcept {
    return {.machine = machine_.get(),
            .log = log_.get(),
            .domain = domain_.get(),
            .syslog = syslog_.get(),
            .cpus = size_.cpus,
            .frames = 4096,
            .lines = 16};
}

Decision KernelFixture::enter(Cpu cpu, Call number, Arguments const& arguments) {
    now_ns += 1;
    return kernel_->call(cpu, now_ns, {static_cast<std::uint64_t>(number), arguments});
}

void KernelFixture::call(Call number, Arguments const& arguments) {
    std::uint32_t const thread = kernel_->running(Cpu{0});
    require(thread != no_thread, "a thread runs on CPU 0");
    Decision const decision = enter(Cpu{0}, number, arguments);
    CallAnswer const& answer = kernel_->thread(thread).answer;
    require(decision.thread == thread && answer.done(),
            "call " + std::to_string(static_cast<unsigned>(number)) + " was answered " +
                std::to_string(answer.status));
    drain(Cpu{0});
}

void KernelFixture::create(ObjectType type, std::uint32_t slot, std::uint64_t first,
                           std::uint64_t count) {
    std::uint64_t const uses = type == ObjectType::thread ? std::uint64_t{self_slot} : own;
    call(Call::create,
         {account_slot, own, slot, static_cast<std::uint64_t>(type), first, count, uses});
}

std::uint32_t KernelFixture::start_thread(Cpu cpu, std::uint32_t slot, std::uint64_t priority) {
    constexpr std::uint64_t period_us = 1000;
    create(ObjectType::thread, slot, priority);
    auto const index = static_cast<std::uint32_t>(kernel_->thread(0).answer.words[0]);
    create(ObjectType::context, slot + 1, period_us, period_us);
    call(Call::bind, {slot, slot + 1, 0, static_cast<std::uint64_t>(Binding::context)});
    call(Call::thread_place, {slot, std::uint64_t{1} << cpu.value});
    call(Call::thread_start, {slot});
    return index;
}

void KernelFixture::drain(Cpu cpu) noexcept {
    kernel_->with_log(cpu, [](Log& log) {
        while (log.drain({})) {
        }
        log.durable_through(log.drained());
    });
}

} // namespace axiom::bench
