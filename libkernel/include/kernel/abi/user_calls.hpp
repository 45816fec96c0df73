#pragma once
// UserCalls: the system calls as a program makes them, with types.
//
// What a call does is said in kernel/abi/call_table.hpp, and in docs/syscalls.md. Labels and other
// things that lie in the buffer are put there by the call itself, so nothing that a message brought
// outlives the next one that makes something.

#include <optional>
#include <span>

#include <axiom/base/bytes.hpp>
#include <axiom/log/ids.hpp>

#include <kernel/abi/ask.hpp>
#include <kernel/abi/log.hpp>
#include <kernel/abi/object.hpp>
#include <kernel/abi/rights.hpp>

namespace axiom::kernel {

using Nanoseconds = Strong<struct NanosecondsTag>;

inline constexpr Nanoseconds not_at_all{at_once};
inline constexpr Nanoseconds as_long_as_it_takes{for_ever};

/// Where a capability goes: a slot of one's own space, or of a process that is held.
struct Into {
    std::optional<Slot> process{};
    Slot slot{};
};

/// What an account may spend, in the order of docs/syscalls.md.
struct Limit {
    std::uint64_t pages{};
    std::uint64_t objects{};
    std::uint64_t capabilities{};
    std::uint64_t threads{};
    std::uint64_t cpu_us{};
    std::uint64_t log_bytes{};
};

struct NewObject {
    ObjectType type{};
    std::uint64_t first{};
    std::uint64_t count{};
    std::optional<Slot> uses{};
    std::uint64_t row{}; // of memory: 0, or n + 1: in one row at a multiple of 2^n pages
    std::string_view label{};
};

struct Derivation {
    Rights rights{};
    std::uint64_t badge{};
    LogTime expires{}; // 0: with its source
    std::string_view label{};
};

struct Inspected {
    ObjectName object{};
    Rights rights{};
    std::uint8_t depth{};
    std::uint64_t badge{};
    LogTime expires{};
    std::array<char, 16> label{};
};

/// A message's registers; its bytes and the slots of its capabilities lie in the buffer.
struct Words {
    MessageHead head{};
    std::array<std::uint64_t, message_words> words{};
};

struct Received {
    std::uint64_t badge{};
    std::uint64_t token{}; // 0: no reply is awaited
    Words message{};
};

struct Times {
    Nanoseconds now{};
    LogTime log{};
};

struct DrainedWords {
    std::uint64_t count{};
    std::uint64_t bytes{};
    Sequence first{};
    bool more{};
};

struct SealedWords {
    std::uint64_t bytes{};
    std::uint64_t ring{};
    Sequence entry{};
    bool due{};
};

struct Proposed {
    Sequence entry{};
    bool repeated{};
};

class UserCalls {
  public:
    explicit UserCalls(Trap const& trap) noexcept : trap_{trap} {}

    [[nodiscard]] MessageBuffer& buffer() const noexcept { return *trap_.buffer; }

    // ── the machine ────────────────────────────────────────────────────────────────────────────

