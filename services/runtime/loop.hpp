#pragma once
// Loop: a service's one thread, which takes one event at a time and handles it to where it waits.
//
//     request ──▶ conversation ──▶ handler ──▶ answer, at once or later
//     signal  ──▶ whoever waits for its bit
//     time    ──▶ whoever waits for it
//     courier ──▶ whoever sent it
//
// Handlers that wait are tasks (task.hpp). So no service blocks in the middle of its work, and none
// needs a lock. While as many requests wait for their answers as there are conversations, the
// service hears of no further ones: their senders wait in the kernel.

#include <optional>
#include <span>

#include <axiom/base/arena.hpp>
#include <services/runtime/conversation.hpp>
#include <services/runtime/courier.hpp>
#include <services/runtime/slots.hpp>
#include <services/runtime/task.hpp>
#include <services/runtime/waiting.hpp>

namespace axiom {

/// Whether a service goes on.
enum class Serving : bool { ends, goes_on };

/// What a loop hands its requests to; made by `serve` (serve.hpp).
class Served {
  public:
    /// Answers it, now or later, by `Loop::answer`.
    virtual void request(Conversation& conversation) noexcept = 0;
    /// Asked after every event.
    [[nodiscard]] virtual Serving serving() const noexcept = 0;

  protected:
    ~Served() = default;
};

struct LoopSize {
    std::uint32_t couriers{2};      // calls to others at the same time; each is a thread
    std::uint32_t conversations{8}; // requests that wait for their answers at the same time
    std::size_t frame_bytes{std::size_t{128} << 10U}; // for tasks
    bool takes_capabilities{};                        // with requests
};

inline constexpr std::uint32_t couriers_max = 8;
inline constexpr std::uint32_t conversations_max = 16;

class Loop {
  public:
    [[nodiscard]] static constexpr std::size_t bytes_for(LoopSize const& size) noexcept {
        return Arena::bytes_for<Conversation>(size.conversations) +
               Arena::bytes_for<Courier>(size.couriers) +
               Arena::bytes_for<std::byte>(size.frame_bytes);
    }

    Loop(kernel::UserCalls const& kernel, Arena& arena, LoopSize const& size,
         OwnSlots const& own = {}) noexcept;
    Loop(Loop const&) = delete;
    Loop& operator=(Loop const&) = delete;

    /// Makes what it needs of the kernel: its notification, its couriers. `kernel_refused`.
    [[nodiscard]] Result<void> begin() noexcept;

    /// Until the service ends. False: the kernel refused to receive.
    bool run(Served& served) noexcept;

    [[nodiscard]] Frames& frames() noexcept { return frames_; }
    [[nodiscard]] kernel::UserCalls const& kernel() const noexcept { return *kernel_; }
    [[nodiscard]] kernel::Nanoseconds now() const noexcept { return kernel_->time().now; }

    /// The notification that wakes the loop, to be signalled by others with bits below 32: derive
    /// it with a badge.
    [[nodiscard]] kernel::Slot events() const noexcept { return own_.runtime; }

    /// The conversation ends with this. What it says in bytes lies in the kernel's buffer.
    void answer(Conversation& conversation, kernel::Words const& words) noexcept;

    // ── what a task may wait for ───────────────────────────────────────────────────────────────

    /// Some of these bits; each is told to one task, once.
    [[nodiscard]] auto signals(std::uint64_t bits) noexcept {
        return SignalAwaited{.loop = this, .waiter = {.key = bits}};
    }
    /// The machine's clock.
    [[nodiscard]] auto until(kernel::Nanoseconds time) noexcept {
        return TimeAwaited{.loop = this, .waiter = {.key = time.value}};
    }
    [[nodiscard]] auto after(kernel::Nanoseconds pause) noexcept {
        return until(kernel::Nanoseconds{now().value + pause.value});
    }
    /// Its turn in a list of the service's own; see `wake`.
    [[nodiscard]] auto turn(WaitList& list) noexcept {
        return TurnAwaited{.list = &list, .waiter = {}};
    }
    /// Lets everybody in the list go on, after the event that is being handled.
    void wake(WaitList& list) noexcept;
    void wake_one(WaitList& list) noexcept;

