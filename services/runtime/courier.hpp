#pragma once
// Courier: a thread of a service that waits in the kernel in its place.
//
//     service   puts a call into the courier's buffer and frame ─▶ signals it
//     courier   makes the call, waits, has the answer            ─▶ signals the service
//
// So a service itself waits for one thing only, the next event.

#include <atomic>
#include <coroutine>

#include <kernel/abi/user_calls.hpp>

namespace axiom {

class Courier {
  public:
    /// Bits of `done` by which the service learns that some courier is back.
    static constexpr std::uint64_t done_bit = std::uint64_t{1} << 63U;

    /// Before its thread starts. `wake` is its own notification, `done` the service's.
    void prepare(kernel::Slot wake, kernel::Slot done) noexcept {
        wake_ = wake;
        done_ = done;
    }

    /// The thread: `courier` is the object's address.
    static void run(kernel::Trap const& trap, std::uint64_t courier) noexcept;

    /// Whether its thread has come up; until then it takes no call.
    [[nodiscard]] bool is_up() const noexcept { return state_.load() != State::begins; }

    // ── of the service, while it has no call in hand ───────────────────────────────────────────

    [[nodiscard]] kernel::MessageBuffer& buffer() const noexcept { return *buffer_; }

    /// Sends it off; `waits` goes on when it is back.
    void send_off(kernel::UserCalls const& kernel, kernel::CallFrame const& call,
                  std::coroutine_handle<> waits) noexcept;

    /// Who waits for it, once, if it has come back.
    [[nodiscard]] std::coroutine_handle<> back() noexcept;

    [[nodiscard]] kernel::CallAnswer const& answer() const noexcept { return answer_; }

  private:
    enum class State : std::uint8_t { begins, idle, sent, back };

    std::atomic<State> state_{State::begins};
    kernel::MessageBuffer* buffer_{};
    kernel::CallFrame call_{};
    kernel::CallAnswer answer_{};
    kernel::Slot wake_{};
    kernel::Slot done_{};
    std::coroutine_handle<> waits_{};
};

} // namespace axiom