    Answer<void> debug_write(std::string_view text) const noexcept {
        std::size_t const bytes = std::min(text.size(), message_bytes_max);
        copy_bytes(buffer().bytes, std::as_bytes(std::span{text.substr(0, bytes)}));
        return done(ask<Call::debug_write>(trap_, Argument<"bytes">{bytes}));
    }
    [[nodiscard]] Times time() const noexcept {
        CallAnswer const answer = ask<Call::time>(trap_);
        return {.now = Nanoseconds{word<Call::time, "now_ns">(answer)},
                .log = LogTime{word<Call::time, "log_ms">(answer)}};
    }
    Answer<void> interrupt_acknowledge(Slot interrupt) const noexcept {
        return done(
            ask<Call::interrupt_acknowledge>(trap_, Argument<"interrupt">{interrupt.value}));
    }
    Answer<void> interrupt_mask(Slot interrupt, bool masked) const noexcept {
        return done(ask<Call::interrupt_mask>(trap_, Argument<"interrupt">{interrupt.value},
                                              Argument<"masked">{masked}));
    }
    Answer<std::uint32_t> port_in(Slot ports, std::uint16_t port, unsigned bytes) const noexcept {
        CallAnswer const answer =
            ask<Call::port_in>(trap_, Argument<"ports">{ports.value}, Argument<"port">{port},
                               Argument<"bytes">{bytes});
        TRY(done(answer));
        return static_cast<std::uint32_t>(word<Call::port_in, "value">(answer));
    }
    Answer<void> port_out(Slot ports, std::uint16_t port, unsigned bytes,
                          std::uint32_t value) const noexcept {
        return done(ask<Call::port_out>(trap_, Argument<"ports">{ports.value},
                                        Argument<"port">{port}, Argument<"bytes">{bytes},
                                        Argument<"value">{value}));
    }

    // ── capabilities ───────────────────────────────────────────────────────────────────────────

    Answer<RowHandle> create(Slot account, Into const& into,
                             NewObject const& object) const noexcept {
        put_label(object.label);
        CallAnswer const answer = ask<Call::create>(
            trap_, Argument<"account">{account.value}, Argument<"process">{or_own(into.process)},
            Argument<"slot">{into.slot.value},
            Argument<"type">{static_cast<std::uint64_t>(object.type)},
            Argument<"first">{object.first}, Argument<"count">{object.count},
            Argument<"uses">{or_own(object.uses)}, Argument<"row">{object.row});
        TRY(done(answer));
        return RowHandle{static_cast<std::uint32_t>(word<Call::create, "index">(answer)),
                         word<Call::create, "generation">(answer)};
    }
    Answer<void> create_account(Slot account, Into const& into, Limit const& limit,
                                std::string_view label) const noexcept {
        put_label(label);
        copy_bytes(buffer().bytes, std::as_bytes(std::span{&limit, 1}));
        return done(ask<Call::create_account>(trap_, Argument<"account">{account.value},
                                              Argument<"process">{or_own(into.process)},
                                              Argument<"slot">{into.slot.value}));
    }
    Answer<void> derive(Slot source, Into const& into,
                        Derivation const& derivation) const noexcept {
        put_label(derivation.label);
        return done(ask<Call::derive>(
            trap_, Argument<"source">{source.value}, Argument<"process">{or_own(into.process)},
            Argument<"slot">{into.slot.value}, Argument<"rights">{derivation.rights.bits},
            Argument<"badge">{derivation.badge}, Argument<"expires">{derivation.expires.value}));
    }
    Answer<void> move(Slot source, Into const& into) const noexcept {
        return done(ask<Call::move>(trap_, Argument<"source">{source.value},
                                    Argument<"process">{or_own(into.process)},
                                    Argument<"slot">{into.slot.value}));
    }
    Answer<void> remove(Slot slot) const noexcept {
        return done(ask<Call::remove>(trap_, Argument<"slot">{slot.value}));
    }
    Answer<void> revoke(Slot slot, bool itself) const noexcept {
        return done(
            ask<Call::revoke>(trap_, Argument<"slot">{slot.value}, Argument<"itself">{itself}));
    }
    Answer<Inspected> inspect(Slot slot) const noexcept {
        CallAnswer const answer = ask<Call::inspect>(trap_, Argument<"slot">{slot.value});
        TRY(done(answer));
        std::uint64_t const what = word<Call::inspect, "type_rights_depth">(answer);
        Inspected found{
            .object = {.type = static_cast<ObjectType>(what & 0xFFU),
                       .row = {static_cast<std::uint32_t>(word<Call::inspect, "index">(answer)),
                               word<Call::inspect, "generation">(answer)}},
            .rights = {static_cast<std::uint8_t>(what >> 8U)},
            .depth = static_cast<std::uint8_t>(what >> 16U),
            .badge = word<Call::inspect, "badge">(answer),
            .expires = LogTime{word<Call::inspect, "expires">(answer)}};
        std::array const label{word<Call::inspect, "label_0">(answer),
                               word<Call::inspect, "label_8">(answer)};
        copy_bytes(std::as_writable_bytes(std::span{found.label}), std::as_bytes(std::span{label}));
        return found;
    }
    /// `binding`: 0 context, 1 faults, 2 signals, 3 line.
    Answer<void> bind(std::uint8_t binding, Slot subject, std::optional<Slot> target,
                      std::uint8_t bit = 0) const noexcept {
        return done(ask<Call::bind>(trap_, Argument<"subject">{subject.value},
                                    Argument<"target">{or_own(target)}, Argument<"bit">{bit},
                                    Argument<"binding">{binding}));
    }