    /// A courier, for as long as the lease lives.
    class Lease;
    [[nodiscard]] Task<Lease> courier() noexcept;

  private:
    struct SignalAwaited {
        Loop* loop;
        Waiter waiter;
        [[nodiscard]] bool await_ready() noexcept {
            waiter.result = loop->take_bits(waiter.key);
            return waiter.result != 0;
        }
        void await_suspend(std::coroutine_handle<> handle) noexcept {
            waiter.handle = handle;
            loop->signal_waiters_.add(waiter);
        }
        [[nodiscard]] std::uint64_t await_resume() const noexcept { return waiter.result; }
    };
    struct TimeAwaited {
        Loop* loop;
        Waiter waiter;
        [[nodiscard]] bool await_ready() const noexcept { return waiter.key <= loop->now().value; }
        void await_suspend(std::coroutine_handle<> handle) noexcept {
            waiter.handle = handle;
            loop->timers_.add(waiter);
        }
        static void await_resume() noexcept {}
    };
    struct TurnAwaited {
        WaitList* list;
        Waiter waiter;
        [[nodiscard]] static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) noexcept {
            waiter.handle = handle;
            list->add(waiter);
        }
        static void await_resume() noexcept {}
    };
    // A reply that goes with the next receive.
    struct Reply {
        std::uint64_t token{};
        kernel::Words words{};
    };

    [[nodiscard]] std::uint64_t take_bits(std::uint64_t wanted) noexcept {
        std::uint64_t const taken = arrived_ & wanted;
        arrived_ &= ~taken;
        return taken;
    }
    [[nodiscard]] Result<void> make_courier(std::uint32_t index) noexcept;
    [[nodiscard]] Conversation* free_conversation() noexcept;
    [[nodiscard]] bool await_event(Served& served) noexcept;
    [[nodiscard]] bool await_message(Served& served, Conversation& conversation) noexcept;
    [[nodiscard]] bool await_bits() noexcept;
    void send_reply() noexcept;
    void tell_signals(std::uint64_t bits) noexcept;
    void collect_due() noexcept;
    void run_ready() noexcept;
    [[nodiscard]] Courier* free_courier() noexcept;
    void release(Courier& courier) noexcept;

    kernel::UserCalls const* kernel_;
    OwnSlots own_;
    std::span<Conversation> conversations_;
    std::span<Courier> couriers_;
    std::array<bool, couriers_max> leased_{};
    Frames frames_;
    bool takes_capabilities_;
    std::uint64_t arrived_{};
    std::optional<Reply> reply_;
    bool handling_{}; // a request, from within `run`
    WaitList ready_;
    WaitList signal_waiters_;
    WaitList courier_waiters_;
    Timers timers_;
};

class Loop::Lease {
  public:
    Lease() noexcept = default;
    Lease(Loop& loop, Courier& courier) noexcept : loop_{&loop}, courier_{&courier} {}
    Lease(Lease&& other) noexcept
        : loop_{other.loop_}, courier_{std::exchange(other.courier_, nullptr)} {}
    Lease& operator=(Lease&& other) noexcept {
        std::swap(loop_, other.loop_);
        std::swap(courier_, other.courier_);
        return *this;
    }
    Lease(Lease const&) = delete;
    Lease& operator=(Lease const&) = delete;
    ~Lease() {
        if (courier_ != nullptr) {
            loop_->release(*courier_);
        }
    }

    /// Its buffer, to be filled before a call and read after it.
    [[nodiscard]] kernel::MessageBuffer& buffer() const noexcept { return courier_->buffer(); }

    /// Any call that may have to wait.
    [[nodiscard]] auto call(kernel::CallFrame const& frame) const noexcept {
        return Away{.courier = courier_, .kernel = loop_->kernel_, .frame = frame};
    }

  private:
    struct Away {
        Courier* courier;
        kernel::UserCalls const* kernel;
        kernel::CallFrame frame;
        [[nodiscard]] static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) const noexcept {
            courier->send_off(*kernel, frame, handle);
        }
        [[nodiscard]] kernel::CallAnswer await_resume() const noexcept { return courier->answer(); }
    };

    Loop* loop_{};
    Courier* courier_{};
};

} // namespace axiom
