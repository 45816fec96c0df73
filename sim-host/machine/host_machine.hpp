#pragma once
// HostMachine: the machine that libkernel runs on in the kernel process. Its physical memory is
// shared memory, its address spaces are processes of this host, its CPUs are threads
// (machine/cpu_threads.hpp).

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <kernel/core/kernel.hpp>
#include <sim-host/machine/death_watch.hpp>
#include <sim-host/machine/host_thread.hpp>
#include <sim-host/machine/interrupt_lines.hpp>
#include <sim-host/machine/spaces.hpp>

namespace axiom::host {

/// The machine's interrupt lines: this one, and those of devices.
inline constexpr std::uint64_t power_button_line = 0;
inline constexpr std::uint32_t interrupt_lines = 16;

struct HostMachineOptions {
    std::uint32_t cpus{2};
    std::uint32_t threads{}; // rows of the kernel's tables
    std::uint32_t spaces{};
    std::uint32_t frames{};
    /// Executables: the first thread of a process begins with the number of one as its `entry`.
    std::vector<ProgramFile> programs;
    /// What the boot medium carries, in pages [1, …) of the machine, for reading.
    std::vector<std::byte> module;
    std::function<void(Bytes)> debug_output;
    /// For people, about faults; called by any CPU.
    std::function<void(std::uint32_t thread, kernel::Fault const&)> on_fault;
};

class HostMachine final : public kernel::Machine {
  public:
    [[nodiscard]] static HostResult<std::unique_ptr<HostMachine>>
    create(HostMachineOptions options);

    /// As `Start` says it: the module's pages, and page 0 before them.
    [[nodiscard]] std::uint64_t device_pages() const noexcept;

    /// Once, before it boots.
    void set_kernel(kernel::Kernel const& kernel) noexcept { kernel_ = &kernel; }

    kernel::MessageBuffer* buffer(std::uint32_t thread, kernel::FrameBlock block) noexcept override;
    void start(std::uint32_t thread, std::uint32_t space,
               kernel::StartState const& state) noexcept override;
    void zero(kernel::FrameBlock block) noexcept override;
    [[nodiscard]] MutableBytes memory(kernel::FrameBlock block) noexcept override;
    [[nodiscard]] bool map(kernel::MappedPages const& where, kernel::FrameBlock block,
                           kernel::Access access) noexcept override;
    [[nodiscard]] bool map_device(kernel::MappedPages const& where, std::uint64_t first_page,
                                  kernel::Access access) noexcept override;
    void protect(kernel::MappedPages const& where, kernel::Access access) noexcept override;
    void unmap(kernel::MappedPages const& where) noexcept override;
    void end_space(std::uint32_t space) noexcept override;
    void stop(kernel::CpuSet cpus) noexcept override;
    void mask(std::uint64_t line, bool masked) noexcept override;
    [[nodiscard]] std::uint32_t port_in(std::uint16_t port, unsigned bytes) noexcept override;
    void port_out(std::uint16_t port, unsigned bytes, std::uint32_t value) noexcept override;
    void debug_write(Bytes text) noexcept override;

    // ── for the threads that are its CPUs ──────────────────────────────────────────────────────

    /// What a CPU is asked to do; a futex word, which changes with each wish.
    struct alignas(64) CpuWishes {
        std::atomic<std::uint32_t> count{};
        std::atomic<bool> acknowledge{};
        std::atomic<bool> enter{};
        std::atomic<bool> idle{}; // it has nothing to do; a hint
    };
    [[nodiscard]] CpuWishes& wishes(kernel::Cpu cpu) noexcept { return wishes_[cpu.value]; }
    [[nodiscard]] std::uint32_t cpus() const noexcept { return options_.cpus; }
    void bring_in(kernel::CpuSet cpus) noexcept;

    /// The thread at this index, which the kernel has said runs here; none: it could not be made.
    [[nodiscard]] std::shared_ptr<HostThread> thread(std::uint32_t index) const {
        return threads_[index].load();
    }

    void note_fault(std::uint32_t thread, kernel::Fault const& fault) const {
        if (options_.on_fault) {
            options_.on_fault(thread, fault);
        }
    }

    /// Spaces whose process has died without the kernel's doing.
    [[nodiscard]] DeathWatch& deaths() noexcept { return deaths_; }

    [[nodiscard]] InterruptLines& lines() noexcept { return *lines_; }
    void press_power_button() noexcept { lines_->raise(power_button_line); }

    /// Somebody has switched the machine off, or nobody is left who could.
    [[nodiscard]] bool is_off() const noexcept { return off_.load(); }
    void switch_off() noexcept;
    [[nodiscard]] bool has_lost_first_process() const noexcept { return lost_first_.load(); }

    /// A CPU has left the kernel for good.
    void leave() noexcept { left_.fetch_add(1); }
    [[nodiscard]] bool all_have_left() const noexcept { return left_.load() == options_.cpus; }

  private:
    static constexpr std::uint32_t no_space = ~std::uint32_t{0};

    void bring_in_somebody() noexcept;
    HostMachine(HostMachineOptions options, PhysicalMemory memory, SharedObject module);

    HostMachineOptions options_;
    kernel::Kernel const* kernel_{};
    PhysicalMemory memory_;
    SharedObject module_;
    Spaces spaces_;
    std::vector<std::atomic<std::shared_ptr<HostThread>>> threads_;
    std::vector<kernel::FrameBlock> buffers_; // by thread
    std::vector<CpuWishes> wishes_;
    std::atomic<std::uint32_t> first_space_{no_space};
    std::atomic<bool> lost_first_{};
    std::atomic<bool> off_{};
    std::atomic<std::uint32_t> left_{};
    DeathWatch deaths_; // last: the threads of these two use the others
    std::unique_ptr<InterruptLines> lines_;
};

} // namespace axiom::host
