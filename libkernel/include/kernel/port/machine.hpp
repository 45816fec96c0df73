#pragma once
// Machine: what the kernel asks of what it runs on. The whole contract.
//
// Each implementation keeps, for every thread, its registers and the two pages that it shares with
// the kernel, and for every address space its page tables. Only kernel/core calls it; a method that
// names no lock is called with the authority lock held.

#include <axiom/base/bytes.hpp>

#include <kernel/abi/message.hpp>
#include <kernel/memory/frame_pool.hpp>
#include <kernel/task/cpu.hpp>

namespace axiom::kernel {

/// What a mapping allows. Never writable and executable at once.
struct Access {
    bool write{};
    bool execute{};
};

/// Pages of an address space, by their index in its table, and of a region's frames or registers.
struct MappedPages {
    std::uint32_t space{};
    std::uint64_t address{}; // of the first, a multiple of 4 KiB
    std::uint64_t pages{};
};

/// Where a thread begins.
struct StartState {
    std::uint64_t entry{};
    std::uint64_t stack{};
    std::uint64_t argument{};
};

class Machine {
  public:
    /// The buffer of the thread at this index, zeroed: its frames are `block`.
    [[nodiscard]] virtual MessageBuffer* buffer(std::uint32_t thread,
                                                FrameBlock block) noexcept = 0;

    /// What a thread that starts finds in its registers; its process's space is `space`.
    virtual void start(std::uint32_t thread, std::uint32_t space,
                       StartState const& state) noexcept = 0;

    /// What one process leaves in them no other sees.
    virtual void zero(FrameBlock block) noexcept = 0;

    /// Where the kernel itself reaches the block's memory, all of it.
    [[nodiscard]] virtual MutableBytes memory(FrameBlock block) noexcept = 0;

    /// Maps memory, or a device's registers from page `first_page` on. False, and nothing is
    /// mapped: the space's page tables are full, something is mapped there already, or the address
    /// is not one of user space.
    [[nodiscard]] virtual bool map(MappedPages const& where, FrameBlock block,
                                   Access access) noexcept = 0;
    [[nodiscard]] virtual bool map_device(MappedPages const& where, std::uint64_t first_page,
                                          Access access) noexcept = 0;
    virtual void protect(MappedPages const& where, Access access) noexcept = 0;

    /// Gone for good once every CPU has acknowledged what `stop` asks.
    virtual void unmap(MappedPages const& where) noexcept = 0;
    virtual void end_space(std::uint32_t space) noexcept = 0;

    /// Makes each CPU in the set enter the kernel, forget what it knows of page tables, and call
    /// `Kernel::acknowledge` before anything else: one that is there already as soon as it leaves,
    /// and before it runs a thread. Does not wait.
    virtual void stop(CpuSet cpus) noexcept = 0;

    // With or without locks.
    /// A masked line is remembered, not delivered.
    virtual void mask(std::uint64_t line, bool masked) noexcept = 0;
    /// `bytes` is 1, 2 or 4.
    [[nodiscard]] virtual std::uint32_t port_in(std::uint16_t port, unsigned bytes) noexcept = 0;
    virtual void port_out(std::uint16_t port, unsigned bytes, std::uint32_t value) noexcept = 0;
    virtual void debug_write(Bytes text) noexcept = 0;

  protected:
    ~Machine() = default;
};

} // namespace axiom::kernel
