// System calls about processes and threads.

#include <kernel/core/kernel.hpp>

namespace axiom::kernel {

namespace {

// A process in the list that `process_list` gives: index, life, generation, principal, exit code.
constexpr std::size_t listed_bytes = 32;

} // namespace

// account, the index to go on from: how many there are in the buffer, and where to go on; 0: that
// was all
Outcome Kernel::on_process_list(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const account = TRY(look_up(turn, frame, {0, ObjectType::account, right::read}));
    auto const& processes = state().processes();
    MutableBytes const to{turn.thread->buffer->bytes};
    std::size_t count = 0;
    std::uint64_t index = frame.arguments[1];
    for (; index < processes.capacity() && (count + 1) * listed_bytes <= to.size(); ++index) {
        auto const row_index = static_cast<std::uint32_t>(index);
        RowHandle const handle{row_index, processes.generation(row_index)};
        if (!processes.is_live(handle) || !pays(account.object.row, handle)) {
            continue;
        }
        ProcessRow const& row = processes.row(row_index);
        MutableBytes const entry = to.subspan(count++ * listed_bytes, listed_bytes);
        store_le(entry, row_index | static_cast<std::uint64_t>(row.life) << 32U);
        store_le(entry.subspan(8), handle.generation);
        store_le(entry.subspan(16), row.principal.value);
        store_le(entry.subspan(24), row.exit_code);
    }
    return CallAnswer{.words = {count, index < processes.capacity() ? index : 0}};
}

// Whether `account`, or one below it, pays for the process. Accounts form a tree whose depth the
// table of accounts bounds.
bool Kernel::pays(RowHandle account, RowHandle process) const noexcept {
    RowHandle payer = state().processes().row(process.index).head.payer;
    while (payer.generation != 0 && payer != account) {
        payer = state().accounts().row(payer.index).head.payer;
    }
    return payer == account;
}

// slot, timeout: the exit code
Outcome Kernel::await_end(Turn& turn, CallFrame const& frame, ObjectType type, Wait what) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const held = TRY(look_up(turn, frame, {0, type, right::read}));
    if (auto const code = exit_code(held.object)) {
        return CallAnswer{.words = {*code}};
    }
    if (frame.arguments[1] == at_once) {
        return refuse(Check::nobody);
    }
    turn.thread->through = held;
    turn.thread->by_fault = false;
    turn.thread->target = held.object;
    ipc_.wait_alone(turn, what, frame.arguments[1]);
    return waits;
}

Outcome Kernel::on_process_wait(Turn& turn, CallFrame const& frame) noexcept {
    return await_end(turn, frame, ObjectType::process, Wait::process_end);
}

Outcome Kernel::on_thread_join(Turn& turn, CallFrame const& frame) noexcept {
    return await_end(turn, frame, ObjectType::thread, Wait::thread_end);
}

// slot, entry, stack, argument
Outcome Kernel::on_thread_start(Turn& turn, CallFrame const& frame) noexcept {
    if (!take_authority(turn)) {
        return waits;
    }
    auto const held = TRY(look_up(turn, frame, {0, ObjectType::thread, right::manage}));
    if (exit_code(held.object)) {
        return refuse(Check::ended, 0);
    }
    if (scheduler_.threads()[held.object.row.index].seen().wait() != Wait::idle) {
        return refuse(Check::in_use, 0);
    }
    start_thread(
        turn, held.object.row.index,
        {.entry = frame.arguments[1], .stack = frame.arguments[2], .argument = frame.arguments[3]});
    return CallAnswer{};
}

// With the authority lock held, or before anything runs.
void Kernel::start_thread(Turn& turn, std::uint32_t index, StartState const& begin) noexcept {
    Thread& thread = scheduler_.threads()[index];
    WaitWord const seen = thread.seen();
    bool const claimed = seen.wait() == Wait::idle && thread.claim(seen);
    AXIOM_ASSERT(claimed); // only the holder of the authority lock starts threads
    RowHandle const space = state().processes().row(thread.process.index).space.target;
    machine_->start(index, space.index, begin);
    thread.answer = {.status = as_it_was};
    scheduler_.wake(turn.cpu, thread);
}

// slot, CPUs as bits
Outcome Kernel::on_thread_place(Turn& turn, CallFrame const& frame) noexcept {
    std::uint64_t const bits = frame.arguments[1] & CpuSet::first(scheduler_.cpus()).bits;
    if (bits == 0) {
        return refuse(Check::argument, 1);
    }
    if (!take_authority(turn)) {
        return waits;
    }
    auto const held = TRY(look_up(turn, frame, {0, ObjectType::thread, right::manage}));
    scheduler_.place(turn.cpu, scheduler_.threads()[held.object.row.index], CpuSet{bits});
    return CallAnswer{};
}

} // namespace axiom::kernel