    // ── processes and threads ──────────────────────────────────────────────────────────────────

    struct Listed {
        std::uint64_t count{};
        std::uint64_t next{};
    };
    Answer<Listed> process_list(Slot account, std::uint64_t from) const noexcept {
        CallAnswer const answer = ask<Call::process_list>(trap_, Argument<"account">{account.value},
                                                          Argument<"from">{from});
        TRY(done(answer));
        return Listed{.count = word<Call::process_list, "count">(answer),
                      .next = word<Call::process_list, "next">(answer)};
    }
    Answer<std::uint64_t> process_wait(Slot process, Nanoseconds timeout) const noexcept {
        CallAnswer const answer = ask<Call::process_wait>(trap_, Argument<"process">{process.value},
                                                          Argument<"timeout">{timeout.value});
        TRY(done(answer));
        return word<Call::process_wait, "code">(answer);
    }
    Answer<void> process_kill(Slot process, std::uint64_t code) const noexcept {
        return done(ask<Call::process_kill>(trap_, Argument<"process">{process.value},
                                            Argument<"code">{code}));
    }
    /// Returns only if it was refused.
    Answer<void> process_exit(std::uint64_t code) const noexcept {
        return done(ask<Call::process_exit>(trap_, Argument<"code">{code}));
    }
    Answer<void> thread_start(Slot thread, std::uint64_t entry, std::uint64_t stack,
                              std::uint64_t argument) const noexcept {
        return done(ask<Call::thread_start>(trap_, Argument<"thread">{thread.value},
                                            Argument<"entry">{entry}, Argument<"stack">{stack},
                                            Argument<"argument">{argument}));
    }
    Answer<std::uint64_t> thread_join(Slot thread, Nanoseconds timeout) const noexcept {
        CallAnswer const answer = ask<Call::thread_join>(trap_, Argument<"thread">{thread.value},
                                                         Argument<"timeout">{timeout.value});
        TRY(done(answer));
        return word<Call::thread_join, "code">(answer);
    }
    Answer<void> thread_kill(Slot thread, std::uint64_t code) const noexcept {
        return done(ask<Call::thread_kill>(trap_, Argument<"thread">{thread.value},
                                           Argument<"code">{code}));
    }
    /// Returns only if it was refused.
    Answer<void> thread_exit(std::uint64_t code) const noexcept {
        return done(ask<Call::thread_exit>(trap_, Argument<"code">{code}));
    }
    Answer<void> thread_place(Slot thread, std::uint64_t cpus) const noexcept {
        return done(ask<Call::thread_place>(trap_, Argument<"thread">{thread.value},
                                            Argument<"cpus">{cpus}));
    }
    void yield() const noexcept { static_cast<void>(ask<Call::yield>(trap_)); }
    Answer<void> sleep(Nanoseconds time) const noexcept {
        return done(ask<Call::sleep>(trap_, Argument<"time">{time.value}));
    }

    // ── memory ─────────────────────────────────────────────────────────────────────────────────

