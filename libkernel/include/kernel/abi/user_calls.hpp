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
        return tell<Call::debug_write>(Argument<"bytes">{bytes});
    }
    [[nodiscard]] Times time() const noexcept {
        Told<Call::time> const told{kernel::ask<Call::time>(trap_)}; // never refused
        return {.now = Nanoseconds{told.word<"now_ns">()}, .log = LogTime{told.word<"log_ms">()}};
    }
    Answer<void> interrupt_acknowledge(Slot interrupt) const noexcept {
        return tell<Call::interrupt_acknowledge>(Argument<"interrupt">{interrupt});
    }
    Answer<void> interrupt_mask(Slot interrupt, bool masked) const noexcept {
        return tell<Call::interrupt_mask>(Argument<"interrupt">{interrupt},
                                          Argument<"masked">{masked});
    }
    Answer<std::uint32_t> port_in(Slot ports, std::uint16_t port, unsigned bytes) const noexcept {
        auto const told = TRY(ask<Call::port_in>(Argument<"ports">{ports}, Argument<"port">{port},
                                                 Argument<"bytes">{bytes}));
        return static_cast<std::uint32_t>(told.word<"value">());
    }
    Answer<void> port_out(Slot ports, std::uint16_t port, unsigned bytes,
                          std::uint32_t value) const noexcept {
        return tell<Call::port_out>(Argument<"ports">{ports}, Argument<"port">{port},
                                    Argument<"bytes">{bytes}, Argument<"value">{value});
    }

    // ── capabilities ───────────────────────────────────────────────────────────────────────────

    Answer<RowHandle> create(Slot account, Into const& into,
                             NewObject const& object) const noexcept {
        put_label(object.label);
        auto const told =
            TRY(ask<Call::create>(Argument<"account">{account}, Argument<"process">{into.process},
                                  Argument<"slot">{into.slot}, Argument<"type">{object.type},
                                  Argument<"first">{object.first}, Argument<"count">{object.count},
                                  Argument<"uses">{object.uses}, Argument<"row">{object.row}));
        return RowHandle{static_cast<std::uint32_t>(told.word<"index">()),
                         told.word<"generation">()};
    }
    Answer<void> create_account(Slot account, Into const& into, Limit const& limit,
                                std::string_view label) const noexcept {
        put_label(label);
        copy_bytes(buffer().bytes, std::as_bytes(std::span{&limit, 1}));
        return tell<Call::create_account>(Argument<"account">{account},
                                          Argument<"process">{into.process},
                                          Argument<"slot">{into.slot});
    }
    Answer<void> derive(Slot source, Into const& into,
                        Derivation const& derivation) const noexcept {
        put_label(derivation.label);
        return tell<Call::derive>(
            Argument<"source">{source}, Argument<"process">{into.process},
            Argument<"slot">{into.slot}, Argument<"rights">{derivation.rights.bits},
            Argument<"badge">{derivation.badge}, Argument<"expires">{derivation.expires});
    }
    Answer<void> move(Slot source, Into const& into) const noexcept {
        return tell<Call::move>(Argument<"source">{source}, Argument<"process">{into.process},
                                Argument<"slot">{into.slot});
    }
    Answer<void> remove(Slot slot) const noexcept {
        return tell<Call::remove>(Argument<"slot">{slot});
    }
    Answer<void> revoke(Slot slot, bool itself) const noexcept {
        return tell<Call::revoke>(Argument<"slot">{slot}, Argument<"itself">{itself});
    }
    Answer<Inspected> inspect(Slot slot) const noexcept {
        auto const told = TRY(ask<Call::inspect>(Argument<"slot">{slot}));
        std::uint64_t const what = told.word<"type_rights_depth">();
        Inspected found{.object = {.type = static_cast<ObjectType>(what & 0xFFU),
                                   .row = {static_cast<std::uint32_t>(told.word<"index">()),
                                           told.word<"generation">()}},
                        .rights = {static_cast<std::uint8_t>(what >> 8U)},
                        .depth = static_cast<std::uint8_t>(what >> 16U),
                        .badge = told.word<"badge">(),
                        .expires = LogTime{told.word<"expires">()}};
        std::array const label{told.word<"label_0">(), told.word<"label_8">()};
        copy_bytes(std::as_writable_bytes(std::span{found.label}), std::as_bytes(std::span{label}));
        return found;
    }
    /// `binding`: 0 context, 1 faults, 2 signals, 3 line, 4 budgets.
    Answer<void> bind(std::uint8_t binding, Slot subject, std::optional<Slot> target,
                      std::uint8_t bit = 0) const noexcept {
        return tell<Call::bind>(Argument<"subject">{subject}, Argument<"target">{target},
                                Argument<"bit">{bit}, Argument<"binding">{binding});
    }

    // ── processes and threads ──────────────────────────────────────────────────────────────────

    struct Listed {
        std::uint64_t count{};
        std::uint64_t next{};
    };
    Answer<Listed> process_list(Slot account, std::uint64_t from) const noexcept {
        auto const told =
            TRY(ask<Call::process_list>(Argument<"account">{account}, Argument<"from">{from}));
        return Listed{.count = told.word<"count">(), .next = told.word<"next">()};
    }
    Answer<std::uint64_t> process_wait(Slot process, Nanoseconds timeout) const noexcept {
        auto const told = TRY(
            ask<Call::process_wait>(Argument<"process">{process}, Argument<"timeout">{timeout}));
        return told.word<"code">();
    }
    Answer<void> process_kill(Slot process, std::uint64_t code) const noexcept {
        return tell<Call::process_kill>(Argument<"process">{process}, Argument<"code">{code});
    }
    /// Returns only if it was refused.
    Answer<void> process_exit(std::uint64_t code) const noexcept {
        return tell<Call::process_exit>(Argument<"code">{code});
    }
    Answer<void> thread_start(Slot thread, std::uint64_t entry, std::uint64_t stack,
                              std::uint64_t argument) const noexcept {
        return tell<Call::thread_start>(Argument<"thread">{thread}, Argument<"entry">{entry},
                                        Argument<"stack">{stack}, Argument<"argument">{argument});
    }
    Answer<std::uint64_t> thread_join(Slot thread, Nanoseconds timeout) const noexcept {
        auto const told =
            TRY(ask<Call::thread_join>(Argument<"thread">{thread}, Argument<"timeout">{timeout}));
        return told.word<"code">();
    }
    Answer<void> thread_kill(Slot thread, std::uint64_t code) const noexcept {
        return tell<Call::thread_kill>(Argument<"thread">{thread}, Argument<"code">{code});
    }
    /// Returns only if it was refused.
    Answer<void> thread_exit(std::uint64_t code) const noexcept {
        return tell<Call::thread_exit>(Argument<"code">{code});
    }
    Answer<void> thread_place(Slot thread, std::uint64_t cpus) const noexcept {
        return tell<Call::thread_place>(Argument<"thread">{thread}, Argument<"cpus">{cpus});
    }
    void yield() const noexcept { static_cast<void>(ask<Call::yield>()); }
    Answer<void> sleep(Nanoseconds time) const noexcept {
        return tell<Call::sleep>(Argument<"time">{time});
    }

    // ── memory ─────────────────────────────────────────────────────────────────────────────────

    /// `access`: 1 write, 2 execute, not both. Where the region lies in physical memory, for a
    /// device to read; 0: in pieces, or the caller may not know.
    Answer<std::uint64_t> map(Slot space, Slot region, std::uint64_t address,
                              unsigned access) const noexcept {
        auto const told =
            TRY(ask<Call::map>(Argument<"space">{space}, Argument<"region">{region},
                               Argument<"address">{address}, Argument<"access">{access}));
        return told.word<"physical">();
    }
    Answer<void> unmap(Slot region) const noexcept {
        return tell<Call::unmap>(Argument<"region">{region});
    }
    Answer<void> protect(Slot region, unsigned access) const noexcept {
        return tell<Call::protect>(Argument<"region">{region}, Argument<"access">{access});
    }

    // ── messages ───────────────────────────────────────────────────────────────────────────────

    Answer<void> send(Slot endpoint, Words const& message, Nanoseconds timeout) const noexcept {
        TRY(offer<Call::send>(endpoint, message, timeout));
        return {};
    }
    Answer<Words> call(Slot endpoint, Words const& message, Nanoseconds timeout) const noexcept {
        return words_in(TRY(offer<Call::call>(endpoint, message, timeout)));
    }
    Answer<Received> receive(Slot endpoint, Nanoseconds timeout) const noexcept {
        return received_in(
            TRY(ask<Call::receive>(Argument<"endpoint">{endpoint}, Argument<"timeout">{timeout})));
    }
    Answer<void> reply(std::uint64_t token, Words const& message) const noexcept {
        auto const& words = message.words;
        return tell<Call::reply>(Argument<"token">{token}, Argument<"head">{message.head.word},
                                 Argument<"word_0">{words[0]}, Argument<"word_1">{words[1]},
                                 Argument<"word_2">{words[2]}, Argument<"word_3">{words[3]});
    }
    /// Token 0: no reply, only a receive.
    Answer<Received> reply_receive(std::uint64_t token, Words const& message, Slot endpoint,
                                   Nanoseconds timeout) const noexcept {
        auto const& words = message.words;
        return received_in(TRY(
            ask<Call::reply_receive>(Argument<"token">{token}, Argument<"head">{message.head.word},
                                     Argument<"endpoint">{endpoint}, Argument<"timeout">{timeout},
                                     Argument<"word_0">{words[0]}, Argument<"word_1">{words[1]},
                                     Argument<"word_2">{words[2]}, Argument<"word_3">{words[3]})));
    }
    Answer<void> signal(Slot notification, std::uint64_t bits) const noexcept {
        return tell<Call::signal>(Argument<"notification">{notification}, Argument<"bits">{bits});
    }
    /// The bits.
    Answer<std::uint64_t> wait(Slot notification, Nanoseconds timeout) const noexcept {
        auto const told = TRY(
            ask<Call::wait>(Argument<"notification">{notification}, Argument<"timeout">{timeout}));
        return told.word<"bits">();
    }

    // ── the log ────────────────────────────────────────────────────────────────────────────────

    /// The next free sequence.
    Answer<Sequence> log_attach(Slot log, Slot region,
                                std::optional<Slot> notification) const noexcept {
        auto const told =
            TRY(ask<Call::log_attach>(Argument<"log">{log}, Argument<"region">{region},
                                      Argument<"notification">{notification}));
        return Sequence{told.word<"next">()};
    }
    Answer<DrainedWords> log_drain(Slot log, Slot region, Sequence durable,
                                   StoreState store) const noexcept {
        auto const told =
            TRY(ask<Call::log_drain>(Argument<"log">{log}, Argument<"region">{region},
                                     Argument<"durable">{durable}, Argument<"store">{store}));
        return DrainedWords{.count = told.word<"count">(),
                            .bytes = told.word<"bytes">(),
                            .first = Sequence{told.word<"first">()},
                            .more = told.word<"more">() != 0};
    }
    Answer<SealedWords> syslog_drain(Slot log, Slot region, std::uint64_t ring) const noexcept {
        auto const told = TRY(ask<Call::syslog_drain>(
            Argument<"log">{log}, Argument<"region">{region}, Argument<"ring">{ring}));
        return SealedWords{.bytes = told.word<"bytes">(),
                           .ring = told.word<"ring">(),
                           .entry = Sequence{told.word<"entry">()},
                           .due = told.word<"due">() != 0};
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
        auto const told = TRY(ask<Call::log_propose>(Argument<"log">{log}, Argument<"token">{token},
                                                     Argument<"verdict">{verdict}));
        return Proposed{.entry = Sequence{told.word<"entry">()},
                        .repeated = told.word<"repeated">() != 0};
    }
    /// Keeps who asked; the token is for one `log_propose`, after the client's call has been
    /// answered too. Of `head` only `slot` counts.
    Answer<std::uint64_t> log_keep(Slot log, std::uint64_t token,
                                   ProposalHead const& head) const noexcept {
        return TRY(log_propose(log, token, Verdict::keep, head, {})).entry.value;
    }

  private:
    // Whoever asks for an answer that has no words tells.
    template <Call call, Name... names>
    Answer<Told<call>> ask(Argument<names> const&... given) const noexcept {
        Told<call> const told{kernel::ask<call>(trap_, given...)};
        if (!told.answer.done()) {
            return std::unexpected{refusal_in(told.answer)};
        }
        return told;
    }
    template <Call call, Name... names>
    Answer<void> tell(Argument<names> const&... given) const noexcept {
        TRY(ask<call>(given...));
        return {};
    }
    void put_label(std::string_view label) const noexcept {
        auto& to = buffer().label;
        to = {};
        std::copy_n(label.begin(), std::min(label.size(), to.size()), to.begin());
    }
    template <Call call>
    Answer<Told<call>> offer(Slot endpoint, Words const& message,
                             Nanoseconds timeout) const noexcept {
        auto const& words = message.words;
        return ask<call>(Argument<"endpoint">{endpoint}, Argument<"head">{message.head.word},
                         Argument<"timeout">{timeout}, Argument<"word_0">{words[0]},
                         Argument<"word_1">{words[1]}, Argument<"word_2">{words[2]},
                         Argument<"word_3">{words[3]});
    }
    template <Call call> static Words words_in(Told<call> const& told) noexcept {
        return {.head = {word<call, "head">(told.answer)},
                .words = {word<call, "word_0">(told.answer), word<call, "word_1">(told.answer),
                          word<call, "word_2">(told.answer), word<call, "word_3">(told.answer)}};
    }
    template <Call call> static Received received_in(Told<call> const& told) noexcept {
        return {.badge = word<call, "badge">(told.answer),
                .token = word<call, "token">(told.answer),
                .message = words_in(told)};
    }

    Trap trap_;
};

} // namespace axiom::kernel
