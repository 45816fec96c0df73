#pragma once
// System calls: their numbers, and the registers that carry them in and out.
//
// The kernel's table of them, from which the reference page follows, is in
// kernel/abi/call_table.hpp.

#include <array>
#include <cstdint>

#include <kernel/abi/message.hpp>
#include <kernel/abi/refusal.hpp>

namespace axiom::kernel {

/// Numbers are for good.
enum class Call : std::uint8_t {
    debug_write,
    time,
    create,
    create_account,
    derive,
    move,
    remove,
    revoke,
    inspect,
    bind,
    process_list,
    process_wait,
    process_kill,
    process_exit,
    thread_start,
    thread_join,
    thread_kill,
    thread_exit,
    thread_place,
    yield,
    sleep,
    map,
    unmap,
    protect,
    send,
    receive,
    call,
    reply,
    reply_receive,
    signal,
    wait,
    interrupt_acknowledge,
    interrupt_mask,
    port_in,
    port_out,
    log_attach,
    log_drain,
    syslog_drain,
    log_propose,
};

inline constexpr std::uint64_t calls = 39;

/// What a thread asks: any values at all.
struct CallFrame {
    std::uint64_t number{};
    std::array<std::uint64_t, 8> arguments{};
};

/// What it is told. Of a refusal, `words[0]` is the detail.
struct CallAnswer {
    std::uint64_t status{}; // 0: done; else the Check, and in bits 8 to 15 the argument
    std::array<std::uint64_t, 7> words{};

    [[nodiscard]] constexpr bool done() const noexcept { return status == 0; }
    friend constexpr bool operator==(CallAnswer const&, CallAnswer const&) noexcept = default;
};

[[nodiscard]] constexpr CallAnswer answer_of(Refusal const& refusal) noexcept {
    return {.status = static_cast<std::uint64_t>(refusal.check) | std::uint64_t{refusal.argument}
                                                                      << 8U,
            .words = {refusal.detail}};
}

/// As a status: no answer at all, the registers are as they were. For a thread whose fault was
/// mended. Its low half, which the SysLog has of a status, is that of a call that is done.
inline constexpr std::uint64_t as_it_was = std::uint64_t{1} << 16U;

/// Timeouts, in nanoseconds from now.
inline constexpr std::uint64_t at_once = 0;
inline constexpr std::uint64_t for_ever = ~std::uint64_t{0};

/// Where a received message lies in `CallAnswer::words`.
struct ReceivedWords {
    static constexpr std::size_t badge = 0; // of the capability that it was sent through
    static constexpr std::size_t token = 1; // for the reply; 0: none is awaited
    static constexpr std::size_t head = 2;
    static constexpr std::size_t first = 3; // the first of its four words
};

} // namespace axiom::kernel
