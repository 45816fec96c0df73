#include <tests/support/calls_page.hpp>

#include <sstream>

#include <kernel/abi/call_table.hpp>

namespace axiom::test {

namespace {

// As code, each name for itself; a dash where there are none.
std::string names(std::string_view list) {
    if (list.empty()) {
        return "-";
    }
    std::istringstream words{std::string{list}};
    std::string text;
    for (std::string word; words >> word;) {
        text += (text.empty() ? "`" : " `") + word + "`";
    }
    return text;
}

constexpr char const* head = R"(# System calls

Written from `kernel/abi/call_table.hpp` by `build/host/bin/gen_syscalls > docs/syscalls.md`. Numbers
are for good.

A call is a number and up to eight arguments in registers. Its answer is a status and up to seven
words: status 0 is *done*; else bits 0 to 7 say which check refused, bits 8 to 15 which argument,
counted from 0 (255: none of them), and the first word is the detail. A refused call has changed
nothing, but for `reply_receive`, which is two. An unknown number is a fault of the caller.

A slot names a capability of the caller's own process. `process` says whose space a capability goes
into: a slot that holds a process, or all ones for the caller's own. Timeouts and times are
nanoseconds from now; 0 does not wait, all ones waits for ever. `head` is a message's bytes in bits 0
to 15 and its capabilities in bits 16 to 19; the bytes, the slots of the capabilities and the window
for those that are received lie in the two pages that a thread shares with the kernel
(`kernel/abi/message.hpp`).

A call that gives a device away (registers, an interrupt, ports; by making, deriving or moving a
capability) is answered when its entry is on stable storage. Until then the capability is there and
is refused. Before the log is attached only the first account gives devices away, at once. Afterwards
neither waits if the first account itself pays for both processes, the caller's and the one that gets
the capability, and what it is given from does not wait either: the log's own block driver, begun
again, cannot wait for an entry that only it can store.

Giving up (`remove`, `revoke` where there is something to revoke, kill and exit) is refused neither
for rate nor for want of room in the log: it waits until the log has been drained. Only whoever drains
it is refused, and before it is attached the first account.

)";

} // namespace

std::string calls_page() {
    std::ostringstream page;
    page << head << "| number | call | arguments | answers |\n|---|---|---|---|\n";
    for (kernel::CallInfo const& call : kernel::call_table) {
        page << "| " << static_cast<unsigned>(call.call) << " | [`" << call.name << "`](#"
             << call.name << ") | " << names(call.arguments) << " | " << names(call.answers)
             << " |\n";
    }
    for (kernel::CallInfo const& call : kernel::call_table) {
        page << "\n## " << call.name << "\n\n" << call.sentence << "\n";
    }
    page << "\n## Checks\n\n| number | a call is refused because |\n|---|---|\n";
    for (unsigned check = 1; check <= static_cast<unsigned>(kernel::last_check); ++check) {
        page << "| " << check << " | " << kernel::sentence_of(static_cast<kernel::Check>(check))
             << " |\n";
    }
    return page.str();
}

} // namespace axiom::test
