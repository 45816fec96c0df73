#pragma once
// The table of system calls: what each takes and answers. docs/syscalls.md is written from it.
//
// An argument is a register; a refusal names it by its place here.

#include <array>
#include <string_view>

#include <kernel/abi/call.hpp>

namespace axiom::kernel {

struct CallInfo {
    Call call{};
    std::string_view name;
    std::string_view arguments; // names, separated by spaces
    std::string_view answers;   // of the words that it answers, if it is done
    std::string_view sentence;
};

// `slot`-like arguments (account, source, endpoint …) name a slot of the caller's own process.
// `process`: whose space the capability goes into; all ones: the caller's.
inline constexpr std::array<CallInfo, calls> call_table{{
    {Call::debug_write, "debug_write", "bytes", "",
     "The first `bytes` bytes of the buffer go to the machine's debug output."},
    {Call::time, "time", "", "now_ns log_ms", "The machine's clock, and log time."},
    {Call::create, "create", "account process slot type first count uses row", "index generation",
     "Creates an object that the account pays for; its label lies in the buffer. `first`, `count` "
     "and `uses` depend on the type, as in the entry `create`. `row`, of memory: 0, or n + 1, "
     "n at most 18: in one row of frames, at a multiple of 2^n pages, for a device to read. A "
     "process of another principal than its maker's needs the right to manage the account."},
    {Call::create_account, "create_account", "account process slot", "",
     "Creates an account under another; its limit lies in the buffer's first six words, its label "
     "in the buffer's label."},
    {Call::derive, "derive", "source process slot rights badge expires", "",
     "Makes a child of a capability, with no more rights; its label lies in the buffer."},
    {Call::move, "move", "source process slot", "",
     "Moves a capability. What was mapped through it is unmapped."},
    {Call::remove, "remove", "slot", "",
     "Gives a capability up; its children descend from its parent, and so does what was made or "
     "bound through it, unless it was to expire before that: then that goes."},
    {Call::revoke, "revoke", "slot itself", "",
     "Takes back everything that was derived from a capability, and it too if `itself`. With each "
     "goes what was had through it: a binding is let go, a thread that was made in a process ends, "
     "and a process that was made in a space."},
    {Call::inspect, "inspect", "slot",
     "type_rights_depth index generation badge expires label_0 label_8",
     "What a slot holds: in the first word the type, at bit 8 the rights, at bit 16 the depth."},
    {Call::bind, "bind", "subject target bit binding", "",
     "Binds a thread or an interrupt to another object; `target` all ones takes the binding away. "
     "`binding`: 0 a thread's scheduling context, 1 the endpoint of its faults, 2 the notification "
     "that wakes it while it receives, 3 what an interrupt signals, 4 the endpoint that hears when "
     "a thread's budget is used up. A notification wakes one thread at most. A fault arrives "
     "with the badge of `target`. An interrupt signals a bit that the badge of `target` has, if "
     "that has a badge."},
    {Call::process_list, "process_list", "account from", "count next",
     "Lists the processes that an account or one below it pays for, 32 bytes each in the buffer; "
     "`next` is where to go on, 0 after the last."},
    {Call::process_wait, "process_wait", "process timeout", "code", "Waits for a process's end."},
    {Call::process_kill, "process_kill", "process code", "", "Ends a process."},
    {Call::process_exit, "process_exit", "code", "", "Ends the caller's process."},
    {Call::thread_start, "thread_start", "thread entry stack argument", "",
     "Starts a thread: the first of a process, too."},
    {Call::thread_join, "thread_join", "thread timeout", "code", "Waits for a thread's end."},
    {Call::thread_kill, "thread_kill", "thread code", "", "Ends a thread."},
    {Call::thread_exit, "thread_exit", "code", "", "Ends the calling thread."},
    {Call::thread_place, "thread_place", "thread cpus", "",
     "Says on which CPUs a thread may run, a bit for each."},
    {Call::yield, "yield", "", "", "Lets others of the same priority go first."},
    {Call::sleep, "sleep", "time", "", "Waits for time to pass."},
    {Call::map, "map", "space region address access", "physical",
     "Maps a region, all of it; `access`: 1 write, 2 execute, not both. A capability is mapped "
     "once at a time. With `manage`, of a region in one row, it answers its physical address, else "
     "0."},
    {Call::unmap, "unmap", "region", "", "Takes the region's mapping away."},
    {Call::protect, "protect", "region access", "", "Changes what its mapping allows."},
    {Call::send, "send", "endpoint head timeout word_0 word_1 word_2 word_3", "",
     "Sends a message and waits until somebody has received it."},
    {Call::receive, "receive", "endpoint timeout", "badge token head word_0 word_1 word_2 word_3",
     "Waits for a message, or for the bits of a bound notification."},
    {Call::call, "call", "endpoint head timeout word_0 word_1 word_2 word_3",
     "zero zero head word_0 word_1 word_2 word_3",
     "Sends a message and waits for its reply; the timeout covers both."},
    {Call::reply, "reply", "token head word_0 word_1 word_2 word_3", "",
     "Answers a call, once. The answer to a fault lets the thread go on."},
    {Call::reply_receive, "reply_receive",
     "token head endpoint timeout word_0 word_1 word_2 word_3",
     "badge token head word_0 word_1 word_2 word_3",
     "Both: a reply, unless `token` is 0, and then a receive. If the reply is refused nothing is "
     "received; if the receive is, or its time is over, the reply has been given all the same."},
    {Call::signal, "signal", "notification bits", "",
     "Adds bits to a notification; a badged capability adds its badge, whatever `bits` says."},
    {Call::wait, "wait", "notification timeout", "zero zero head bits",
     "Waits for bits, and takes them all."},
    {Call::interrupt_acknowledge, "interrupt_acknowledge", "interrupt", "",
     "Lets the line's next interrupt come."},
    {Call::interrupt_mask, "interrupt_mask", "interrupt masked", "",
     "Masks the line, or unmasks it."},
    {Call::port_in, "port_in", "ports port bytes", "value",
     "Reads an I/O port of 1, 2 or 4 bytes."},
    {Call::port_out, "port_out", "ports port bytes value", "", "Writes one."},
    {Call::log_attach, "log_attach", "log region notification", "next",
     "Gives the log its place behind a recovered store, or, after a restart of whoever drains it, "
     "takes it on from there. What the store holds lies in the region. The notification, unless "
     "all ones, is signalled when entries (bit 0) or calls (bit 1) wait to be drained."},
    {Call::log_drain, "log_drain", "log region durable store", "count bytes first more",
     "Says that everything below the sequence `durable` is on stable storage, and how the store "
     "does: 0 sound, 1 nearly full, 2 failed. Then hashes and links the next block, and writes it "
     "into the region. While nothing waits the next entry signals."},
    {Call::syslog_drain, "syslog_drain", "log region ring", "bytes ring entry due",
     "Seals the next records of a ring, or of one that is due if `ring` is all ones, and writes "
     "their batch into the region; `entry` is the seal's. No bytes: there was nothing."},
    {Call::log_propose, "log_propose", "log token verdict", "entry repeated",
     "Proposes an entry on behalf of the caller whose reply the token is for (verdict 0), or "
     "records that it is denied (1); token 0: an entry that needs no decision, in the proposer's "
     "own name. It lies in the buffer. Verdict 2 keeps who asked, and what is exercised, for an "
     "approval that comes later: `entry` is a token for one proposal or denial, when the client "
     "need not wait any more. Of each account 8 are kept."},
}};

} // namespace axiom::kernel
