#pragma once
// Recorder: what the SysLog learns of each call: that it was made, how it was answered, and why it
// was refused; see kernel/syslog/record.hpp. Every call passes here twice, so it is all in line.

#include <kernel/syslog/syslog.hpp>
#include <kernel/task/thread.hpp>

namespace axiom::kernel {

class Recorder {
  public:
    /// `syslog`: none if calls are not recorded.
    explicit Recorder(Syslog* syslog) noexcept
        : syslog_{syslog}, calls_{syslog == nullptr ? nullptr : &syslog->calls(0)} {}

    /// Whether it is time to look if there is something to seal: seldom.
    [[nodiscard]] bool request(Cpu cpu, Thread& thread, std::uint16_t number,
                               CallFrame const& frame, std::uint64_t now_ns) noexcept {
        if (calls_ == nullptr) {
            return false;
        }
        thread.asked = number;
        std::span const given{frame.arguments};
        thread.open = calls_[cpu.value].request(thread.caller, number, given.first<4>(), now_ns);
        return index_of(thread.open) % records_between_looks < 2; // responses have indices too
    }

    /// When the thread runs again, on the CPU where it does. A request that has no answer is that
    /// of a thread that has ended, or still waits.
    void answer(Cpu cpu, Thread& thread, std::uint64_t now_ns) noexcept {
        if (thread.open != no_call) {
            if (static_cast<std::uint16_t>(thread.answer.status) != 0) [[unlikely]] {
                refused_while_it_waited(cpu, thread, now_ns);
            }
            calls_[cpu.value].answered(thread.open,
                                       static_cast<std::uint16_t>(thread.answer.status),
                                       thread.answer.words[0], now_ns);
            thread.open = no_call;
        }
    }

    void refusal(Cpu cpu, Thread& thread, CallFrame const& frame, Refusal const& why,
                 std::uint64_t now_ns) noexcept {
        if (syslog_ != nullptr) {
            std::uint64_t const given =
                why.argument < frame.arguments.size() ? frame.arguments[why.argument] : 0;
            syslog_->refusals(cpu.value).refuse(thread.actor,
                                                static_cast<std::uint16_t>(frame.number),
                                                thread.open, why, given, now_ns);
            thread.asked = recorded;
        }
    }

    /// Where the thread's call stands, if it has made one and awaits its answer.
    [[nodiscard]] SyslogPosition position(Thread const& thread) const noexcept {
        return thread.open == no_call ? SyslogPosition{}
                                      : position_of(syslog_->boot(), thread.open);
    }

  private:
    static constexpr std::uint64_t records_between_looks = 256;
    static constexpr std::uint16_t recorded = 0xFFFF; // as the number of a call

    // No argument was at fault. On the CPU where it is told, whoever ended its wait.
    [[gnu::noinline]] void refused_while_it_waited(Cpu cpu, Thread const& thread,
                                                   std::uint64_t now_ns) noexcept {
        CallAnswer const& told = thread.answer;
        if (thread.asked != recorded && !AXIOM_MUTANT(late_refusal_unrecorded)) {
            syslog_->refusals(cpu.value).refuse(thread.actor, thread.asked, thread.open,
                                                {.check = static_cast<Check>(told.status & 0xFFU),
                                                 .argument = no_argument,
                                                 .detail = told.words[0]},
                                                0, now_ns);
        }
    }

    Syslog* syslog_;
    Syslog::Calls* calls_; // the first CPU's, and then the others'
};

} // namespace axiom::kernel
