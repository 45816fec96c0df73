#include <services/console/service.hpp>

namespace axiom::console {

namespace {

constexpr kernel::Nanoseconds patience{30'000'000'000};
constexpr kernel::Nanoseconds pause{100'000'000}; // before a line is tried again

// A line may lose bytes; who sends more that is part of no frame speaks something else.
constexpr std::uint64_t noise_bytes_max = std::uint64_t{64} << 10U;

using FrameBytes = std::array<std::byte, frame_bytes_max>;

Answer refusal(Error const& error) noexcept {
    return {.code = static_cast<std::uint16_t>(error.code),
            .where = error.where,
            .detail = error.detail,
            .body = {}};
}

} // namespace

ReachableList reachable_from(kernel::UserCalls const& kernel, kernel::Slot first) noexcept {
    ReachableList found;
    for (std::uint32_t index = 0; index < reachable_max; ++index) {
        kernel::Slot const slot{first.value + index};
        auto const held = kernel.inspect(slot);
        if (held && held->object.type == kernel::ObjectType::endpoint) {
            std::string_view const label{held->label.data(), held->label.size()};
            found.push_back({.name = HeldText<service_name_bytes_max>{label.substr(
                                 0, std::min(label.find('\0'), label.size()))},
                             .endpoint = slot});
        }
    }
    return found;
}

std::optional<kernel::Slot> find_in(ReachableList const& list, std::string_view name) noexcept {
    for (Reachable const& each : list) {
        if (each.name.view() == name) {
            return each.endpoint;
        }
    }
    return std::nullopt;
}

Console::Console(Loop& loop, kernel::Slot line, bool may_recover) noexcept
    : loop_{&loop}, line_{line},
      reachable_{reachable_from(loop.kernel(), kernel::Slot{line.value + 1})},
      admission_{loop,
                 {.policy = find_in(reachable_, "policy"), .init = find_in(reachable_, "init")},
                 may_recover} {}

Detached Console::accept() noexcept {
    bool begun = false;
    for (;;) {
        MessageBytes held;
        if (!begun) {
            auto const answered = co_await ask(*loop_, line_, line::Begin{}, patience, held);
            begun = answered.has_value();
        }
        auto const session =
            co_await ask(*loop_, line_, line::Accept{}, kernel::as_long_as_it_takes, held);
        if (!session) {
            begun = false;
            co_await loop_->after(pause); // whoever keeps the line is begun again
        } else if (!converse(*session).begun()) {
            static_cast<void>(co_await ask(*loop_, line_, line::Close{.session = session->session},
                                           patience, held));
        }
    }
}

Detached Console::converse(line::Session session) noexcept {
    Visitor visitor{.line = session};
    static_cast<void>(co_await read_all(visitor)); // until it ends, one way or the other
    MessageBytes held;
    static_cast<void>(
        co_await ask(*loop_, line_, line::Close{.session = session.session}, patience, held));
    static_cast<void>(co_await admission_.depart(visitor));
}

Task<Nothing> Console::read_all(Visitor& visitor) noexcept {
    FrameReader reader;
    for (;;) {
        {
            MessageBytes held;
            CO_TRY(line::Received const received,
                   ask(*loop_, line_, line::Receive{.session = visitor.line.session},
                       kernel::as_long_as_it_takes, held));
            copy_bytes(reader.room(), received.bytes);
            reader.came(received.bytes.size());
        }
        while (auto const frame = reader.next()) {
            CO_DO(respond(visitor, *frame));
        }
        if (reader.passed_over() > noise_bytes_max) {
            co_return fail(Code::out_of_range, reader.passed_over()); // nobody who speaks frames
        }
    }
}

Task<Nothing> Console::respond(Visitor& visitor, Frame frame) noexcept {
    if (frame.kind == FrameKind::hello && visitor.access == Access::none) {
        CO_DO(greet(visitor, frame));
        co_return Nothing{};
    }
    std::uint64_t const session = visitor.line.session;
    auto const asked =
        frame.kind == FrameKind::ask ? value_in<Ask>(frame) : fail(Code::unknown_kind);
    if (!asked) {
        CO_DO(refuse(session, frame.number, asked.error()));
    } else if (!Admission::may_ask(visitor.access, asked->service)) {
        CO_DO(refuse(session, frame.number, {Code::not_permitted}));
    } else {
        CO_DO(forward(session, frame.number, *asked));
    }
    co_return Nothing{};
}

// A refusal ends the session, once it has been sent.
Task<Nothing> Console::greet(Visitor& visitor, Frame frame) noexcept {
    auto const hello = value_in<Hello>(frame);
    Code code{};
    if (!hello || hello->version != protocol_version) {
        code = Code::unknown_version;
    } else {
        CO_DO(admission_.admit(visitor));
        code = visitor.access == Access::none ? Code::not_permitted : Code{};
    }
    FrameBytes bytes;
    auto const answer = put_frame(bytes, FrameKind::welcome, frame.number,
                                  Welcome{.version = protocol_version,
                                          .code = static_cast<std::uint16_t>(code),
                                          .recovery = visitor.access == Access::recovery,
                                          .entry = visitor.entry,
                                          .reason = visitor.reason.view()});
    if (!answer) {
        co_return std::unexpected{answer.error()};
    }
    CO_DO(send(visitor.line.session, *answer));
    if (code != Code{}) {
        co_return fail(code);
    }
    co_return Nothing{};
}

Task<Nothing> Console::refuse(std::uint64_t session, std::uint32_t number, Error error) noexcept {
    FrameBytes bytes;
    auto const answer = put_frame(bytes, FrameKind::answer, number, refusal(error));
    if (!answer) {
        co_return std::unexpected{answer.error()};
    }
    CO_DO(send(session, *answer));
    co_return Nothing{};
}

// The answer goes from the courier's buffer into the frame: nobody else needs it.
Task<Nothing> Console::forward(std::uint64_t session, std::uint32_t number, Ask asks) noexcept {
    FrameBytes bytes;
    Result<Bytes> frame = fail(Code::unanswered);
    {
        auto const endpoint = endpoint_of(asks.service);
        Result<Loop::Lease> courier = co_await loop_->courier();
        Answer answer{};
        if (!endpoint || !courier) {
            answer = refusal(endpoint ? courier.error() : endpoint.error());
        } else {
            copy_bytes(courier->buffer().bytes, asks.body);
            kernel::Words const message{.head = kernel::MessageHead::of(asks.body.size(), 0),
                                        .words = {asks.method}};
            kernel::CallAnswer const told =
                co_await courier->call(call_frame(*endpoint, message, patience));
            if (told.done()) {
                kernel::Words const words = words_of_call(told);
                answer = {.code = static_cast<std::uint16_t>(words.words[0]),
                          .where = words.words[1],
                          .detail = words.words[2],
                          .body = Bytes{courier->buffer().bytes}.first(words.head.bytes())};
            } else {
                answer =
                    refusal(refused_by_kernel(kernel::refusal_in(told), Code::unanswered).error());
            }
        }
        frame = put_frame(bytes, FrameKind::answer, number, answer);
    }
    if (!frame) {
        co_return std::unexpected{frame.error()};
    }
    CO_DO(send(session, *frame));
    co_return Nothing{};
}

Task<Nothing> Console::send(std::uint64_t session, Bytes bytes) noexcept {
    while (!bytes.empty()) {
        Bytes const part = bytes.first(std::min<std::size_t>(bytes.size(), line::bytes_max));
        MessageBytes held;
        CO_DO(ask(*loop_, line_, line::Send{.session = session, .bytes = part}, patience, held));
        bytes = bytes.subspan(part.size());
    }
    co_return Nothing{};
}

// What has been granted since is found by looking again; what was taken back says so when it is
// called.
Result<kernel::Slot> Console::endpoint_of(std::string_view name) noexcept {
    auto found = find_in(reachable_, name);
    if (!found || !loop_->kernel().inspect(*found)) {
        reachable_ = reachable_from(loop_->kernel(), kernel::Slot{line_.value + 1});
        found = find_in(reachable_, name);
    }
    return found ? Result<kernel::Slot>{*found} : fail(Code::not_permitted, no_capability);
}

} // namespace axiom::console
