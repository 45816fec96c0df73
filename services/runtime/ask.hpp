#pragma once
// ask: one service asks another, while it goes on with other work.

#include <services/runtime/loop.hpp>

namespace axiom {

/// A call to an endpoint, as a frame.
[[nodiscard]] constexpr kernel::CallFrame call_frame(kernel::Slot endpoint,
                                                     kernel::Words const& message,
                                                     kernel::Nanoseconds timeout) noexcept {
    return {.number = static_cast<std::uint64_t>(kernel::Call::call),
            .arguments = {endpoint.value, message.head.word, timeout.value, message.words[0],
                          message.words[1], message.words[2], message.words[3]}};
}

/// The message in the answer to a call that is done.
[[nodiscard]] inline kernel::Words words_of_call(kernel::CallAnswer const& told) noexcept {
    using kernel::Call;
    return {.head = {kernel::word<Call::call, "head">(told)},
            .words = {kernel::word<Call::call, "word_0">(told),
                      kernel::word<Call::call, "word_1">(told),
                      kernel::word<Call::call, "word_2">(told),
                      kernel::word<Call::call, "word_3">(told)}};
}

/// Text and bytes of the answer lie in `held`. `unanswered`, or what the service says.
template <MethodRequest Asks>
[[nodiscard]] Task<typename Asks::Answer> ask(Loop& loop, kernel::Slot endpoint, Asks request,
                                              kernel::Nanoseconds timeout,
                                              MessageBytes& held) noexcept {
    CO_TRY(Loop::Lease const courier, loop.courier());
    auto const head = put_message(courier.buffer(), request);
    if (!head) {
        co_return std::unexpected{head.error()};
    }
    kernel::CallAnswer const told = co_await courier.call(
        call_frame(endpoint, {.head = *head, .words = {Asks::method}}, timeout));
    if (!told.done()) {
        co_return refused_by_kernel(kernel::refusal_in(told), Code::unanswered);
    }
    co_return answer_in<Asks>(courier.buffer(), words_of_call(told), held);
}

} // namespace axiom
