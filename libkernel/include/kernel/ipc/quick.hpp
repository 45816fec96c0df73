#pragma once
// The quick halves of a short call: words alone, as long as it takes, between two threads of one
// CPU, each through the capability that it used last.
//
//     call             the server waits already: it runs, the caller waits for the reply
//     reply_receive    nobody waits to be received: the caller runs, the server waits again
//
// That is what `send`, or `reply` and `receive`, and then `pick` come to when nothing stands in the
// way; if anything does, nothing has been changed, and they are called. The locks and their order
// are theirs. tests/property/kernel_quick_properties_test.cpp holds the two against each other.

#include <kernel/ipc/ipc.hpp>

namespace axiom::kernel {

/// Whether looking the slot up would find what the thread's last wait went through, with this right
/// to an endpoint, as far as can be said without the endpoint's lock.
inline bool Ipc::used_before(Thread const& thread, std::uint64_t slot, Rights needed) noexcept {
    SlotView const& through = thread.through;
    bool const type = through.object.type == ObjectType::endpoint;
    bool const rights = through.rights.covers(needed) || AXIOM_MUTANT(quick_right_unchecked);
    bool const this_slot = through.slot.value == slot || AXIOM_MUTANT(quick_slot_unread);
    return this_slot && type && rights;
}

// Nothing here waits for a lock: who finds one taken goes the other way. Without a call to spin in,
// everything stays in registers. And flat, since as functions that call functions they would spend
// a third on passing things around.

/// slot, head, timeout, four words
[[gnu::always_inline, gnu::flatten]] inline Thread*
Ipc::quick_call(Cpu cpu, std::uint64_t now_ns, Thread& caller, CallFrame const& frame) noexcept {
    auto const& given = frame.arguments;
    bool const short_one = given[1] == 0 || AXIOM_MUTANT(quick_head_unread);
    bool const patient = given[2] == for_ever || AXIOM_MUTANT(quick_timeout_unread);
    if (!used_before(caller, given[0], right::write) || !short_one || !patient) {
        return nullptr;
    }
    Endpoint& endpoint = endpoints_[caller.through.object.row.index];
    TryLocked const held{endpoint.lock};
    bool const still = slots_->still(caller.through) || AXIOM_MUTANT(quick_through_lost);
    if (!held.holds() || endpoint.receivers.empty() || !still) {
        return nullptr;
    }
    Thread& server = threads_[endpoint.receivers.first()];
    WaitWord const seen = server.seen();
    if (seen.wait() != Wait::receive || !slots_->still(server.through)) {
        return nullptr;
    }
    std::uint64_t const number = caller.seen().number() + 1;
    auto const take = [&]() __attribute__((always_inline, flatten)) {
        if (!server.end_wait(seen)) {
            return false;
        }
        endpoint.receivers.pop_front(threads_);
        server.answer = {.words = {caller.through.badge, awaits(caller, number, server), 0,
                                   given[3], given[4], given[5], given[6]}};
        static_cast<void>(lend(caller, server));
        return true;
    };
    std::uint8_t const priority = std::max(server.effective(), caller.effective());
    if (!scheduler_->hand_over(cpu, now_ns, server, priority, take)) {
        return nullptr;
    }
    caller.begin_wait(Wait::reply);
    if (caller.serves.load(std::memory_order_relaxed) != no_endpoint) [[unlikely]] {
        keep_lent(cpu, caller); // nobody lends to who serves nobody
    }
    return &server;
}

/// token, head, slot, timeout, four words
[[gnu::always_inline, gnu::flatten]] inline Thread*
Ipc::quick_reply_receive(Cpu cpu, std::uint64_t now_ns, Thread& server,
                         CallFrame const& frame) noexcept {
    auto const& given = frame.arguments;
    std::uint64_t const index = given[0] & ((1U << token_index_bits) - 1);
    bool const short_one = given[1] == 0 || AXIOM_MUTANT(quick_head_unread);
    bool const patient = given[3] == for_ever || AXIOM_MUTANT(quick_timeout_unread);
    bool const unbound = server.signals.load(std::memory_order_relaxed) == no_thread ||
                         AXIOM_MUTANT(quick_past_signals);
    if (!used_before(server, given[2], right::read) || !short_one || !patient ||
        index >= threads_.size() || !unbound) {
        return nullptr;
    }
    Thread& caller = threads_[index];
    WaitWord const seen = WaitWord::of(given[0] >> token_index_bits, Wait::reply);
    bool const ours = caller.server.load(std::memory_order_relaxed) == server.index ||
                      AXIOM_MUTANT(quick_token_of_others);
    if (!ours || server.serving() != 1) {
        return nullptr;
    }
    Endpoint& endpoint = endpoints_[server.through.object.row.index];
    TryLocked const held{endpoint.lock};
    bool const still = slots_->still(server.through) || AXIOM_MUTANT(quick_receive_lost);
    bool const alone =
        held.holds() && (endpoint.senders.empty() || AXIOM_MUTANT(quick_past_senders));
    // Else it looked through the capability, and has not waited there yet, or elsewhere since.
    bool const adopted = endpoint.generation == server.through.object.row.generation;
    bool const serves =
        server.serves.load(std::memory_order_relaxed) == server.through.object.row.index;
    if (!alone || !still || !adopted || !serves) {
        return nullptr;
    }
    auto const take = [&]() __attribute__((always_inline, flatten)) {
        if (!caller.end_wait(seen)) {
            return false;
        }
        caller.answer = {.words = {0, 0, 0, given[4], given[5], given[6], given[7]}};
        if (!AXIOM_MUTANT(quick_loan_kept)) {
            // Nobody else lends, and none begins to while the endpoint's lock is held: who queues
            // does under it. And it leaves this CPU anyway.
            // In the order of loans.cpp: who changes the loan meanwhile sees that it has ended.
            if (!AXIOM_MUTANT(quick_loan_ends_late)) {
                caller.server.store(no_thread, std::memory_order_relaxed);
            }
            static_cast<void>(server.give_back(0, [] { return std::uint8_t{0}; }));
            if (AXIOM_MUTANT(quick_loan_ends_late)) {
                caller.server.store(no_thread, std::memory_order_relaxed);
            }
        }
        return true;
    };
    if (!scheduler_->hand_over(cpu, now_ns, caller, caller.effective(), take)) {
        return nullptr;
    }
    server.begin_wait(Wait::receive);
    endpoint.server = server.index;
    endpoint.receivers.push_back(threads_, server);
    return &caller;
}

} // namespace axiom::kernel
