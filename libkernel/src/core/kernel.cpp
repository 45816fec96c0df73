// Turns: how each event comes in and goes out; see kernel/core/kernel.hpp.

#include <kernel/core/kernel.hpp>

#include <bit>
#include <cstring>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Kernel::Kernel(Arena& arena, KernelOptions const& options) noexcept
    : machine_{options.machine}, log_{options.log}, syslog_{options.syslog},
      meter_{arena, options.domain->state().capacities().accounts},
      authority_{*options.log, *options.domain, &meter_}, lock_{arena, options.cpus},
      scheduler_{arena, options.cpus, options.domain->state().capacities().threads,
                 options.domain->state().capacities().contexts},
      ipc_{arena, scheduler_, state().slots(), *this, state().capacities()},
      pool_{arena, options.frames, options.first_page}, first_page_{options.first_page},
      chains_{arena, pool_}, log_side_{arena, options.log_parts, state().capacities().accounts},
      recorder_{options.syslog},
      region_frames_{arena.make<FrameChain>(state().capacities().regions)},
      thread_frames_{arena.make<FrameBlock>(state().capacities().threads)},
      mappings_{arena.make<Mapping>(state().capacities().capabilities)},
      port_ranges_{arena.make<std::atomic<std::uint64_t>>(state().capacities().ports)},
      line_of_{arena.make<std::atomic<std::uint64_t>>(state().capacities().interrupts)},
      lines_{arena.make<std::atomic<std::uint64_t>>(options.lines)},
      gone_threads_{arena, state().capacities().threads},
      gone_regions_{arena, state().capacities().regions},
      gone_spaces_{arena, state().capacities().spaces},
      gone_endpoints_{arena, state().capacities().endpoints},
      untied_threads_{arena, state().capacities().threads},
      touched_endpoints_{arena, state().capacities().endpoints},
      touched_notifications_{arena, state().capacities().notifications} {
    pool_.give_run(Frame{0}, options.frames);
}

std::size_t Kernel::bytes_for(KernelOptions const& options, KernelCapacities const& rows) noexcept {
    return LogMeter::bytes_for(rows.accounts) + AuthorityLock::bytes_for(options.cpus) +
           Scheduler::bytes_for(options.cpus, rows.threads, rows.contexts) + Ipc::bytes_for(rows) +
           FramePool::bytes_for(options.frames) + FrameChains::bytes_for(options.frames) +
           LogSide::bytes_for(options.log_parts, rows.accounts) +
           Arena::bytes_for<FrameChain>(rows.regions) + Arena::bytes_for<FrameBlock>(rows.threads) +
           Arena::bytes_for<Mapping>(rows.capabilities) +
           Arena::bytes_for<std::atomic<std::uint64_t>>(rows.ports) +
           Arena::bytes_for<std::atomic<std::uint64_t>>(rows.interrupts) +
           Arena::bytes_for<std::atomic<std::uint64_t>>(options.lines) +
           2 * BitTree::bytes_for(rows.threads) + BitTree::bytes_for(rows.regions) +
           BitTree::bytes_for(rows.spaces) + 2 * BitTree::bytes_for(rows.endpoints) +
           BitTree::bytes_for(rows.notifications);
}

Answer<void> Kernel::boot(Start const& start, StartState const& begin) noexcept {
    constexpr std::uint64_t period_us = 10'000;
    constexpr Slot account{0};
    constexpr Slot self{1};
    constexpr Slot thread{start_capabilities};
    constexpr Slot context{start_capabilities + 1};
    TRY(authority_.start(start));
    Asker const first{.process = {0, state().processes().generation(0)}, .thread = {}};
    CreateRequest const create_thread{.account = account,
                                      .into = {.slot = thread},
                                      .type = ObjectType::thread,
                                      .first = priorities - 1,
                                      .uses = self};
    CreateRequest const create_context{.account = account,
                                       .into = {.slot = context},
                                       .type = ObjectType::context,
                                       .first = period_us,
                                       .count = period_us,
                                       .uses = own_space};
    bring_up({ObjectType::interrupt, {0, state().interrupts().generation(0)}});
    bring_up({ObjectType::ports, {0, state().ports().generation(0)}});
    auto const block = pool_.take(1);
    if (!block) {
        return refuse(Check::memory);
    }
    TRY(authority_.perform(first, {}, create_thread));
    ObjectName const made = state().newest();
    thread_frames_[made.row.index] = *block;
    bring_up(made);
    TRY(authority_.perform(first, {}, create_context));
    bring_up(state().newest());
    TRY(authority_.perform(
        first, {}, BindRequest{.binding = Binding::context, .subject = thread, .target = context}));
    Turn turn{};
    rebind(turn, {.binding = Binding::context,
                  .subject = made.row,
                  .target = state().threads().row(made.row.index).context.target});
    start_thread(turn, made.row.index, begin);
    return {};
}

