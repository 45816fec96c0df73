#pragma once
// Task: a piece of a service's work that may wait for others, and what comes of it.
//
//     Task<Reading> Thermometer::read() {
//         CO_TRY(auto const raw, ask(loop_, sensor, Sample{}, second, held));
//         co_return Reading{raw.value / 16};
//     }
//
// It begins when it is awaited, and ends in a Result. A service runs on one thread and only a
// `co_await` lets something else run in between. It stands alone or begins a variable, never within
// a condition or a larger expression: GCC 12 then ends the task before it is done. A coroutine's
// frame comes from the Frames of its first argument (`*this` of a member), which therefore has
// `frames()`; when they have no room the task ends in `no_memory` before it has begun.

#include <coroutine>
#include <utility>

#include <axiom/base/result.hpp>
#include <services/runtime/frames.hpp>

namespace axiom {

template <class T>
concept HasFrames = requires(T& home) {
    { home.frames() } noexcept -> std::same_as<Frames&>;
};

namespace detail {

/// What the promises of all coroutines share: where their frames come from.
struct FramedPromise {
    template <HasFrames Home, class... Rest>
    static void* operator new(std::size_t bytes, Home& home, Rest const&... /*rest*/) noexcept {
        return home.frames().take(bytes);
    }
    static void operator delete(void* frame) noexcept { Frames::give_back(frame); }

    [[noreturn]] static void unhandled_exception() noexcept { __builtin_trap(); } // none is thrown
};

/// Goes on with whoever waits for the end.
struct Ending {
    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    static std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
        return ended.promise().waits;
    }
    static void await_resume() noexcept {}
};

} // namespace detail

template <class T = void> class [[nodiscard]] Task {
  public:
    struct promise_type : detail::FramedPromise {
        Task get_return_object() noexcept {
            return Task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        static Task get_return_object_on_allocation_failure() noexcept { return Task{nullptr}; }
        static std::suspend_always initial_suspend() noexcept { return {}; }
        static detail::Ending final_suspend() noexcept { return {}; }
        void return_value(Result<T> ending) noexcept { result = std::move(ending); }

        Result<T> result{std::unexpected{Error{Code::no_memory}}};
        std::coroutine_handle<> waits{};
    };

    Task(Task&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
    Task(Task const&) = delete;
    Task& operator=(Task const&) = delete;
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (frame_) {
            frame_.destroy();
        }
    }

    [[nodiscard]] bool await_ready() const noexcept { return !frame_; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waits) noexcept {
        frame_.promise().waits = waits;
        return frame_;
    }
    Result<T> await_resume() noexcept {
        return frame_ ? std::move(frame_.promise().result)
                      : Result<T>{std::unexpected{Error{Code::no_memory}}};
    }

  private:
    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}

    std::coroutine_handle<promise_type> frame_;
};

/// Work that nobody waits for: it begins at once, and its frame goes when it ends.
class Detached {
  public:
    struct promise_type : detail::FramedPromise {
        static Detached get_return_object() noexcept { return Detached{true}; }
        static Detached get_return_object_on_allocation_failure() noexcept {
            return Detached{false};
        }
        static std::suspend_never initial_suspend() noexcept { return {}; }
        static std::suspend_never final_suspend() noexcept { return {}; }
        static void return_void() noexcept {}
    };

    /// False: there was no room for its frame.
    [[nodiscard]] bool begun() const noexcept { return begun_; }

  private:
    explicit Detached(bool begun) noexcept : begun_{begun} {}

    bool begun_;
};

} // namespace axiom

#define AXIOM_JOINED_(left, right) left##right
#define AXIOM_JOINED(left, right) AXIOM_JOINED_(left, right)

/// Awaits a Result, and declares what it holds; its error ends the coroutine. A declaration, since
/// not every compiler takes a `co_await` within an expression of statements, as TRY has them.
#define CO_TRY(declaration, awaited)                                                               \
    CO_TRY_AS(AXIOM_JOINED(awaited_, __LINE__), declaration, awaited)
#define CO_TRY_AS(result, declaration, awaited)                                                    \
    auto result = co_await (awaited);                                                              \
    if (!result) [[unlikely]] {                                                                    \
        co_return ::std::unexpected{::std::move(result).error()};                                  \
    }                                                                                              \
    declaration = *::std::move(result) // NOLINT(bugprone-macro-parentheses): it is a declaration

/// The same, of a Result that holds nothing, or nothing that is wanted.
#define CO_DO(awaited)                                                                             \
    do {                                                                                           \
        if (auto result_ = co_await (awaited); !result_) [[unlikely]] {                            \
            co_return ::std::unexpected{::std::move(result_).error()};                             \
        }                                                                                          \
    } while (false)