    /// `access`: 1 write, 2 execute, not both. Where the region lies in physical memory, for a
    /// device to read; 0: in pieces, or the caller may not know.
    Answer<std::uint64_t> map(Slot space, Slot region, std::uint64_t address,
                              unsigned access) const noexcept {
        CallAnswer const answer =
            ask<Call::map>(trap_, Argument<"space">{space.value}, Argument<"region">{region.value},
                           Argument<"address">{address}, Argument<"access">{access});
        TRY(done(answer));
        return word<Call::map, "physical">(answer);
    }
    Answer<void> unmap(Slot region) const noexcept {
        return done(ask<Call::unmap>(trap_, Argument<"region">{region.value}));
    }
    Answer<void> protect(Slot region, unsigned access) const noexcept {
        return done(ask<Call::protect>(trap_, Argument<"region">{region.value},
                                       Argument<"access">{access}));
    }

    // ── messages ───────────────────────────────────────────────────────────────────────────────

    Answer<void> send(Slot endpoint, Words const& message, Nanoseconds timeout) const noexcept {
        return done(offer<Call::send>(endpoint, message, timeout));
    }
    Answer<Words> call(Slot endpoint, Words const& message, Nanoseconds timeout) const noexcept {
        CallAnswer const answer = offer<Call::call>(endpoint, message, timeout);
        TRY(done(answer));
        return words_in<Call::call>(answer);
    }
    Answer<Received> receive(Slot endpoint, Nanoseconds timeout) const noexcept {
        CallAnswer const answer = ask<Call::receive>(trap_, Argument<"endpoint">{endpoint.value},
                                                     Argument<"timeout">{timeout.value});
        return received_in<Call::receive>(answer);
    }
    Answer<void> reply(std::uint64_t token, Words const& message) const noexcept {
        auto const& words = message.words;
        return done(ask<Call::reply>(trap_, Argument<"token">{token},
                                     Argument<"head">{message.head.word},
                                     Argument<"word_0">{words[0]}, Argument<"word_1">{words[1]},
                                     Argument<"word_2">{words[2]}, Argument<"word_3">{words[3]}));
    }
    /// Token 0: no reply, only a receive.
    Answer<Received> reply_receive(std::uint64_t token, Words const& message, Slot endpoint,
                                   Nanoseconds timeout) const noexcept {
        auto const& words = message.words;
        CallAnswer const answer = ask<Call::reply_receive>(
            trap_, Argument<"token">{token}, Argument<"head">{message.head.word},
            Argument<"endpoint">{endpoint.value}, Argument<"timeout">{timeout.value},
            Argument<"word_0">{words[0]}, Argument<"word_1">{words[1]},
            Argument<"word_2">{words[2]}, Argument<"word_3">{words[3]});
        return received_in<Call::reply_receive>(answer);
    }
    Answer<void> signal(Slot notification, std::uint64_t bits) const noexcept {
        return done(ask<Call::signal>(trap_, Argument<"notification">{notification.value},
                                      Argument<"bits">{bits}));
    }
    /// The bits.
    Answer<std::uint64_t> wait(Slot notification, Nanoseconds timeout) const noexcept {
        CallAnswer const answer =
            ask<Call::wait>(trap_, Argument<"notification">{notification.value},
                            Argument<"timeout">{timeout.value});
        TRY(done(answer));
        return word<Call::wait, "bits">(answer);
    }

    // ── the log ────────────────────────────────────────────────────────────────────────────────

