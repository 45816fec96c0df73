// System calls by number, and those that concern execution alone; see kernel/core/kernel.hpp.

#include <kernel/core/kernel.hpp>

#include <algorithm>
#include <array>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

constinit std::array<Kernel::Entry, calls> const Kernel::entries{
    enter<&Kernel::on_debug_write>,
    enter_time,
    enter<&Kernel::on_create>,
    enter<&Kernel::on_create_account>,
    enter<&Kernel::on_derive>,
    enter<&Kernel::on_move>,
    enter<&Kernel::on_giving_up>, // remove
    enter<&Kernel::on_giving_up>, // revoke
    enter<&Kernel::on_inspect>,
    enter<&Kernel::on_bind>,
    enter<&Kernel::on_process_list>,
    enter<&Kernel::on_process_wait>,
    enter<&Kernel::on_giving_up>, // process_kill
    enter<&Kernel::on_giving_up>, // process_exit
    enter<&Kernel::on_thread_start>,
    enter<&Kernel::on_thread_join>,
    enter<&Kernel::on_giving_up>, // thread_kill
    enter<&Kernel::on_giving_up>, // thread_exit
    enter<&Kernel::on_thread_place>,
    enter<&Kernel::on_yield>,
    enter<&Kernel::on_sleep>,
    enter<&Kernel::on_map>,
    enter<&Kernel::on_unmap>,
    enter<&Kernel::on_protect>,
    enter<&Kernel::on_send>,
    enter<&Kernel::on_receive>,
    enter_call,
    enter<&Kernel::on_reply>,
    enter_reply_receive,
    enter<&Kernel::on_signal>,
    enter<&Kernel::on_wait>,
    enter<&Kernel::on_interrupt_acknowledge>,
    enter<&Kernel::on_interrupt_mask>,
    enter<&Kernel::on_port_in>,
    enter<&Kernel::on_port_out>,
    enter<&Kernel::on_log_attach>,
    enter<&Kernel::on_log_drain>,
    enter<&Kernel::on_syslog_drain>,
    enter<&Kernel::on_log_propose>,
};

Decision const& Kernel::call(Cpu cpu, std::uint64_t now_ns, CallFrame const& frame) noexcept {
    Thread* const thread = scheduler_.current(cpu);
    AXIOM_ASSERT(thread != nullptr); // a CPU without a thread makes no calls
    std::uint64_t const number =
        AXIOM_MUTANT(call_number_cut) ? frame.number & 0xFFU : frame.number;
    if (number >= calls) [[unlikely]] {
        return call_unknown(cpu, now_ns, frame, *thread);
    }
    bool const looks =
        recorder_.request(cpu, *thread, static_cast<std::uint16_t>(number), frame, now_ns);
    if (looks) [[unlikely]] {
        return call_and_tell(cpu, now_ns, frame, *thread);
    }
    return entries[number](*this, cpu, now_ns, frame, *thread);
}

// One record of many: is it time to seal? A turn of its own, and then the call.
Decision const& Kernel::call_and_tell(Cpu cpu, std::uint64_t now_ns, CallFrame const& frame,
                                      Thread& thread) noexcept {
    bool const refusals_due =
        syslog_->reader(refusal_ring_of(cpu.value)).is_due() && !AXIOM_MUTANT(refusals_not_told);
    if (syslog_->reader(call_ring_of(cpu.value)).is_due() || refusals_due) {
        Turn turn{.cpu = cpu, .now_ns = now_ns, .thread = &thread};
        if (!take_authority(turn)) {
            return finish(turn);
        }
        wake_drainer(turn, syslog_waits_bit);
        lock_.unlock();
    }
    return frame.number < calls ? entries[frame.number](*this, cpu, now_ns, frame, thread)
                                : enter<&Kernel::on_unknown>(*this, cpu, now_ns, frame, thread);
}

Decision const& Kernel::call_unknown(Cpu cpu, std::uint64_t now_ns, CallFrame const& frame,
                                     Thread& thread) noexcept {
    constexpr std::uint64_t number_max = 0xFFFF; // as a record holds it
    auto const number = static_cast<std::uint16_t>(std::min(frame.number, number_max));
    bool const looks = recorder_.request(cpu, thread, number, frame, now_ns);
    return looks ? call_and_tell(cpu, now_ns, frame, thread)
                 : enter<&Kernel::on_unknown>(*this, cpu, now_ns, frame, thread);
}

Outcome Kernel::on_unknown(Turn& turn, CallFrame const& frame) noexcept {
    turn.thread->answer = {.status = as_it_was};
    return report(turn, {.kind = Fault::Kind::call, .at = 0, .detail = frame.number});
}

Outcome Kernel::on_debug_write(Turn& turn, CallFrame const& frame) noexcept {
    std::uint64_t const bytes = frame.arguments[0];
    if (bytes > message_bytes_max) {
        return refuse(Check::argument, 0, message_bytes_max);
    }
    machine_->debug_write(Bytes{turn.thread->buffer->bytes}.first(bytes));
    return CallAnswer{};
}

Decision const& Kernel::enter_time(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                   CallFrame const& /*frame*/, Thread& thread) noexcept {
    thread.answer = {.words = {now_ns, kernel.state().slots().now().value}};
    return kernel.go_on(cpu, now_ns, thread);
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
    auto const held = TRY(look_up(turn, frame, {0, ObjectType::interrupt, right::read}));
    return mask_line(turn, held, false);
}

Outcome Kernel::on_interrupt_mask(Turn& turn, CallFrame const& frame) noexcept {
    auto const held = TRY(look_up(turn, frame, {0, ObjectType::interrupt, right::read}));
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
    auto const held = TRY(look_up(turn, frame, {0, ObjectType::ports, rights}));
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
