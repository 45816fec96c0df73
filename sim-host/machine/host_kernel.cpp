#include <sim-host/machine/host_kernel.hpp>

#include <services/axiomd/catalog.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::host {

namespace {

constexpr RingSize ring{.bytes = 4U << 20U, .entries = 1U << 14U};
constexpr std::size_t log_state_bytes_max = std::size_t{1} << 20U;

} // namespace

HostKernel::HostKernel(HostKernelOptions const& options, std::unique_ptr<HostMachine> machine)
    : machine_{std::move(machine)},
      memory_(Log::bytes_for(ring) + LogState::bytes_for(default_capacities) +
              kernel::KernelDomain::bytes_for(options.rows) +
              kernel::Syslog::bytes_for(options.cpus)),
      arena_{MutableBytes{memory_}}, log_state_{arena_, default_capacities},
      log_{{.engine = &fastest_engine(), .domains = axiomd::known_domains(), .ring = ring},
           arena_,
           log_state_},
      domain_{arena_, options.rows}, syslog_{arena_, options.cpus, BootNumber{this_boot}},
      kernel_memory_(kernel::Kernel::bytes_for(kernel_options(options), options.rows)),
      kernel_arena_{MutableBytes{kernel_memory_}}, kernel_{kernel_arena_, kernel_options(options)} {
    machine_->set_kernel(kernel_);
}

HostKernel::~HostKernel() = default;

Hash256 HostKernel::kernel_root() noexcept {
    return domain_.root(fastest_engine());
}

kernel::KernelOptions HostKernel::kernel_options(HostKernelOptions const& options) noexcept {
    return {.machine = machine_.get(),
            .log = &log_,
            .domain = &domain_,
            .syslog = &syslog_,
            .cpus = options.cpus,
            .frames = options.frames,
            .first_page = 0,
            .lines = interrupt_lines,
            .log_parts = {.state = &log_state_,
                          .state_bytes_max = log_state_bytes_max,
                          .engine = &fastest_engine(),
                          .identity = {.domains = axiomd::known_versions()}}};
}

HostResult<std::unique_ptr<HostKernel>> HostKernel::boot(HostKernelOptions const& options) {
    auto machine = TRY(HostMachine::create({.cpus = options.cpus,
                                            .threads = options.rows.threads,
                                            .spaces = options.rows.spaces,
                                            .frames = options.frames,
                                            .programs = options.programs,
                                            .module = options.module,
                                            .debug_output = options.debug_output,
                                            .on_fault = options.on_fault}));
    std::unique_ptr<HostKernel> host{new HostKernel{options, std::move(machine)}};
    auto const booted = host->kernel_.boot({.capacities = options.rows,
                                            .limit = options.limit,
                                            .principal = PrincipalId{1},
                                            .device_pages = host->machine_->device_pages(),
                                            .ports = kernel::ports_end},
                                           {.argument = options.argument});
    if (!booted) {
        return found_problem(Code::out_of_range, "kernel", sentence_of(booted.error().check));
    }
    host->cpus_ = std::make_unique<CpuThreads>(host->kernel_, *host->machine_);
    return host;
}

} // namespace axiom::host