Turn Kernel::begin(Cpu cpu, std::uint64_t now_ns) noexcept {
    return {.cpu = cpu, .now_ns = now_ns, .thread = scheduler_.current(cpu)};
}

inline void Kernel::let_authority_go(Turn& turn) noexcept {
    if (turn.authority) {
        settle(turn);
        turn.authority = false;
        lock_.unlock();
    }
}

// The asking thread is told only if it is still what runs here: it may wait by now, or have ended.
// What is refused may be so because another CPU is about to end it, and nobody is told of their own
// end: a refusal waits for its turn.
Decision const& Kernel::finish(Turn& turn, CallFrame const& frame,
                               Outcome const& outcome) noexcept {
    if (!outcome && !AXIOM_MUTANT(own_end_told) && !take_authority(turn)) {
        return finish(turn);
    }
    bool const tells = !outcome || outcome->has_value();
    if (tells && scheduler_.running(turn.cpu) == turn.thread->index) {
        if (outcome) {
            turn.thread->answer = **outcome;
        } else {
            turn.thread->answer = answer_of(outcome.error());
            recorder_.refusal(turn.cpu, *turn.thread, frame, outcome.error(), turn.now_ns);
        }
    }
    let_authority_go(turn);
    if (scheduler_.must_choose(turn.cpu)) { // else it goes on, and the timer comes
        tell_of_budget(turn, turn.thread->answer);
        let_authority_go(turn);
    }
    return go_on(turn.cpu, turn.now_ns, *turn.thread);
}

Decision const& Kernel::finish(Turn& turn) noexcept {
    let_authority_go(turn);
    return choose(turn.cpu, turn.now_ns);
}

Decision const& Kernel::choose(Cpu cpu, std::uint64_t now_ns) noexcept {
    constexpr std::uint32_t told_max = 4; // of those after them when the timer comes, at once
    Decision const& decision = scheduler_.pick(cpu, now_ns);
    for (std::uint32_t told = 0; told < told_max && decision.thread != no_thread; ++told) {
        Turn turn = begin(cpu, now_ns);
        if (!turn.thread->tells_budget.load(std::memory_order_relaxed) ||
            !scheduler_.has_used_up(cpu, now_ns)) {
            break;
        }
        // It waited when that came to pass, or another used it up.
        tell_of_budget(turn, turn.thread->answer);
        let_authority_go(turn);
        static_cast<void>(scheduler_.pick_again(cpu, now_ns));
    }
    if (decision.thread != no_thread) {
        recorder_.answer(cpu, scheduler_.threads()[decision.thread], now_ns);
    }
    lock_.leave(cpu);
    return decision;
}

Decision const& Kernel::fault(Cpu cpu, std::uint64_t now_ns, Fault const& fault) noexcept {
    Turn turn = begin(cpu, now_ns);
    AXIOM_ASSERT(turn.thread != nullptr);
    turn.thread->answer = {.status = as_it_was};
    static_cast<void>(report(turn, fault));
    return finish(turn);
}

Outcome Kernel::report_to(Turn& turn, Bound const& handler, Fault const& fault) noexcept {
    return ipc_.report(
        turn, handler.target, handler.badge,
        {.head = {},
         .words = {static_cast<std::uint64_t>(fault.kind), fault.at, fault.detail, fault.more}});
}

// The thread was interrupted, or its call is done, and it has nothing left, or it is about to run
// and has nothing. After the reply it goes on with this answer, as soon as there is time for it
// again.
void Kernel::tell_of_budget(Turn& turn, CallAnswer const& answer) noexcept {
    bool const tells =
        turn.thread != nullptr && scheduler_.running(turn.cpu) == turn.thread->index &&
        turn.thread->tells_budget.load() && scheduler_.has_used_up(turn.cpu, turn.now_ns) &&
        !AXIOM_MUTANT(budget_untold);
    if (!tells || !take_authority(turn)) {
        return;
    }
    ThreadRow const& row = state().threads().row(turn.thread->index);
    if (row.budgets.target.generation != 0 && row.context.target.generation != 0) {
        turn.thread->answer = answer;
        std::uint64_t const again_ns = scheduler_.budget(row.context.target.index).period_end_ns();
        turn.thread->told_until_ns.store(again_ns, std::memory_order_relaxed);
        static_cast<void>(
            report_to(turn, row.budgets, {.kind = Fault::Kind::budget, .detail = again_ns}));
    }
}

// To the thread's fault endpoint, if it has one; else, or if that has gone, the thread ends.
Outcome Kernel::report(Turn& turn, Fault const& fault) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    Bound const& handler = state().threads().row(turn.thread->index).faults;
    if (handler.target.generation != 0) {
        return report_to(turn, handler, fault);
    }
    GivingUp const end{.call = Call::thread_exit, .first = static_cast<std::uint64_t>(fault.kind)};
    if (auto const ended = give_up(*turn.thread, end); !ended || !*ended) {
        await_room(turn, end, true); // even if there may never be any: it runs no more
    }
    return waits;
}

