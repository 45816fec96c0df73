#include <services/console/service.hpp>

namespace axiom::console {

namespace {

constexpr kernel::Nanoseconds patience{30'000'000'000};
constexpr kernel::Nanoseconds pause{100'000'000}; // before a line is tried again

using FrameBytes = std::array<std::byte, frame_bytes_max>;

Answer refusal(Error const& error) noexcept {
    return {.code = static_cast<std::uint16_t>(error.code),
            .where = error.where,
            .detail = error.detail,
            .body = {}};
}

} // namespace

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
    static_cast<void>(co_await read_all(session)); // until it ends, one way or the other
    MessageBytes held;
    static_cast<void>(
        co_await ask(*loop_, line_, line::Close{.session = session.session}, patience, held));
}

Task<Nothing> Console::read_all(line::Session session) noexcept {
    FrameReader reader;
    for (;;) {
        {
            MessageBytes held;
            CO_TRY(line::Received const received,
                   ask(*loop_, line_, line::Receive{.session = session.session},
                       kernel::as_long_as_it_takes, held));
            copy_bytes(reader.room(), received.bytes);
            reader.came(received.bytes.size());
        }
        while (auto const frame = reader.next()) {
            CO_DO(respond(session.session, *frame));
        }
    }
}

Task<Nothing> Console::respond(std::uint32_t session, Frame frame) noexcept {
    FrameBytes bytes;
    if (frame.kind == FrameKind::hello) {
        auto const hello = value_in<Hello>(frame);
        bool const known = hello && hello->version == protocol_version;
        Welcome const welcome{
            .version = protocol_version,
            .code = static_cast<std::uint16_t>(known ? Code{} : Code::unknown_version)};
        auto const answer = put_frame(bytes, FrameKind::welcome, frame.number, welcome);
        if (!answer) {
            co_return std::unexpected{answer.error()};
        }
        CO_DO(send(session, *answer));
        co_return Nothing{};
    }
    auto const asked =
        frame.kind == FrameKind::ask ? value_in<Ask>(frame) : fail(Code::unknown_kind);
    if (asked) {
        CO_DO(forward(session, frame.number, *asked));
        co_return Nothing{};
    }
    auto const answer = put_frame(bytes, FrameKind::answer, frame.number, refusal(asked.error()));
    if (!answer) {
        co_return std::unexpected{answer.error()};
    }
    CO_DO(send(session, *answer));
    co_return Nothing{};
}

// The answer goes from the courier's buffer into the frame: nobody else needs it.
Task<Nothing> Console::forward(std::uint32_t session, std::uint32_t number, Ask asks) noexcept {
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

Task<Nothing> Console::send(std::uint32_t session, Bytes bytes) noexcept {
    while (!bytes.empty()) {
        Bytes const part = bytes.first(std::min<std::size_t>(bytes.size(), line::bytes_max));
        MessageBytes held;
        CO_DO(ask(*loop_, line_, line::Send{.session = session, .bytes = part}, patience, held));
        bytes = bytes.subspan(part.size());
    }
    co_return Nothing{};
}

Result<kernel::Slot> Console::endpoint_of(std::string_view name) const noexcept {
    for (Reachable const& each : reachable_) {
        if (each.name.view() == name) {
            return each.endpoint;
        }
    }
    return fail(Code::no_such_row);
}

} // namespace axiom::console
