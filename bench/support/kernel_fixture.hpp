#pragma once
// A whole kernel for benches: the real library over a machine that does next to nothing, so that
// what is measured is the kernel's own.

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include <axiom/log/log.hpp>
#include <kernel/core/kernel.hpp>

namespace axiom::bench {

/// Remembers what the kernel shares with threads and who is to be stopped; page tables are a word.
class IdleMachine final : public kernel::Machine {
  public:
    explicit IdleMachine(std::uint32_t threads) : buffers_(threads) {}

    kernel::MessageBuffer* buffer(std::uint32_t thread, kernel::FrameBlock block) noexcept override;
    void start(std::uint32_t thread, std::uint32_t space,
               kernel::StartState const& state) noexcept override;
    void zero(kernel::FrameBlock block) noexcept override;
    bool map(kernel::MappedPages const& where, kernel::FrameBlock block,
             kernel::Access access) noexcept override;
    bool map_device(kernel::MappedPages const& where, std::uint64_t first_page,
                    kernel::Access access) noexcept override;
    void protect(kernel::MappedPages const& where, kernel::Access access) noexcept override;
    void unmap(kernel::MappedPages const& where) noexcept override;
    void end_space(std::uint32_t space) noexcept override;
    void stop(kernel::CpuSet cpus) noexcept override;
    MutableBytes memory(kernel::FrameBlock block) noexcept override;
    void mask(std::uint64_t line, bool masked) noexcept override;
    std::uint32_t port_in(std::uint16_t port, unsigned bytes) noexcept override;
    void port_out(std::uint16_t port, unsigned bytes, std::uint32_t value) noexcept override;
    void debug_write(Bytes text) noexcept override;

    /// Whether this CPU was to be stopped, since it was asked last.
    [[nodiscard]] bool take_wish(kernel::Cpu cpu) noexcept {
        auto& wanted = wanted_[cpu.value].is_set;
        return wanted.load(std::memory_order_relaxed) && wanted.exchange(false);
    }
    void wish(kernel::CpuSet cpus) noexcept { stop(cpus); }

  private:
    struct alignas(64) Wish {
        std::atomic<bool> is_set{};
    };

    std::vector<kernel::MessageBuffer> buffers_;
    std::uint64_t table_{};
    std::array<Wish, kernel::cpus_max> wanted_{};
};

struct KernelSize {
    std::uint32_t cpus{1};
    std::uint32_t capabilities{512};
    bool with_syslog{true};
};

class KernelFixture {
  public:
    using Arguments = std::array<std::uint64_t, 8>;

    /// The slots that `Start` fills and the first free one.
    static constexpr std::uint32_t account_slot = 0;
    static constexpr std::uint32_t self_slot = 1;
    static constexpr std::uint32_t space_slot = 2;
    static constexpr std::uint32_t free_slot = kernel::start_capabilities + 2;
    static constexpr std::uint64_t own{~std::uint64_t{0}};

    explicit KernelFixture(KernelSize const& size);

    [[nodiscard]] kernel::Kernel& kernel() noexcept { return *kernel_; }
    [[nodiscard]] IdleMachine& machine() noexcept { return *machine_; }

    /// A call of the thread that runs on CPU 0. It must be done at once.
    void call(kernel::Call number, Arguments const& arguments);

    /// The same of a thread that then waits, or of another CPU's.
    kernel::Decision enter(kernel::Cpu cpu, kernel::Call number, Arguments const& arguments);

    /// An object of the first process, that its account pays for.
    void create(kernel::ObjectType type, std::uint32_t slot, std::uint64_t first = 0,
                std::uint64_t count = 0);

    /// A thread of the first process that is ready to run on this CPU alone, under a context that
    /// has all of the time. It takes this slot and the next. Returns its index.
    std::uint32_t start_thread(kernel::Cpu cpu, std::uint32_t slot, std::uint64_t priority);

    /// The first thread waits for ever; others have CPU 0 then.
    void retire_first() { enter(kernel::Cpu{0}, kernel::Call::sleep, {kernel::for_ever}); }

    /// What axiomd does: takes what is in the log, and calls it durable.
    void drain(kernel::Cpu cpu) noexcept;

    std::uint64_t now_ns{1000};

  private:
    [[nodiscard]] kernel::KernelOptions options() noexcept;

    kernel::KernelCapacities rows_;
    KernelSize size_;
    std::unique_ptr<IdleMachine> machine_;
    std::vector<std::byte> memory_;
    Arena arena_;
    LogState log_state_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<kernel::KernelDomain> domain_;
    std::unique_ptr<kernel::Syslog> syslog_;
    std::unique_ptr<kernel::Kernel> kernel_;
};

} // namespace axiom::bench
