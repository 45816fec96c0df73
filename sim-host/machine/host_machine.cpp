#include <sim-host/machine/host_machine.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include <sim-host/fabric/futex.hpp>

namespace axiom::host {

using kernel::FrameBlock;
using kernel::MappedPages;

HostResult<std::unique_ptr<HostMachine>> HostMachine::create(HostMachineOptions options) {
    PhysicalMemory memory = TRY(PhysicalMemory::create(options.frames));
    SharedObject module = TRY(SharedObject::create(std::max<std::size_t>(
        round_up<std::size_t>(options.module.size(), kernel::frame_bytes), kernel::frame_bytes)));
    ssize_t const written =
        ::pwrite(module.descriptor(), options.module.data(), options.module.size(), 0);
    if (written != static_cast<ssize_t>(options.module.size())) {
        return system_problem("boot module", "write", errno);
    }
    std::unique_ptr<HostMachine> machine{
        new HostMachine{std::move(options), std::move(memory), std::move(module)}};
    machine->lines_ = TRY(
        InterruptLines::create(interrupt_lines, [of = machine.get()] { of->bring_in_somebody(); }));
    return machine;
}

std::uint64_t HostMachine::device_pages() const noexcept {
    return 1 + round_up<std::uint64_t>(options_.module.size(), kernel::frame_bytes) /
                   kernel::frame_bytes;
}

HostMachine::HostMachine(HostMachineOptions options, PhysicalMemory memory, SharedObject module)
    : options_{std::move(options)}, memory_{std::move(memory)}, module_{std::move(module)},
      spaces_{memory_, options_.spaces}, threads_(options_.threads), buffers_(options_.threads),
      wishes_(options_.cpus), deaths_{[this] { bring_in(kernel::CpuSet::first(1)); }} {}

// The host's want of memory is not the caller's fault, and nothing is left to go on with: the boot
// ends here, and is recovered from.
kernel::MessageBuffer* HostMachine::buffer(std::uint32_t thread, FrameBlock block) noexcept {
    zero(block);
    buffers_[thread] = block;
    auto* const buffer = new (memory_.memory(block).data()) kernel::MessageBuffer;
    buffer->window = kernel::no_window;
    return buffer;
}

void HostMachine::zero(FrameBlock block) noexcept {
    spaces_.forget(block);
    auto const begun = memory_.begin(block);
    AXIOM_ASSERT(begun.has_value());
}

// A thread whose process cannot be made is there for the kernel, and does nothing but fault.
void HostMachine::start(std::uint32_t thread, std::uint32_t space,
                        kernel::StartState const& state) noexcept {
    std::uint32_t none = no_space;
    first_space_.compare_exchange_strong(none, space);
    threads_[thread].store(nullptr);
    auto const before = spaces_.process(space);
    bool const is_first = !before || before->has_ended();
    if (is_first && state.entry >= options_.programs.size()) {
        return;
    }
    auto process = before;
    if (is_first) {
        ProgramFile const& program = options_.programs[state.entry];
        process =
            spaces_.process(space, program, program.line ? lines_->descriptor(*program.line) : -1);
    }
    if (!process) {
        return;
    }
    if (is_first) {
        RowHandle const lives_in = kernel_->thread(thread).process;
        deaths_.watch(kernel_->state().processes().row(lives_in.index).space.target, process);
    }
    auto const made = HostThread::create(process);
    if (!made) {
        return;
    }
    process->order(
        {.order = Order::start, .entry = is_first ? 0 : state.entry, .argument = state.argument},
        std::array{(*made)->slot_descriptor(), memory_.object(buffers_[thread]).descriptor()});
    threads_[thread].store(*made);
}

MutableBytes HostMachine::memory(FrameBlock block) noexcept {
    return memory_.memory(block);
}

// Nothing that came through a region becomes code of a host process.
bool HostMachine::map(MappedPages const& where, FrameBlock block, kernel::Access access) noexcept {
    return !access.execute && spaces_.map(where, block, access.write);
}

bool HostMachine::map_device(MappedPages const& where, std::uint64_t first_page,
                             kernel::Access access) noexcept {
    constexpr std::uint64_t module_page = 1; // there are no other devices' pages
    bool const is_module = first_page == module_page && where.pages == device_pages() - module_page;
    return is_module && !access.write && !access.execute && spaces_.map_machine_s(where, module_);
}

void HostMachine::protect(MappedPages const& where, kernel::Access access) noexcept {
    spaces_.protect(where, access.write);
}

void HostMachine::unmap(MappedPages const& where) noexcept {
    spaces_.unmap(where);
}

void HostMachine::end_space(std::uint32_t space) noexcept {
    spaces_.end(space);
    if (space == first_space_.load() && !is_off()) { // as a machine without init: all stands still
        lost_first_.store(true);
        switch_off();
    }
}

void HostMachine::stop(kernel::CpuSet cpus) noexcept {
    for (std::uint32_t cpu = 0; cpu < options_.cpus; ++cpu) {
        if (cpus.contains(kernel::Cpu{cpu})) {
            wishes_[cpu].acknowledge.store(true);
            wishes_[cpu].count.fetch_add(1);
            futex_wake(wishes_[cpu].count);
        }
    }
}

void HostMachine::bring_in(kernel::CpuSet cpus) noexcept {
    for (std::uint32_t cpu = 0; cpu < options_.cpus; ++cpu) {
        if (cpus.contains(kernel::Cpu{cpu})) {
            wishes_[cpu].enter.store(true);
            wishes_[cpu].count.fetch_add(1);
            futex_wake(wishes_[cpu].count);
        }
    }
}

// Rather one that has nothing to do than one that must stop a thread for it.
void HostMachine::bring_in_somebody() noexcept {
    std::uint32_t cpu = 0;
    while (cpu < options_.cpus && !wishes_[cpu].idle.load()) {
        ++cpu;
    }
    kernel::CpuSet somebody;
    somebody.insert(kernel::Cpu{cpu == options_.cpus ? 0 : cpu});
    bring_in(somebody);
}

void HostMachine::mask(std::uint64_t line, bool masked) noexcept {
    lines_->mask(line, masked);
}

std::uint32_t HostMachine::port_in(std::uint16_t /*port*/, unsigned /*bytes*/) noexcept {
    return ~std::uint32_t{0}; // as on a bus where nobody answers
}

void HostMachine::port_out(std::uint16_t port, unsigned /*bytes*/, std::uint32_t value) noexcept {
    // The power register of the machine that QEMU models, so that the same program switches off.
    constexpr std::uint16_t power_port = 0x604;
    constexpr std::uint32_t power_off = 0x2000;
    if (port == power_port && value == power_off) {
        switch_off();
    }
}

void HostMachine::switch_off() noexcept {
    off_.store(true);
    bring_in(kernel::CpuSet::all());
}

void HostMachine::debug_write(Bytes text) noexcept {
    if (options_.debug_output) {
        options_.debug_output(text);
    }
}

} // namespace axiom::host
