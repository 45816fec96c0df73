// Effects: what a change of authority means for the machine; see kernel/core/kernel.hpp.
//
// What has come is brought up at once. What has gone is taken away in these steps, all under the
// authority lock, so that nothing is missed and nothing used again too early:
//
//   1. note it; from here on nobody new comes to it;
//   2. have every other CPU acknowledge: whoever was on the way to it has arrived;
//   3. take the threads that have ended out of wherever they are;
//   4. end the waits that rested on what has gone;
//   5. give back what it was made of.

#include <kernel/core/kernel.hpp>

#include <utility>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint64_t ns_per_us = 1000;
constexpr std::uint64_t line_is_bound = std::uint64_t{1} << 63U; // so that a target is never 0

} // namespace

void Kernel::bring_up(ObjectName const& object) noexcept {
    std::uint32_t const index = object.row.index;
    if (object.type == ObjectType::thread) {
        ThreadRow const& row = state().threads().row(index);
        Thread& thread = scheduler_.threads()[index];
        thread.self = object.row;
        thread.process = row.process.target;
        thread.through = {};
        thread.buffer = machine_->buffer(index, thread_frames_[index]);
        thread.priority.store(row.priority);
        while (thread.serving() != 0) { // who lent to the row's last thread is just taking it back
            axiom_relax();
        }
        thread.standing.store(Standing::of(0, 0, row.priority).word);
        thread.context.store(no_thread);
        thread.signals.store(no_thread);
        thread.tells_budget.store(false);
        thread.told_until_ns.store(0);
        thread.affinity.store(CpuSet::first(scheduler_.cpus()).bits);
        thread.cpu.store(0);
        thread.ending.store(false);
        RowHandle const payer = state().processes().row(row.process.target.index).head.payer;
        Actor const actor{.process = static_cast<std::uint32_t>(row.process.target.generation),
                          .thread = static_cast<std::uint32_t>(object.row.generation),
                          .account = static_cast<std::uint32_t>(payer.generation),
                          .bucket = payer.index,
                          .sealer = row.process.target == log_side_.sealer};
        thread.actor = actor;
        thread.caller = CallerWords{actor};
        thread.open = no_call;
    } else if (object.type == ObjectType::context) {
        ContextRow const& row = state().contexts().row(index);
        scheduler_.budget(index).set(row.budget_us * ns_per_us, row.period_us * ns_per_us);
    } else if (object.type == ObjectType::interrupt) {
        line_of_[index].store(state().interrupts().row(index).line);
    } else if (object.type == ObjectType::ports) {
        PortsRow const& row = state().ports().row(index);
        port_ranges_[index].store(std::uint64_t{row.first} << 32U | row.count);
    }
}

void Kernel::rebind(Turn& turn, Bind const& bind) noexcept {
    bool const set = bind.target.generation != 0;
    if (bind.binding == Binding::context) {
        Thread& thread = scheduler_.threads()[bind.subject.index];
        thread.told_until_ns.store(0);
        scheduler_.give_context(turn.cpu, thread, set ? bind.target.index : no_thread);
        std::atomic_thread_fence(std::memory_order_seq_cst); // see Scheduler::await_budget
        WaitWord const seen = thread.seen();
        if (seen.wait() == Wait::budget && thread.claim(seen)) {
            scheduler_.wake(turn.cpu, thread);
        }
    } else if (bind.binding == Binding::signals) {
        Thread& thread = scheduler_.threads()[bind.subject.index];
        std::uint32_t const before = thread.signals.exchange(set ? bind.target.index : no_thread);
        if (before != no_thread) {
            ipc_.unbind(before, bind.subject.index);
        }
        if (set) {
            // It may be on its way to wait and have found nothing bound: then it has arrived after
            // this, and is given the bits there. Whoever begins later finds it.
            bool const may_be_on_its_way =
                &thread != turn.thread && thread.seen().wait() != Wait::idle;
            if (may_be_on_its_way && !AXIOM_MUTANT(bound_unawaited)) {
                await_others(turn);
            }
            ipc_.bind(turn, bind.target, bind.subject.index);
        }
    } else if (bind.binding == Binding::budgets) {
        scheduler_.threads()[bind.subject.index].tells_budget.store(set);
    } else if (bind.binding == Binding::line) {
        std::uint64_t const line = line_of_[bind.subject.index].load();
        if (line < lines_.size()) {
            if (set) {
                ipc_.name(bind.target);
            }
            lines_[line].store(
                set ? line_is_bound | std::uint64_t{bind.bit} << 24U | bind.target.index : 0);
            machine_->mask(line, !set);
        }
    }
}

