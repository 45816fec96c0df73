#pragma once
// Typed messages: a request is a value with a schema that names its method and its answer.
//
//     request   word 0: the method     bytes: the request, encoded
//     answer    word 0: 0, or a Code; words 1, 2: its `where` and `detail`     bytes: the answer
//
// Both fit the thread's buffer. What is decoded borrows from the bytes that were given.

#include <array>
#include <concepts>

#include <axiom/codec/value.hpp>
#include <kernel/abi/user_calls.hpp>

namespace axiom {

template <class T>
concept MethodRequest = HasSchema<T> && HasSchema<typename T::Answer> && requires {
    { T::method } -> std::convertible_to<std::uint64_t>;
};

/// An answer, or a request, without anything in it.
struct Nothing {};
template <> struct Schema<Nothing> {
    static constexpr auto fields = std::tuple{};
};

using MessageBytes = std::array<std::byte, kernel::message_bytes_max>;

/// A request as it came, out of reach of whoever sent it.
struct Request {
    std::uint64_t badge{}; // who: given with the capability
    std::uint64_t method{};
    Bytes body{};
};

/// Puts the value's bytes into the buffer, and says how many.
template <class T>
[[nodiscard]] Result<kernel::MessageHead> put_message(kernel::MessageBuffer& buffer,
                                                      T const& value) noexcept {
    Writer writer{MutableBytes{buffer.bytes}};
    TRY(encode_value(writer, value));
    return kernel::MessageHead::of(writer.size(), 0);
}

/// What came of asking a service.
struct Unanswered {
    std::optional<kernel::Refusal> by_kernel{}; // it did not come to an answer
    Error by_service{};                         // else this was the answer
};
template <class T> using Asked = std::expected<T, Unanswered>;

/// Asks, and waits for the answer. Text and bytes of it lie in `held`.
template <MethodRequest Asks>
[[nodiscard]] Asked<typename Asks::Answer>
ask_service(kernel::UserCalls const& kernel, kernel::Slot endpoint, Asks const& request,
            kernel::Nanoseconds timeout, MessageBytes& held) noexcept {
    auto const by_service = [](Error const& error) {
        return std::unexpected{Unanswered{.by_kernel = std::nullopt, .by_service = error}};
    };
    auto const head = put_message(kernel.buffer(), request);
    if (!head) {
        return by_service(head.error());
    }
    auto const answer = kernel.call(endpoint, {.head = *head, .words = {Asks::method}}, timeout);
    if (!answer) {
        return std::unexpected{Unanswered{.by_kernel = answer.error(), .by_service = {}}};
    }
    if (answer->words[0] != 0) {
        return by_service(
            {static_cast<Code>(answer->words[0]), answer->words[1], answer->words[2]});
    }
    std::size_t const bytes = std::min<std::size_t>(answer->head.bytes(), held.size());
    copy_bytes(held, Bytes{kernel.buffer().bytes}.first(bytes));
    Reader reader{Bytes{held}.first(bytes)};
    typename Asks::Answer value{};
    auto decoded = decode_value(reader, value);
    if (decoded) {
        decoded = reader.finish();
    }
    return decoded ? Asked<typename Asks::Answer>{value} : by_service(decoded.error());
}

/// Serves one request with a handler that has `on(Request const&, Asks const&) ->
/// Result<Asks::Answer>` for each of the API's requests. The answer's bytes lie in the buffer then.
template <MethodRequest... Asks> struct Api {
    template <class Handler>
    [[nodiscard]] static kernel::Words serve(kernel::MessageBuffer& buffer, Request const& request,
                                             Handler& handler) noexcept {
        kernel::Words words = refused(Error{Code::unknown_kind, request.method});
        static_cast<void>(((request.method == Asks::method &&
                            (words = answer<Asks>(buffer, request, handler), true)) ||
                           ...));
        return words;
    }

  private:
    static kernel::Words refused(Error const& error) noexcept {
        return {.head = {},
                .words = {static_cast<std::uint64_t>(error.code), error.where, error.detail}};
    }

    template <class Asked, class Handler>
    static kernel::Words answer(kernel::MessageBuffer& buffer, Request const& request,
                                Handler& handler) noexcept {
        Reader reader{request.body};
        Asked asked{};
        auto decoded = decode_value(reader, asked);
        if (decoded) {
            decoded = reader.finish();
        }
        if (!decoded) {
            return refused(decoded.error());
        }
        Result<typename Asked::Answer> const done = handler.on(request, asked);
        if (!done) {
            return refused(done.error());
        }
        auto const head = put_message(buffer, *done);
        return head ? kernel::Words{.head = *head, .words = {}} : refused(head.error());
    }
};

} // namespace axiom
