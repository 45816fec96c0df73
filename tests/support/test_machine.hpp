#pragma once
// A machine that is only memory: what the kernel told it can be looked at. One thread of the test
// plays all its CPUs.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <kernel/core/kernel.hpp>

namespace axiom::kernel::test {

/// User space: [4096, user_end).
inline constexpr std::uint64_t user_end = std::uint64_t{1} << 47U;

inline constexpr std::uint64_t large_bytes = std::uint64_t{large_frames} * 4096;

class TestMachine : public Machine {
  public:
    struct Mapped {
        std::uint64_t frame{}; // or a device's page
        bool device{};
        Access access{};
    };

    MessageBuffer* buffer(std::uint32_t thread, FrameBlock /*block*/) noexcept override {
        auto& buffer = buffers[thread];
        buffer = std::make_unique<MessageBuffer>();
        buffer->window = no_window;
        return buffer.get();
    }
    void start(std::uint32_t thread, std::uint32_t space,
               StartState const& state) noexcept override {
        started[thread] = {space, state};
    }
    void zero(FrameBlock block) noexcept override {
        zeroed += block.frames();
        for (std::uint32_t index = 0; index < block.frames(); ++index) {
            written_to.erase(block.first.value + index);
        }
        if (while_zeroing) {
            while_zeroing();
        }
    }
    MutableBytes memory(FrameBlock block) noexcept override {
        std::size_t const bytes = std::size_t{block.frames()} * 4096;
        std::size_t const first = std::size_t{block.first.value} * 4096;
        if (memory_.size() < first + bytes) {
            memory_.resize(first + bytes);
        }
        return MutableBytes{memory_}.subspan(first, bytes);
    }
    bool map(MappedPages const& where, FrameBlock block, Access access) noexcept override {
        bool const mapped = add(where, block.first.value, false, access);
        bool const as_one = block.order == large_order && where.address % large_bytes == 0;
        mapped_as_large += mapped && as_one ? 1 : 0;
        for (std::uint32_t index = 0; mapped && index < block.frames(); ++index) {
            written_to.insert(block.first.value + index); // by whoever holds it
        }
        return mapped;
    }
    bool map_device(MappedPages const& where, std::uint64_t first_page,
                    Access access) noexcept override {
        return add(where, first_page, true, access);
    }
    void protect(MappedPages const& where, Access access) noexcept override {
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            pages.at({where.space, where.address + page * 4096}).access = access;
        }
    }
    void unmap(MappedPages const& where) noexcept override {
        if (while_unmapping) {
            while_unmapping();
        }
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            pages.erase({where.space, where.address + page * 4096});
        }
    }
    void end_space(std::uint32_t space) noexcept override { ended_spaces.push_back(space); }

    /// Every other CPU is outside the kernel, and comes in at once, but for those that are `late`.
    void stop(CpuSet cpus) noexcept override {
        if (while_stopping) {
            while_stopping();
        }
        for (std::uint32_t cpu = 0; cpu < cpus_max; ++cpu) {
            if (cpus.contains(Cpu{cpu}) && !late.contains(Cpu{cpu})) {
                kernel->acknowledge(Cpu{cpu});
            }
        }
        stopped.bits |= cpus.bits;
    }
    void mask(std::uint64_t line, bool masked) noexcept override {
        std::scoped_lock const held{devices_};
        lines[line] = masked;
    }
    std::uint32_t port_in(std::uint16_t port, unsigned /*bytes*/) noexcept override {
        std::scoped_lock const held{devices_};
        return ports[port];
    }
    void port_out(std::uint16_t port, unsigned /*bytes*/, std::uint32_t value) noexcept override {
        std::scoped_lock const held{devices_};
        ports[port] = value;
    }
    void debug_write(Bytes text) noexcept override {
        std::scoped_lock const held{devices_};
        written.append(reinterpret_cast<char const*>(text.data()), text.size());
    }

    Kernel* kernel{};
    std::map<std::uint32_t, std::unique_ptr<MessageBuffer>> buffers;
    std::map<std::uint32_t, std::pair<std::uint32_t, StartState>> started;
    std::map<std::pair<std::uint32_t, std::uint64_t>, Mapped> pages;
    std::vector<std::uint32_t> ended_spaces;
    std::map<std::uint64_t, bool> lines;
    std::map<std::uint16_t, std::uint32_t> ports;
    std::string written;
    std::uint64_t zeroed{};
    std::set<std::uint32_t> written_to;  // frames that were mapped since they were zeroed
    std::uint64_t mapped_as_large{};     // blocks of 2 MiB in one entry of a page table
    std::function<void()> while_zeroing; // what a hostile peer does meanwhile
    std::function<void()> while_unmapping;
    std::function<void()> while_stopping;
    CpuSet late{};                       // they acknowledge when the test says so
    std::uint64_t space_pages_max{1000}; // of all spaces together
    CpuSet stopped{};

  private:
    std::vector<std::byte> memory_; // as far as the kernel itself has reached there
    std::mutex devices_;            // which are reached without the kernel's locks

    bool add(MappedPages const& where, std::uint64_t first, bool device, Access access) {
        bool const in_user_space = where.address >= 4096 && where.address < user_end &&
                                   where.pages <= (user_end - where.address) / 4096;
        if (!in_user_space || pages.size() + where.pages > space_pages_max) {
            return false;
        }
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            if (pages.contains({where.space, where.address + page * 4096})) {
                return false;
            }
        }
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            pages[{where.space, where.address + page * 4096}] = {first + page, device, access};
        }
        return true;
    }
};

} // namespace axiom::kernel::test