    /// The next free sequence.
    Answer<Sequence> log_attach(Slot log, Slot region,
                                std::optional<Slot> notification) const noexcept {
        CallAnswer const answer = ask<Call::log_attach>(
            trap_, Argument<"log">{log.value}, Argument<"region">{region.value},
            Argument<"notification">{or_own(notification)});
        TRY(done(answer));
        return Sequence{word<Call::log_attach, "next">(answer)};
    }
    Answer<DrainedWords> log_drain(Slot log, Slot region, Sequence durable,
                                   StoreState store) const noexcept {
        CallAnswer const answer = ask<Call::log_drain>(
            trap_, Argument<"log">{log.value}, Argument<"region">{region.value},
            Argument<"durable">{durable.value},
            Argument<"store">{static_cast<std::uint64_t>(store)});
        TRY(done(answer));
        return DrainedWords{.count = word<Call::log_drain, "count">(answer),
                            .bytes = word<Call::log_drain, "bytes">(answer),
                            .first = Sequence{word<Call::log_drain, "first">(answer)},
                            .more = word<Call::log_drain, "more">(answer) != 0};
    }
    Answer<SealedWords> syslog_drain(Slot log, Slot region, std::uint64_t ring) const noexcept {
        CallAnswer const answer =
            ask<Call::syslog_drain>(trap_, Argument<"log">{log.value},
                                    Argument<"region">{region.value}, Argument<"ring">{ring});
        TRY(done(answer));
        return SealedWords{.bytes = word<Call::syslog_drain, "bytes">(answer),
                           .ring = word<Call::syslog_drain, "ring">(answer),
                           .entry = Sequence{word<Call::syslog_drain, "entry">(answer)},
                           .due = word<Call::syslog_drain, "due">(answer) != 0};
    }
    /// Token 0: in one's own name. `body` is at most `proposal_body_max` bytes.
    Answer<Proposed> log_propose(Slot log, std::uint64_t token, Verdict verdict, ProposalHead head,
                                 Bytes body) const noexcept {
        if (body.size() > proposal_body_max) {
            return refuse(Check::argument, no_argument, proposal_body_max);
        }
        head.body_bytes = static_cast<std::uint32_t>(body.size());
        MutableBytes const to{buffer().bytes};
        copy_bytes(to, std::as_bytes(std::span{&head, 1}));
        copy_bytes(to.subspan(sizeof(head)), body);
        CallAnswer const answer =
            ask<Call::log_propose>(trap_, Argument<"log">{log.value}, Argument<"token">{token},
                                   Argument<"verdict">{static_cast<std::uint64_t>(verdict)});
        TRY(done(answer));
        return Proposed{.entry = Sequence{word<Call::log_propose, "entry">(answer)},
                        .repeated = word<Call::log_propose, "repeated">(answer) != 0};
    }

  private:
    static constexpr std::uint64_t own = ~std::uint64_t{0};

    static constexpr std::uint64_t or_own(std::optional<Slot> slot) noexcept {
        return slot ? slot->value : own;
    }
    static Answer<void> done(CallAnswer const& answer) noexcept {
        return answer.done() ? Answer<void>{} : std::unexpected{refusal_in(answer)};
    }
    void put_label(std::string_view label) const noexcept {
        auto& to = buffer().label;
        to = {};
        std::copy_n(label.begin(), std::min(label.size(), to.size()), to.begin());
    }
    template <Call call>
    CallAnswer offer(Slot endpoint, Words const& message, Nanoseconds timeout) const noexcept {
        auto const& words = message.words;
        return ask<call>(trap_, Argument<"endpoint">{endpoint.value},
                         Argument<"head">{message.head.word}, Argument<"timeout">{timeout.value},
                         Argument<"word_0">{words[0]}, Argument<"word_1">{words[1]},
                         Argument<"word_2">{words[2]}, Argument<"word_3">{words[3]});
    }
    template <Call call> static Words words_in(CallAnswer const& answer) noexcept {
        return {.head = {word<call, "head">(answer)},
                .words = {word<call, "word_0">(answer), word<call, "word_1">(answer),
                          word<call, "word_2">(answer), word<call, "word_3">(answer)}};
    }
    template <Call call> static Answer<Received> received_in(CallAnswer const& answer) noexcept {
        TRY(done(answer));
        return Received{.badge = word<call, "badge">(answer),
                        .token = word<call, "token">(answer),
                        .message = words_in<call>(answer)};
    }

    Trap trap_;
};

} // namespace axiom::kernel
