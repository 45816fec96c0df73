#pragma once
// HostKernel: the kernel process's kernel, whole: log, state, SysLog and machine, in one arena.
// The composition that kernel-image repeats with its own machine.

#include <memory>
#include <vector>

#include <axiom/log/log.hpp>
#include <sim-host/machine/cpu_threads.hpp>

namespace axiom::host {

struct HostKernelOptions {
    std::uint32_t cpus{2};
    std::uint32_t frames{}; // of memory
    kernel::KernelCapacities rows{};
    kernel::Quota limit{};             // of the first account
    std::vector<ProgramFile> programs; // the first is what the first process runs
    std::uint64_t argument{};          // its argument
    std::vector<std::byte> module;     // what the boot medium carries
    std::function<void(Bytes)> debug_output;
    std::function<void(std::uint32_t thread, kernel::Fault const&)> on_fault;
};

class HostKernel {
  public:
    /// Boots, with a log that nobody has attached yet.
    [[nodiscard]] static HostResult<std::unique_ptr<HostKernel>>
    boot(HostKernelOptions const& options);

    HostKernel(HostKernel const&) = delete;
    HostKernel& operator=(HostKernel const&) = delete;
    ~HostKernel();

    /// Returns when a process has switched the machine off. False: the first process, whose task
    /// that is, has ended without.
    bool run() {
        cpus_->await_off();
        return !machine_->has_lost_first_process();
    }

    // ── not while it runs ──────────────────────────────────────────────────────────────────────

    /// Of the state that the log of this boot has led to.
    [[nodiscard]] Hash256 kernel_root() noexcept;
    [[nodiscard]] kernel::Kernel const& kernel() const noexcept { return kernel_; }
    [[nodiscard]] HostMachine& machine() noexcept { return *machine_; }

  private:
    HostKernel(HostKernelOptions const& options, std::unique_ptr<HostMachine> machine);

    [[nodiscard]] kernel::KernelOptions kernel_options(HostKernelOptions const& options) noexcept;

    std::unique_ptr<HostMachine> machine_;
    std::vector<std::byte> memory_;
    Arena arena_;
    LogState log_state_;
    Log log_;
    kernel::KernelDomain domain_;
    kernel::Syslog syslog_;
    std::vector<std::byte> kernel_memory_;
    Arena kernel_arena_;
    kernel::Kernel kernel_;
    std::unique_ptr<CpuThreads> cpus_;
};

} // namespace axiom::host