void Kernel::unmap(std::uint32_t capability) noexcept {
    Mapping& mapping = mappings_[capability];
    if (mapping.mapped && !AXIOM_MUTANT(mapping_survives)) {
        machine_->unmap(mapping.where);
        mapping = {};
        unmapped_some_ = true;
    }
}

// A capability: what was mapped through it, and whose waits rest on it.
void Kernel::note_lost(std::uint32_t capability) noexcept {
    unmap(capability);
    ObjectName const object = state().slots().object_of(capability);
    if (object.type == ObjectType::endpoint) {
        touched_endpoints_.insert(object.row.index);
    } else if (object.type == ObjectType::notification) {
        touched_notifications_.insert(object.row.index);
    } else if (object.type == ObjectType::thread || object.type == ObjectType::process) {
        somebody_ended_ = true; // for who waited through it
    }
}

// A revoke has let go what a subject had of another. What it has goes at once; a fault that still
// waits to be heard is taken back when nobody is on the way to it any more.
void Kernel::note_untied(Turn& turn, Tie tie) noexcept {
    bool const is_heard = tie.kind == Tie::Kind::faults || tie.kind == Tie::Kind::budgets;
    if (tie.kind != Tie::Kind::line && !is_alive(scheduler_.threads()[tie.subject].self)) {
        return; // it ended with it, which is noted by itself
    }
    if (is_heard && !AXIOM_MUTANT(untied_fault_waits)) {
        untied_threads_.insert(tie.subject);
    }
    rebind(turn, {.binding = static_cast<Binding>(tie.kind), .subject = {.index = tie.subject}});
}

void Kernel::note_gone(Turn& turn, Departed const& gone) noexcept {
    if (gone.what == Departed::What::capability) {
        return note_lost(gone.index);
    }
    if (gone.what == Departed::What::tie) {
        return note_untied(turn, gone.tie);
    }
    switch (gone.type) {
    case ObjectType::thread: {
        Thread& thread = scheduler_.threads()[gone.index];
        if (thread.buffer != nullptr) { // else it ended before, and its row follows now
            thread.ending.store(true);
            somebody_ended_ = true;
            gone_threads_.insert(gone.index);
        }
        break;
    }
    case ObjectType::region:
        gone_regions_.insert(gone.index);
        break;
    case ObjectType::space:
        for (std::uint32_t capability = 0; capability < mappings_.size(); ++capability) {
            if (mappings_[capability].where.space == gone.index) {
                unmap(capability);
            }
        }
        gone_spaces_.insert(gone.index);
        break;
    case ObjectType::endpoint:
        gone_endpoints_.insert(gone.index);
        touched_endpoints_.insert(gone.index);
        break;
    case ObjectType::process:
        somebody_ended_ = true;
        break;
    case ObjectType::interrupt:
        if (std::uint64_t const line = line_of_[gone.index].exchange(all_lines);
            line < lines_.size() && !AXIOM_MUTANT(line_survives)) {
            lines_[line].store(0);
            machine_->mask(line, true);
        }
        break;
    case ObjectType::account:
    case ObjectType::notification:
    case ObjectType::context:
    case ObjectType::ports:
    case ObjectType::log:
        break;
    }
}

// Step 4.
void Kernel::end_waits(Turn& turn) noexcept {
    while (auto const index = untied_threads_.first()) {
        untied_threads_.erase(*index);
        Thread& thread = scheduler_.threads()[*index];
        WaitWord const seen = thread.seen();
        if (seen.wait() == Wait::call && thread.by_fault) { // met once more, by another or by none
            ipc_.cancel(turn, thread, seen, thread.answer);
        }
    }
    while (auto const index = touched_endpoints_.first()) {
        touched_endpoints_.erase(*index);
        bool const gone = gone_endpoints_.contains(*index) && !AXIOM_MUTANT(faulted_forgotten);
        gone_endpoints_.erase(*index);
        ipc_.end_lost_waits(turn, ObjectType::endpoint, *index, gone);
    }
    while (auto const index = touched_notifications_.first()) {
        touched_notifications_.erase(*index);
        ipc_.end_lost_waits(turn, ObjectType::notification, *index, false);
    }
    if (std::exchange(somebody_ended_, false)) {
        for (Thread& thread : scheduler_.threads()) {
            end_wait_for_another(turn, thread);
        }
    }
}

