// System calls about messages and notifications: registers in, kernel/ipc, registers out.

#include <kernel/core/kernel.hpp>
#include <kernel/ipc/quick.hpp>

namespace axiom::kernel {

namespace {

// Its head is argument 1, and its words begin at this one.
Answer<Message> message_of(CallFrame const& frame, std::size_t first) noexcept {
    MessageHead const head{frame.arguments[1]};
    if (!head.is_valid()) {
        return refuse(Check::argument, 1);
    }
    return Message{.head = head,
                   .words = {frame.arguments[first], frame.arguments[first + 1],
                             frame.arguments[first + 2], frame.arguments[first + 3]}};
}

} // namespace

// slot, head, timeout, four words
Outcome Kernel::send_as(Turn& turn, CallFrame const& frame, Wait as) noexcept {
    auto const through = TRY(look_up(turn, frame, {0, ObjectType::endpoint, right::write}));
    auto const message = TRY(message_of(frame, 3));
    return ipc_.send(turn, through, message, frame.arguments[2], as);
}

Outcome Kernel::on_send(Turn& turn, CallFrame const& frame) noexcept {
    return send_as(turn, frame, Wait::send);
}

Outcome Kernel::on_call(Turn& turn, CallFrame const& frame) noexcept {
    return send_as(turn, frame, Wait::call);
}

Decision const& Kernel::enter_call(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                   CallFrame const& frame, Thread& thread) noexcept {
    Thread* const server = kernel.ipc_.quick_call(cpu, now_ns, thread, frame);
    return server != nullptr ? kernel.go_on(cpu, now_ns, *server)
                             : enter<&Kernel::on_call>(kernel, cpu, now_ns, frame, thread);
}

// slot, timeout, from this argument on
Outcome Kernel::receive_as(Turn& turn, CallFrame const& frame, std::uint8_t argument) noexcept {
    auto const through = TRY(look_up(turn, frame, {argument, ObjectType::endpoint, right::read}));
    return ipc_.receive(turn, through, frame.arguments[argument + 1U]);
}

Outcome Kernel::on_receive(Turn& turn, CallFrame const& frame) noexcept {
    return receive_as(turn, frame, 0);
}

// token, head, four words
Outcome Kernel::on_reply(Turn& turn, CallFrame const& frame) noexcept {
    auto const message = TRY(message_of(frame, 2));
    TRY(ipc_.reply(turn, frame.arguments[0], message));
    return CallAnswer{};
}

// token or 0, head, slot, timeout, four words: two meetings. If the reply is refused there is no
// receiving; if the receiving is, the reply has been given.
Outcome Kernel::on_reply_receive(Turn& turn, CallFrame const& frame) noexcept {
    constexpr std::uint8_t slot_argument = 2;
    auto const message = TRY(message_of(frame, 4));
    if (frame.arguments[0] != 0) {
        TRY(ipc_.reply(turn, frame.arguments[0], message));
    }
    return receive_as(turn, frame, slot_argument);
}

Decision const& Kernel::enter_reply_receive(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                            CallFrame const& frame, Thread& thread) noexcept {
    Thread* const caller = kernel.ipc_.quick_reply_receive(cpu, now_ns, thread, frame);
    return caller != nullptr ? kernel.go_on(cpu, now_ns, *caller)
                             : enter<&Kernel::on_reply_receive>(kernel, cpu, now_ns, frame, thread);
}

// slot, bits: a badged capability gives its badge, whatever is asked for
Outcome Kernel::on_signal(Turn& turn, CallFrame const& frame) noexcept {
    auto const through = TRY(look_up(turn, frame, {0, ObjectType::notification, right::write}));
    std::uint64_t const bits = through.badge != 0 ? through.badge : frame.arguments[1];
    if (bits == 0) {
        return refuse(Check::argument, 1);
    }
    TRY(ipc_.signal(turn, through, bits));
    return CallAnswer{};
}

// slot, timeout
Outcome Kernel::on_wait(Turn& turn, CallFrame const& frame) noexcept {
    auto const through = TRY(look_up(turn, frame, {0, ObjectType::notification, right::read}));
    return ipc_.wait(turn, through, frame.arguments[1]);
}

} // namespace axiom::kernel
