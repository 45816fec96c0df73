#pragma once
// serve: requests of an API to the handlers of a service.
//
// For each request of its API a service has one of
//
//     Result<Asks::Answer> on(Request const&, Asks const&)     answers at once
//     Task<Asks::Answer>   on(Request const&, Asks const&)     answers when it has the answer
//
// and `Serving serving() const`, asked after every event.

#include <services/runtime/loop.hpp>

namespace axiom {

/// The requests that a service answers.
template <MethodRequest... Asks> struct Api {};

namespace detail {

template <class T> struct IsTask : std::false_type {};
template <class T> struct IsTask<Task<T>> : std::true_type {};

template <class TheApi, class Service> class ServedApi;

template <class Service, MethodRequest... Asks>
class ServedApi<Api<Asks...>, Service> final : public Served {
  public:
    ServedApi(Loop& loop, Service& service) noexcept : loop_{&loop}, service_{&service} {}

    void request(Conversation& conversation) noexcept override {
        bool const known =
            ((conversation.method == Asks::method && (handle<Asks>(conversation), true)) || ...);
        if (!known) {
            refuse(conversation, {Code::unknown_kind, conversation.method});
        }
    }
    [[nodiscard]] Serving serving() const noexcept override { return service_->serving(); }

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

  private:
    template <class One> void handle(Conversation& conversation) noexcept {
        Reader reader{conversation.request().body};
        One asked{};
        auto decoded = decode_value(reader, asked);
        if (decoded) {
            decoded = reader.finish();
        }
        if (!decoded) {
            return refuse(conversation, decoded.error());
        }
        if constexpr (IsTask<decltype(service_->on(Request{}, asked))>::value) {
            if (!answer_later(conversation, asked).begun()) {
                refuse(conversation, {Code::no_memory});
            }
        } else {
            answer(conversation, service_->on(conversation.request(), asked));
        }
    }

    template <class One> Detached answer_later(Conversation& conversation, One asked) noexcept {
        Request const request = conversation.request();
        auto const done = co_await service_->on(request, asked);
        answer(conversation, done);
    }

    template <class Answer>
    void answer(Conversation& conversation, Result<Answer> const& done) noexcept {
        if (!done) {
            return refuse(conversation, done.error());
        }
        auto const head = put_message(loop_->kernel().buffer(), *done);
        if (!head) {
            return refuse(conversation, head.error());
        }
        loop_->answer(conversation, {.head = *head, .words = {}});
    }

    void refuse(Conversation& conversation, Error const& error) noexcept {
        loop_->answer(conversation, refusal_words(error));
    }

    Loop* loop_;
    Service* service_;
};

} // namespace detail

/// Handles requests of `TheApi` until the service ends. False: the kernel refused to receive.
template <class TheApi, class Service> bool serve(Loop& loop, Service& service) noexcept {
    detail::ServedApi<TheApi, Service> served{loop, service};
    return loop.run(served);
}

} // namespace axiom
