#pragma once
// A machine without pointers or allocations of its own, so that it can be put aside and brought
// back byte by byte together with the kernel that runs on it.

#include <array>

#include <kernel/core/kernel.hpp>

namespace axiom::kernel::explore {

inline constexpr std::uint32_t machine_threads = 6;
inline constexpr std::uint32_t machine_spaces = 5;
inline constexpr std::uint32_t machine_lines = 2;
inline constexpr std::uint64_t space_pages = 4;

class SmallMachine final : public Machine {
  public:
    struct Page {
        bool mapped{};
        Access access{};
    };

    MessageBuffer* buffer(std::uint32_t thread, FrameBlock /*block*/) noexcept override {
        buffers[thread] = {};
        buffers[thread].window = no_window;
        return &buffers[thread];
    }
    void start(std::uint32_t /*thread*/, std::uint32_t /*space*/,
               StartState const& /*state*/) noexcept override {}
    void zero(FrameBlock block) noexcept override {
        zeroed += block.frames();
        if (block.first.value != row_end) {
            row_start = block.first.value;
        }
        row_end = block.first.value + block.frames();
    }
    /// What a region holds is nobody's business here: written, and never read.
    MutableBytes memory(FrameBlock block) noexcept override {
        return scratch.first(std::size_t{block.frames()} * 4096);
    }
    bool map(MappedPages const& where, FrameBlock /*block*/, Access access) noexcept override {
        return add(where, access);
    }
    bool map_device(MappedPages const& where, std::uint64_t /*first_page*/,
                    Access access) noexcept override {
        return add(where, access);
    }
    void protect(MappedPages const& where, Access access) noexcept override {
        each(where, [&](Page& page) { page.access = access; });
    }
    void unmap(MappedPages const& where) noexcept override {
        each(where, [](Page& page) { page = {}; });
    }
    void end_space(std::uint32_t /*space*/) noexcept override {}

    /// Every other CPU is brought in at once; what it runs then it says when it is asked next.
    void stop(CpuSet cpus) noexcept override {
        for (std::uint32_t cpu = 0; cpu < cpus_max; ++cpu) {
            if (cpus.contains(Cpu{cpu})) {
                kernel->acknowledge(Cpu{cpu});
            }
        }
        stopped.bits |= cpus.bits;
    }
    void mask(std::uint64_t line, bool masked) noexcept override { unmasked.at(line) = !masked; }
    std::uint32_t port_in(std::uint16_t /*port*/, unsigned /*bytes*/) noexcept override {
        return 0;
    }
    void port_out(std::uint16_t /*port*/, unsigned /*bytes*/,
                  std::uint32_t /*value*/) noexcept override {}
    void debug_write(Bytes /*text*/) noexcept override {}

    /// What is mapped there; none if nothing is, or nothing can be.
    [[nodiscard]] Page const* page(std::uint32_t space, std::uint64_t address) const noexcept {
        std::uint64_t const index = address / 4096;
        bool const there = space < machine_spaces && index < space_pages;
        Page const* const found = there ? &pages[space][index] : nullptr;
        return found != nullptr && found->mapped ? found : nullptr;
    }
    [[nodiscard]] std::size_t mapped_pages() const noexcept {
        std::size_t count = 0;
        for (auto const& space : pages) {
            for (Page const& page : space) {
                count += page.mapped ? 1 : 0;
            }
        }
        return count;
    }

    Kernel* kernel{};
    MutableBytes scratch; // as much as all frames
    CpuSet stopped{};
    std::uint64_t zeroed{};    // frames, since the start
    std::uint32_t row_start{}; // of those that were zeroed last, one after another
    std::uint32_t row_end{};
    std::array<bool, machine_lines> unmasked{};
    std::array<std::array<Page, space_pages>, machine_spaces> pages{};
    std::array<MessageBuffer, machine_threads> buffers{};

  private:
    template <class Visit> void each(MappedPages const& where, Visit&& visit) noexcept {
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            visit(pages.at(where.space).at(where.address / 4096 + page));
        }
    }
    bool add(MappedPages const& where, Access access) noexcept {
        for (std::uint64_t page = 0; page < where.pages; ++page) {
            std::uint64_t const index = where.address / 4096 + page;
            if (index >= space_pages || pages.at(where.space)[index].mapped) {
                return false;
            }
        }
        each(where, [&](Page& page) { page = {.mapped = true, .access = access}; });
        return true;
    }
};

} // namespace axiom::kernel::explore
