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

/// What a request that says nothing but its method derives from.
struct WithoutFields {};
template <std::derived_from<WithoutFields> T> struct Schema<T> {
    static constexpr auto fields = Fields{};
};

/// An answer without anything in it.
struct Nothing : WithoutFields {};

using MessageBytes = std::array<std::byte, kernel::message_bytes_max>;

/// A request as it came, out of reach of whoever sent it.
struct Request {
    std::uint64_t badge{}; // who: given with the capability
    std::uint64_t token{}; // for the reply, and for a proposal in the caller's name
    std::uint64_t method{};
    Bytes body{};
    kernel::Slot window{};        // capabilities that came with it lie from here on
    std::uint32_t capabilities{}; // so many
};

/// Puts the value's bytes into the buffer, and says how many.
template <class T>
[[nodiscard]] Result<kernel::MessageHead> put_message(kernel::MessageBuffer& buffer,
                                                      T const& value) noexcept {
    Writer writer{MutableBytes{buffer.bytes}};
    TRY(encode_value(writer, value));
    return kernel::MessageHead::of(writer.size(), 0);
}

/// What the kernel refused, as a service says it.
[[nodiscard]] inline Failure refused_by_kernel(kernel::Refusal const& refusal,
                                               Code code = Code::kernel_refused) noexcept {
    return fail(code, static_cast<std::uint64_t>(refusal.check), refusal.detail);
}

/// What a service answers when it refuses.
[[nodiscard]] inline kernel::Words refusal_words(Error const& error) noexcept {
    return {.head = {},
            .words = {static_cast<std::uint64_t>(error.code), error.where, error.detail}};
}

/// The answer to `Asks` that came into the buffer. Text and bytes of it lie in `held`.
template <MethodRequest Asks>
[[nodiscard]] Result<typename Asks::Answer> answer_in(kernel::MessageBuffer const& buffer,
                                                      kernel::Words const& answer,
                                                      MessageBytes& held) noexcept {
    if (answer.words[0] != 0) {
        return fail(static_cast<Code>(answer.words[0]), answer.words[1], answer.words[2]);
    }
    std::size_t const bytes = std::min<std::size_t>(answer.head.bytes(), held.size());
    copy_bytes(held, Bytes{buffer.bytes}.first(bytes));
    Reader reader{Bytes{held}.first(bytes)};
    typename Asks::Answer value{};
    TRY(decode_value(reader, value));
    TRY(reader.finish());
    return value;
}

/// Asks, and waits for the answer, as whoever does nothing else meanwhile. Text and bytes of it lie
/// in `held`. `unanswered`, or what the service says.
template <MethodRequest Asks>
[[nodiscard]] Result<typename Asks::Answer>
ask_and_wait(kernel::UserCalls const& kernel, kernel::Slot endpoint, Asks const& request,
             kernel::Nanoseconds timeout, MessageBytes& held) noexcept {
    auto const head = TRY(put_message(kernel.buffer(), request));
    auto const answer = kernel.call(endpoint, {.head = head, .words = {Asks::method}}, timeout);
    return answer ? answer_in<Asks>(kernel.buffer(), *answer, held)
                  : refused_by_kernel(answer.error(), Code::unanswered);
}

} // namespace axiom
