#pragma once
// RingConsumer: takes messages out of a ring, in the order in which their slots were taken.
//
//     take … take ─▶ nothing ─▶ about_to_sleep ─▶ wait for a signal ─▶ awake ─▶ take …

#include <services/runtime/ring_memory.hpp>

namespace axiom {

class RingConsumer {
  public:
    explicit RingConsumer(RingMemory memory) noexcept : memory_{memory} {}

    /// The next message, copied into `to`; nothing if none is there, or the ring has a flaw. `to`
    /// has room for the longest.
    [[nodiscard]] std::optional<Bytes>
    take(std::span<std::byte, ring_message_bytes_max> to) noexcept {
        detail::RingSlot const& slot = memory_.slot(next_);
        detail::SlotState const state{slot.state.load(std::memory_order_acquire)};
        if (!state.is_of(next_)) [[unlikely]] {
            flawed_ = flawed_ || !memory_.is_a_round_old(state, next_);
            return std::nullopt;
        }
        auto const bytes = state.bytes();
        if (!bytes) [[unlikely]] {
            flawed_ = flawed_ || !state.is_claimed();
            return std::nullopt;
        }
        slot.get(to, *bytes);
        memory_.will_read_behind(next_);
        ++next_;
        if (next_ - told_ > memory_.slots() / 4) {
            tell();
        }
        return to.first(*bytes);
    }

    /// Lets producers fill what was read. Of itself it is told a quarter of the ring at a time, so
    /// that its line seldom goes back and forth.
    void tell() noexcept {
        told_ = next_;
        memory_.consumer().place.store(next_, std::memory_order_release);
    }

    /// Whether to signal the producers after `tell`: one of them sleeps until there is room.
    [[nodiscard]] bool must_wake() const noexcept { return memory_.must_wake_producer(); }

    /// True: nothing is there, and whoever writes next will say that this consumer is to be woken.
    [[nodiscard]] bool about_to_sleep() noexcept {
        tell();
        memory_.consumer().sleeps.store(1, std::memory_order_seq_cst);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        detail::SlotState const state{memory_.slot(next_).state.load(std::memory_order_acquire)};
        if (state.is_of(next_) && state.bytes()) {
            awake();
            return false;
        }
        return true;
    }
    void awake() const noexcept { memory_.consumer().sleeps.store(0, std::memory_order_relaxed); }

    /// That producer has ended: a message that it had begun is passed over. True: there was one,
    /// and what is behind it can be taken.
    bool pass_over(std::uint32_t producer) noexcept {
        std::atomic<std::uint64_t>& word = memory_.slot(next_).state;
        detail::SlotState const state{word.load(std::memory_order_acquire)};
        if (!state.is_of(next_) || state.writer() != producer || producer == 0) {
            return false;
        }
        word.store(detail::SlotState::written(next_, 0).word(), std::memory_order_relaxed);
        ++next_;
        return true;
    }

    /// A flaw is for good: whoever shares the ring is not to be dealt with any more.
    [[nodiscard]] RingFlaw flaw() const noexcept {
        return flawed_ ? RingFlaw::producer : RingFlaw::none;
    }

    /// How many were taken or passed over.
    [[nodiscard]] std::uint64_t taken() const noexcept { return next_; }

  private:
    RingMemory memory_;
    std::uint64_t next_{};
    std::uint64_t told_{};
    bool flawed_{};
};

} // namespace axiom
