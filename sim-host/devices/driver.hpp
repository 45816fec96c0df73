#pragma once
// drive: the loop of a device's driver on a host. Requests go to a worker; when its line is raised,
// what is done is answered. So several clients may wait at once, and none keeps a CPU from others.

#include <memory>

#include <services/runtime/serve.hpp>
#include <services/runtime/slots.hpp>
#include <sim-host/devices/worker.hpp>
#include <sim-host/process/needs/needs.hpp>

namespace axiom::host {

/// One at a time, for all requests of an API, each to its handler.
template <class TheApi> struct Dispatch;

template <MethodRequest... Asks> struct Dispatch<Api<Asks...>> {
    /// The answer's bytes lie in `buffer`, the request's do not.
    template <class Handler>
    static kernel::Words answer(kernel::MessageBuffer& buffer, Request const& request,
                                Handler& handler) noexcept {
        kernel::Words words = refused({Code::unknown_kind, request.method});
        static_cast<void>(((request.method == Asks::method &&
                            (words = answer_one<Asks>(buffer, request, handler), true)) ||
                           ...));
        return words;
    }

  private:
    static kernel::Words refused(Error const& error) noexcept {
        return {.head = {},
                .words = {static_cast<std::uint64_t>(error.code), error.where, error.detail}};
    }

    template <class Asked, class Handler>
    static kernel::Words answer_one(kernel::MessageBuffer& buffer, Request const& request,
                                    Handler& handler) noexcept {
        auto const done = [&]() -> Result<kernel::MessageHead> {
            Reader reader{request.body};
            Asked asked{};
            TRY(decode_value(reader, asked));
            TRY(reader.finish());
            return put_message(buffer, TRY(handler.on(request, asked)));
        }();
        return done ? kernel::Words{.head = *done, .words = {}} : refused(done.error());
    }
};

/// What a driver holds.
struct DriverSlots {
    kernel::Slot line{};   // its interrupt line: read, manage
    kernel::Slot signal{}; // free, for the notification by which it hears of it
};

template <class TheApi, class Handler> class Driver {
  public:
    /// `handler` has `Result<Asks::Answer> on(Request const&, Asks const&)` for each of the API's
    /// requests, which are asked one after another by the worker's thread, and `bool goes_on()`.
    Driver(kernel::UserCalls const& kernel, DriverSlots slots, Handler& handler)
        : kernel_{&kernel}, slots_{slots}, handler_{&handler} {}

    /// Until the handler does not go on, which is answered last. What the kernel refused, if it
    /// refused anything that the driver cannot do without.
    [[nodiscard]] kernel::Answer<void> run(std::size_t requests_max) {
        TRY(listen());
        Worker worker{requests_max, line_descriptor};
        bool goes_on = true;
        while (goes_on) {
            if (!worker.has_room()) {
                TRY(kernel_->wait(slots_.signal, kernel::as_long_as_it_takes));
                goes_on = TRY(answer_done(worker));
                continue;
            }
            auto const received = TRY(kernel_->receive(slots::endpoint, //
                                                       kernel::as_long_as_it_takes));
            if ((received.message.head.word & kernel::head_is_signal) != 0) {
                goes_on = TRY(answer_done(worker));
            } else {
                worker.give(std::make_unique<Served>(*handler_, received, kernel_->buffer()));
            }
        }
        return {};
    }

  private:
    class Served final : public Work {
      public:
        Served(Handler& handler, kernel::Received const& received,
               kernel::MessageBuffer const& buffer)
            : handler_{&handler}, received_{received} {
            copy_bytes(request_, Bytes{buffer.bytes}.first(bytes_of(received.message.head)));
        }

        void run() noexcept override {
            words_ = Dispatch<TheApi>::answer(
                answer_,
                {.badge = received_.badge,
                 .method = received_.message.words[0],
                 .body = Bytes{request_}.first(bytes_of(received_.message.head))},
                *handler_);
            goes_on_ = handler_->goes_on();
        }

        // Who asked may be gone.
        void reply(kernel::UserCalls const& kernel) const noexcept {
            copy_bytes(kernel.buffer().bytes, Bytes{answer_.bytes}.first(bytes_of(words_.head)));
            static_cast<void>(kernel.reply(received_.token, words_));
        }
        [[nodiscard]] bool goes_on() const noexcept { return goes_on_; }

      private:
        static std::size_t bytes_of(kernel::MessageHead head) noexcept {
            return std::min<std::size_t>(head.bytes(), kernel::message_bytes_max);
        }

        Handler* handler_;
        kernel::Received received_;
        MessageBytes request_{};
        kernel::MessageBuffer answer_{};
        kernel::Words words_{};
        bool goes_on_{true};
    };

    kernel::Answer<void> listen() const noexcept {
        constexpr std::uint8_t bind_signals = 2;
        constexpr std::uint8_t bind_line = 3;
        TRY(kernel_->create(slots::account, {.process = std::nullopt, .slot = slots_.signal},
                            {.type = kernel::ObjectType::notification, .label = "line"}));
        TRY(kernel_->bind(bind_line, slots_.line, slots_.signal));
        return kernel_->bind(bind_signals, slots::thread, slots_.signal);
    }

    // The line first: what is done from now on raises it again.
    kernel::Answer<bool> answer_done(Worker& worker) {
        TRY(kernel_->interrupt_acknowledge(slots_.line));
        bool goes_on = true;
        while (auto const work = worker.take()) {
            auto const& served = static_cast<Served const&>(*work);
            served.reply(*kernel_);
            goes_on = goes_on && served.goes_on();
        }
        return goes_on;
    }

    kernel::UserCalls const* kernel_;
    DriverSlots slots_;
    Handler* handler_;
};

} // namespace axiom::host
