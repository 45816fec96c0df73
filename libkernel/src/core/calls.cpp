// System calls by number, and those that concern execution alone; see kernel/core/kernel.hpp.

#include <kernel/core/kernel.hpp>

#include <array>

namespace axiom::kernel {

Kernel::Handler Kernel::handler_of(std::uint64_t number) noexcept {
    static constexpr std::array<Handler, calls> handlers{
        &Kernel::on_debug_write,    &Kernel::on_time,         &Kernel::on_create,
        &Kernel::on_create_account, &Kernel::on_derive,       &Kernel::on_move,
        &Kernel::on_remove,         &Kernel::on_revoke,       &Kernel::on_inspect,
        &Kernel::on_bind,           &Kernel::on_process_list, &Kernel::on_process_wait,
        &Kernel::on_kill, // of a process
        &Kernel::on_process_exit,   &Kernel::on_thread_start, &Kernel::on_thread_join,
        &Kernel::on_kill, // of a thread
        &Kernel::on_thread_exit,    &Kernel::on_thread_place, &Kernel::on_yield,
        &Kernel::on_sleep,          &Kernel::on_map,          &Kernel::on_unmap,
        &Kernel::on_protect,        &Kernel::on_send,         &Kernel::on_receive,
        &Kernel::on_call,           &Kernel::on_reply,        &Kernel::on_reply_receive,
        &Kernel::on_signal,         &Kernel::on_wait,         &Kernel::on_interrupt_acknowledge,
        &Kernel::on_interrupt_mask, &Kernel::on_port_in,      &Kernel::on_port_out,
        &Kernel::on_log_attach,     &Kernel::on_log_drain,    &Kernel::on_syslog_drain,
        &Kernel::on_log_propose,
    };
    return number < handlers.size() ? handlers[number] : nullptr;
}

Answer<SlotView> Kernel::look_up(Turn const& turn, std::uint64_t slot,
                                 Need const& need) const noexcept {
    if (slot >= slots_max) {
        return refuse(Check::slot, need.argument);
    }
    return look(state().slots(), turn.process, Slot{static_cast<std::uint32_t>(slot)}, need);
}

Outcome Kernel::on_debug_write(Turn& turn, CallFrame const& frame) noexcept {
    std::uint64_t const bytes = frame.arguments[0];
    if (bytes > message_bytes_max) {
        return refuse(Check::argument, 0, message_bytes_max);
    }
    machine_->debug_write(Bytes{turn.thread->buffer->bytes}.first(bytes));
    return CallAnswer{};
}

Outcome Kernel::on_time(Turn& turn, CallFrame const& /*frame*/) noexcept {
    return CallAnswer{.words = {turn.now_ns, state().slots().now().value}};
}

Outcome Kernel::on_yield(Turn& turn, CallFrame const& /*frame*/) noexcept {
    scheduler_.yield(turn.cpu);
    return CallAnswer{};
}

Outcome Kernel::on_sleep(Turn& turn, CallFrame const& frame) noexcept {
    std::uint64_t const time_ns = frame.arguments[0];
    if (time_ns == 0) {
        return on_yield(turn, frame);
    }
    ipc_.wait_alone(turn, Wait::sleep, time_ns);
    return waits;
}

Outcome Kernel::on_interrupt_acknowledge(Turn& turn, CallFrame const& frame) noexcept {
    auto const held =
        TRY(look_up(turn, frame.arguments[0], {0, ObjectType::interrupt, right::read}));
    return mask_line(turn, held, false);
}

Outcome Kernel::on_interrupt_mask(Turn& turn, CallFrame const& frame) noexcept {
    auto const held =
        TRY(look_up(turn, frame.arguments[0], {0, ObjectType::interrupt, right::read}));
    return mask_line(turn, held, frame.arguments[1] != 0);
}

Outcome Kernel::mask_line(Turn& turn, SlotView const& interrupt, bool masked) noexcept {
    TRY(may_use(turn, interrupt, 0));
    std::uint64_t const line = line_of_[interrupt.object.row.index].load();
    if (!state().slots().still(interrupt)) {
        return refuse(Check::capability, 0);
    }
    if (line >= lines_.size()) { // it stands for them all, or the machine has fewer
        return refuse(Check::range, 0);
    }
    machine_->mask(line, masked);
    return CallAnswer{};
}

// The port of `bytes` bytes that a call names, if the range covers all of it.
Answer<std::uint16_t> Kernel::port_of(Turn& turn, CallFrame const& frame, Rights rights) noexcept {
    std::uint64_t const port = frame.arguments[1];
    std::uint64_t const bytes = frame.arguments[2];
    auto const held = TRY(look_up(turn, frame.arguments[0], {0, ObjectType::ports, rights}));
    TRY(may_use(turn, held, 0));
    if (bytes != 1 && bytes != 2 && bytes != 4) {
        return refuse(Check::argument, 2);
    }
    std::uint64_t const range = port_ranges_[held.object.row.index].load();
    if (!state().slots().still(held)) {
        return refuse(Check::capability, 0);
    }
    std::uint64_t const first = range >> 32U;
    std::uint64_t const count = range & ~std::uint32_t{0};
    if (port < first || port - first >= count || bytes > count - (port - first)) {
        return refuse(Check::range, 1);
    }
    return static_cast<std::uint16_t>(port);
}

Outcome Kernel::on_port_in(Turn& turn, CallFrame const& frame) noexcept {
    auto const port = TRY(port_of(turn, frame, right::read));
    auto const bytes = static_cast<unsigned>(frame.arguments[2]);
    return CallAnswer{.words = {machine_->port_in(port, bytes)}};
}

Outcome Kernel::on_port_out(Turn& turn, CallFrame const& frame) noexcept {
    auto const port = TRY(port_of(turn, frame, right::write));
    machine_->port_out(port, static_cast<unsigned>(frame.arguments[2]),
                       static_cast<std::uint32_t>(frame.arguments[3]));
    return CallAnswer{};
}

} // namespace axiom::kernel
