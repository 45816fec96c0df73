// What the SysLog learns of each call: that it was made, how it was answered, and why it was
// refused; see kernel/syslog/record.hpp.

#include <kernel/core/kernel.hpp>

namespace axiom::kernel {

namespace {

// How many records a CPU writes before it looks again whether they are to be sealed.
constexpr std::uint64_t calls_between_looks = 256;

constexpr std::uint64_t number_max = 0xFFFF; // of a call as a record holds it

} // namespace

void Kernel::record_call(Turn& turn, CallFrame const& frame) noexcept {
    Recorded& recorded = recorded_[turn.thread->index];
    auto const& given = frame.arguments;
    auto const number =
        static_cast<std::uint16_t>(frame.number < number_max ? frame.number : number_max);
    recorded.mark =
        syslog_->calls(turn.cpu.value)
            .request(recorded.words, number, {given[0], given[1], given[2], given[3]}, turn.now_ns);
    recorded.is_open = true;
    turn.call = position_of(syslog_->boot(), recorded.mark);
    if (index_of(recorded.mark) % calls_between_looks < 2) { // its responses have indices too
        tell_sealer(turn);
    }
}

void Kernel::record_refusal(Turn const& turn, CallFrame const& frame, Refusal const& why) noexcept {
    Recorded const& recorded = recorded_[turn.thread->index];
    std::uint64_t const given =
        why.argument < frame.arguments.size() ? frame.arguments[why.argument] : 0;
    syslog_->refusals(turn.cpu.value)
        .refuse(recorded.actor, static_cast<std::uint16_t>(frame.number), recorded.mark, why, given,
                turn.now_ns);
}

// When the thread runs again, on the CPU where it does. A request that has no answer is that of a
// thread that has ended, or still waits.
void Kernel::record_answer(Cpu cpu, std::uint64_t now_ns, std::uint32_t thread) noexcept {
    Recorded& recorded = recorded_[thread];
    if (recorded.is_open) {
        recorded.is_open = false;
        CallAnswer const& answer = scheduler_.threads()[thread].answer;
        bool const silent = answer.status == as_it_was;
        syslog_->calls(cpu.value).answered(recorded.mark,
                                           silent ? 0 : static_cast<std::uint16_t>(answer.status),
                                           silent ? 0 : answer.words[0], now_ns);
    }
}

} // namespace axiom::kernel
