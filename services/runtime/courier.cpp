#include <services/runtime/courier.hpp>

namespace axiom {

void Courier::run(kernel::Trap const& trap, std::uint64_t courier) noexcept {
    Courier& self = *reinterpret_cast<Courier*>(courier);
    kernel::UserCalls const kernel{trap};
    self.buffer_ = trap.buffer;
    self.state_.store(State::idle);
    static_cast<void>(kernel.signal(self.done_, done_bit));
    while (kernel.wait(self.wake_, kernel::as_long_as_it_takes)) {
        if (self.state_.load() == State::sent) {
            self.answer_ = trap.enter(trap.where, self.call_);
            self.state_.store(State::back);
            static_cast<void>(kernel.signal(self.done_, done_bit));
        }
    }
}

void Courier::send_off(kernel::UserCalls const& kernel, kernel::CallFrame const& call,
                       std::coroutine_handle<> waits) noexcept {
    call_ = call;
    waits_ = waits;
    state_.store(State::sent);
    static_cast<void>(kernel.signal(wake_, 1));
}

std::coroutine_handle<> Courier::back() noexcept {
    if (state_.load() != State::back) {
        return {};
    }
    state_.store(State::idle);
    return std::exchange(waits_, {});
}

} // namespace axiom
