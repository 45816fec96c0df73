#pragma once
// serve: the loop of a service: one event at a time, each handled to its end.

#include <services/runtime/message.hpp>
#include <services/runtime/slots.hpp>

namespace axiom {

/// Whether the service goes on.
enum class Serving : bool { ends, goes_on };

/// Handles messages of `TheApi`, and bits of the notification that is bound to its thread by
/// `Serving on_signal(bits)`, until `Serving serving()` says that it ends. False: the kernel
/// refused to receive.
template <class TheApi, class Service>
bool serve(kernel::UserCalls const& kernel, Service& service) noexcept {
    MessageBytes held;
    std::uint64_t token = 0;
    kernel::Words answer{};
    while (service.serving() == Serving::goes_on) {
        auto const received =
            kernel.reply_receive(token, answer, slots::endpoint, kernel::as_long_as_it_takes);
        if (!received) {
            return false;
        }
        kernel::Words const& message = received->message;
        token = 0;
        if ((message.head.word & kernel::head_is_signal) != 0) {
            service.on_signal(message.words[0]);
            continue;
        }
        std::size_t const bytes = std::min<std::size_t>(message.head.bytes(), held.size());
        copy_bytes(held, Bytes{kernel.buffer().bytes}.first(bytes));
        token = received->token;
        answer = TheApi::serve(kernel.buffer(),
                               {.badge = received->badge,
                                .method = message.words[0],
                                .body = Bytes{held}.first(bytes)},
                               service);
    }
    if (token != 0) {
        static_cast<void>(kernel.reply(token, answer)); // to who asked for the end
    }
    return true;
}

} // namespace axiom