// For a reply of somebody who has ended, for that end, or for one that may not be known any more.
void Kernel::end_wait_for_another(Turn& turn, Thread& thread) noexcept {
    WaitWord const seen = thread.seen();
    if (seen.wait() == Wait::reply || seen.wait() == Wait::fault) {
        std::uint32_t const server = thread.server.load(); // none: that wait is being ended
        if (server != no_thread && scheduler_.threads()[server].ending.load() &&
            !AXIOM_MUTANT(callers_forgotten)) {
            // A fault is met once more, and then by another or by none.
            ipc_.cancel(turn, thread, seen,
                        seen.wait() == Wait::fault ? thread.answer
                                                   : answer_of({Check::peer, no_argument}));
        }
    } else if (seen.wait() == Wait::call) {
        ipc_.end_queued_loan(thread);
    } else if ((seen.wait() == Wait::thread_end || seen.wait() == Wait::process_end) &&
               thread.claim(seen)) {
        // Who may not know it any more may have held the last that referred to it.
        bool const may_know = state().slots().still(thread.through);
        auto const code = may_know ? exit_code(thread.target) : std::nullopt;
        if (may_know && !code) {
            return thread.become(seen.wait()); // not yet
        }
        thread.answer =
            may_know ? CallAnswer{.words = {*code}} : answer_of({Check::capability, no_argument});
        scheduler_.wake(turn.cpu, thread);
    }
}

void Kernel::await_others(Turn const& turn) noexcept {
    using Until = AuthorityLock::Until;
    lock_.await_others(
        turn.cpu, std::exchange(unmapped_some_, false) ? Until::forgot : Until::passed,
        [&](CpuSet others) { machine_->stop(others); },
        [&](Cpu cpu) {
            std::uint32_t const running = scheduler_.running(cpu);
            return running == no_thread || !scheduler_.threads()[running].ending.load();
        });
}

// Step 3. Afterwards nobody can reach them.
void Kernel::bury(Turn& turn) noexcept {
    while (auto const index = gone_threads_.first()) {
        gone_threads_.erase(*index);
        Thread& thread = scheduler_.threads()[*index];
        ipc_.withdraw(turn, thread);
        scheduler_.forget(turn.cpu, thread);
        if (std::uint32_t const signals = thread.signals.exchange(no_thread);
            signals != no_thread) {
            ipc_.unbind(signals, *index);
        }
        thread.serves.store(no_endpoint);
        thread.begin_wait(Wait::idle);
        thread.buffer = nullptr;
        pool_.give(thread_frames_[*index]);
    }
}

// Step 5, of what else there is.
void Kernel::give_back() noexcept {
    while (auto const index = gone_regions_.first()) {
        gone_regions_.erase(*index);
        if (region_frames_[*index].frames != 0) {
            chains_.give(region_frames_[*index]);
            region_frames_[*index] = {};
        }
    }
    while (auto const index = gone_spaces_.first()) {
        gone_spaces_.erase(*index);
        machine_->end_space(*index);
    }
}

// With what a process or a thread ended; nothing while it lives.
std::optional<std::uint64_t> Kernel::exit_code(ObjectName const& object) const noexcept {
    std::uint32_t const index = object.row.index;
    if (object.type == ObjectType::process) {
        ProcessRow const& row = state().processes().row(index);
        return row.life == Life::ended ? std::optional{row.exit_code} : std::nullopt;
    }
    ThreadRow const& row = state().threads().row(index);
    return row.life == Life::ended ? std::optional{row.exit_code} : std::nullopt;
}

void Kernel::settle(Turn& turn) noexcept {
    bool something_went = false;
    while (auto const gone = authority_.take_departed()) {
        something_went = true;
        note_gone(turn, *gone);
    }
    if (something_went) {
        scheduler_.drop_ended(turn.cpu);
        await_others(turn);
        bury(turn);
        end_waits(turn);
        give_back();
    }
    tell_drainer(turn);
}

} // namespace axiom::kernel