Decision const& Kernel::interrupt(Cpu cpu, std::uint64_t now_ns, std::uint64_t line) noexcept {
    Turn turn = begin(cpu, now_ns);
    if (line < lines_.size()) {
        // Until it is acknowledged; first, so that who binds it meanwhile unmasks it afterwards.
        machine_->mask(line, !AXIOM_MUTANT(line_not_masked));
        std::uint64_t const target = lines_[line].load(std::memory_order_acquire);
        if (target != 0) {
            ipc_.signal_line(turn, static_cast<std::uint32_t>(target & 0xFFFFFFU),
                             std::uint64_t{1} << (target >> 24U & 63U));
        }
    }
    tell_of_budget(turn, {.status = as_it_was});
    return finish(turn);
}

Decision const& Kernel::timer(Cpu cpu, std::uint64_t now_ns) noexcept {
    constexpr std::uint32_t expiries_max = 16; // the rest at once, in another turn
    Turn turn = begin(cpu, now_ns);
    for (std::uint32_t count = 0; count < expiries_max; ++count) {
        auto const due = scheduler_.take_due(cpu, now_ns);
        if (!due) {
            break;
        }
        ipc_.expire(turn, *due);
    }
    tell_of_budget(turn, {.status = as_it_was});
    return finish(turn);
}

// What the log is too full for is left as it is: its threads end when they next are to run.
Decision const& Kernel::lost(Cpu cpu, std::uint64_t now_ns, RowHandle space) noexcept {
    Turn turn = begin(cpu, now_ns);
    lock_authority(cpu);
    turn.authority = true;
    auto const& processes = state().processes();
    for (std::uint32_t index = 0; index < processes.capacity(); ++index) {
        RowHandle const process{index, processes.generation(index)};
        if (state().is_alive(process) && processes.row(index).space.target == space) {
            static_cast<void>(authority_.perform(
                {.process = process, .thread = {}}, {},
                ExitRequest{.what = ObjectType::process,
                            .code = static_cast<std::uint64_t>(Fault::Kind::other)}));
        }
    }
    return finish(turn);
}

bool Kernel::is_alive(RowHandle thread) const noexcept {
    auto const& threads = state().threads();
    return threads.is_live(thread) && threads.row(thread.index).life == Life::alive;
}

// Who ran here may have ended while this CPU waited, and its row may be another's by now.
void Kernel::lock_authority(Cpu cpu) noexcept {
    Thread const* const runs = scheduler_.current(cpu);
    RowHandle const self = runs == nullptr ? RowHandle{} : runs->self;
    lock_.lock(cpu);
    if (runs != nullptr && !is_alive(self)) {
        scheduler_.drop(cpu);
    }
}

bool Kernel::take_authority(Turn& turn) noexcept {
    RowHandle const asker = turn.thread->self;
    if (!turn.authority) {
        lock_authority(turn.cpu);
        turn.authority = true;
    } else if (!is_alive(asker)) {
        scheduler_.drop(turn.cpu);
    }
    return is_alive(asker);
}

Answer<void> Kernel::pass(Turn& /*turn*/, Thread& sender, SlotView const& through, MessageHead head,
                          Thread& receiver) noexcept {
    constexpr std::uint8_t head_argument = 1;
    if (through.capability.generation != 0 && !through.rights.covers(right::execute)) {
        return refuse(Check::rights, 0, right::execute.bits);
    }
    TransferRequest request{.through = through.capability,
                            .receiver = receiver.process,
                            .slots = {},
                            .window = Slot{receiver.buffer->window}};
    for (std::size_t index = 0; index < head.capabilities(); ++index) {
        request.slots.push_back(Slot{sender.buffer->capabilities[index]});
    }
    bool const waits_for_it = grant_waits(sender.process, receiver.process);
    std::uint32_t devices = 0; // a bit for each
    std::uint32_t waiting = 0;
    for (std::size_t index = 0; index < head.capabilities(); ++index) {
        Slot const slot = request.slots[index];
        bool const is_device = is_device_in(sender.process, slot);
        bool const waits = is_device && (waits_for_it || still_waits(sender.process, slot));
        devices |= std::uint32_t{is_device} << index;
        waiting |= std::uint32_t{waits} << index;
    }
    if (auto const may = may_grant(sender.process, devices != 0,
                                   static_cast<std::uint32_t>(std::popcount(waiting)));
        !may) {
        return refuse(may.error().check, head_argument, may.error().detail);
    }
    DeviceGrants::Change const change{grants_, devices != 0};
    auto const passed = authority_.perform({.process = sender.process, .thread = sender.self},
                                           recorder_.position(sender), request);
    for (std::uint32_t index = 0; passed && index < head.capabilities(); ++index) {
        if ((waiting >> index & 1U) != 0) {
            note_grant(receiver.process, Slot{request.window.value + index});
        }
    }
    return passed ? Answer<void>{}
                  : refuse(passed.error().check, head_argument, passed.error().detail);
}

} // namespace axiom::kernel
