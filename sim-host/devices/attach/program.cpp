// attach: keeps the socket at which terminals attach, as a driver keeps a serial line.
//
// Granted: the interrupt line that it raises when something has come.

#include <services/line/api.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <sim-host/devices/attach/sessions.hpp>
#include <sim-host/process/needs/needs.hpp>

namespace axiom {

namespace {

constexpr kernel::Slot line_slot = slots::granted;
constexpr LoopSize loop_size{.couriers = 0, .conversations = 12};

class Attach {
  public:
    Attach(Loop& loop, host::Sessions& sessions) noexcept : loop_{&loop}, sessions_{&sessions} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Hears of interrupts from now on.
    Result<void> listen() noexcept {
        constexpr std::uint8_t bind_line = 3;
        auto const bound = loop_->kernel().bind(bind_line, line_slot, loop_->events(), line_bit);
        if (!bound) {
            return refused_by_kernel(bound.error());
        }
        return hear().begun() ? Result<void>{} : fail(Code::no_memory);
    }

    Result<Nothing> on(Request const& /*request*/, line::Begin const& /*asks*/) noexcept {
        ++client_; // whoever asked before has gone: what it still waits for is nobody's
        sessions_->close_told();
        loop_->wake(waiting_);
        return Nothing{};
    }
    Task<line::Session> on(Request const& /*request*/, line::Accept const& /*asks*/) noexcept {
        std::uint64_t const client = client_;
        while (client == client_) {
            if (auto const opened = sessions_->take_opened()) {
                co_return line::Session{.session = opened->session, .user = opened->user};
            }
            co_await loop_->turn(waiting_);
        }
        co_return std::unexpected{Error{Code::no_such_row}};
    }
    Task<line::Received> on(Request const& /*request*/, line::Receive const& asks) noexcept {
        std::uint64_t const session = asks.session;
        std::uint64_t const client = client_;
        while (client == client_) {
            switch (sessions_->take_bytes(session, came_, line::bytes_max)) {
            case host::Sessions::Came::bytes:
                co_return line::Received{.bytes = bytes_of(came_)}; // encoded before anybody waits
            case host::Sessions::Came::end:
                co_return std::unexpected{Error{Code::no_such_row, session}};
            case host::Sessions::Came::nothing_yet:
                co_await loop_->turn(waiting_);
            }
        }
        co_return std::unexpected{Error{Code::no_such_row, session}};
    }
    Result<Nothing> on(Request const& /*request*/, line::Send const& asks) noexcept {
        bool const taken = sessions_->send(asks.session, std::string{text_of(asks.bytes)});
        return taken ? Result<Nothing>{} : fail(Code::no_such_row, asks.session);
    }
    Result<Nothing> on(Request const& /*request*/, line::Close const& asks) noexcept {
        sessions_->close(asks.session);
        loop_->wake(waiting_);
        return Nothing{};
    }

  private:
    static constexpr std::uint8_t line_bit = 0;

    Detached hear() noexcept {
        for (;;) {
            static_cast<void>(co_await loop_->signals(std::uint64_t{1} << line_bit));
            static_cast<void>(loop_->kernel().interrupt_acknowledge(line_slot));
            loop_->wake(waiting_);
        }
    }

    Loop* loop_;
    host::Sessions* sessions_;
    WaitList waiting_;
    std::uint64_t client_{}; // counts those who began
    std::string came_;
};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    // Whoever kept the line before has given fewer numbers than nanoseconds have passed.
    host::Sessions sessions{host::listener_descriptor, host::line_descriptor, line::sessions_max,
                            loop.now().value};
    Attach attach{loop, sessions};
    TRY(attach.listen());
    return serve<line::LineApi>(loop, attach) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "attach", done.error());
    }
}

} // namespace axiom
