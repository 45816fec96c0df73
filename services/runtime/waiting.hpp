#pragma once
// Who waits within a service: for a turn, for a time, for a signal.
//
// A coroutine that waits is a link in a list, and the link lies in its frame: waiting needs no
// memory and has no bound of its own.

#include <coroutine>

#include <kernel/abi/user_calls.hpp>

namespace axiom {

/// In one list at a time.
struct Waiter {
    std::coroutine_handle<> handle{};
    Waiter* next{};
    std::uint64_t key{};    // what it waits for: a time, a mask
    std::uint64_t result{}; // what it is told
};

/// First in, first out.
class WaitList {
  public:
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }

    void add(Waiter& waiter) noexcept {
        waiter.next = nullptr;
        *(first_ == nullptr ? &first_ : &last_->next) = &waiter;
        last_ = &waiter;
    }

    /// The first, taken off; null when there is none.
    [[nodiscard]] Waiter* take() noexcept {
        Waiter* const taken = first_;
        if (taken != nullptr) {
            first_ = taken->next;
        }
        return taken;
    }

  private:
    Waiter* first_{};
    Waiter* last_{};
};

/// The earliest first.
class Timers {
  public:
    void add(Waiter& waiter) noexcept {
        Waiter** place = &first_;
        while (*place != nullptr && (*place)->key <= waiter.key) {
            place = &(*place)->next;
        }
        waiter.next = *place;
        *place = &waiter;
    }

    /// How long from `now` until the first is due.
    [[nodiscard]] kernel::Nanoseconds until_first(kernel::Nanoseconds now) const noexcept {
        if (first_ == nullptr) {
            return kernel::as_long_as_it_takes;
        }
        return kernel::Nanoseconds{first_->key > now.value ? first_->key - now.value : 0};
    }

    /// The first, taken off, if it is due.
    [[nodiscard]] Waiter* take_due(kernel::Nanoseconds now) noexcept {
        Waiter* const taken = first_ != nullptr && first_->key <= now.value ? first_ : nullptr;
        if (taken != nullptr) {
            first_ = taken->next;
        }
        return taken;
    }

  private:
    Waiter* first_{};
};

} // namespace axiom
