#pragma once
// RingProducer: puts messages into a ring of its own. SharedRingProducer: into one that several
// producers fill.
//
//     put … put ─▶ must_wake? signal          put ─▶ full ─▶ about_to_sleep ─▶ wait ─▶ put …

#include <services/runtime/ring_memory.hpp>

namespace axiom {

enum class RingPut : std::uint8_t {
    done,
    full,   // the consumer has not read what would be overwritten
    flawed, // the ring is of no use any more; see `flaw`
};

class RingProducer {
  public:
    explicit RingProducer(RingMemory memory) noexcept : memory_{memory} {}

    /// `message`: at most `ring_message_bytes_max` bytes.
    [[nodiscard]] RingPut put(Bytes message) noexcept {
        RingPut const put = add(message);
        publish();
        return put;
    }

    /// One of a batch, which the consumer sees none of until it is published: it waits at the first
    /// one's slot and has the others' lines to itself then.
    [[nodiscard]] RingPut add(Bytes message) noexcept {
        if (!has_room()) [[unlikely]] {
            return flawed_ ? RingPut::flawed : RingPut::full;
        }
        detail::RingSlot& slot = memory_.slot(next_);
        std::uint64_t const state = detail::SlotState::written(next_, message.size()).word();
        slot.put(message);
        memory_.will_write_behind(next_);
        if (first_ == 0) {
            first_ = state;
        } else {
            slot.state.store(state, std::memory_order_relaxed);
        }
        ++next_;
        return RingPut::done;
    }
    void publish() noexcept {
        if (first_ != 0) {
            memory_.slot(published_).state.store(first_, std::memory_order_release);
            first_ = 0;
        }
        published_ = next_;
    }

    /// Whether to signal the consumer, after one message or many: it sleeps.
    [[nodiscard]] bool must_wake() const noexcept { return memory_.must_wake_consumer(); }

    /// True: the ring is full, and the consumer will say that this producer is to be woken.
    [[nodiscard]] bool about_to_sleep() noexcept {
        memory_.producers().sleeps.store(1, std::memory_order_seq_cst);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        return !has_room() && !flawed_;
    }

    [[nodiscard]] RingFlaw flaw() const noexcept {
        return flawed_ ? RingFlaw::consumer : RingFlaw::none;
    }

  private:
    // The consumer's line is looked at when all that it was known to have read is filled.
    [[nodiscard]] bool has_room() noexcept {
        if (next_ - read_ < memory_.slots()) [[likely]] {
            return true;
        }
        std::uint64_t const said = memory_.consumer().place.load(std::memory_order_acquire);
        // It went back, or ahead of what was written: for good.
        flawed_ = flawed_ || said - read_ > next_ - read_;
        if (flawed_) {
            return false;
        }
        read_ = said;
        return next_ - read_ < memory_.slots();
    }

    RingMemory memory_;
    std::uint64_t next_{};
    std::uint64_t published_{}; // from here on the consumer sees nothing
    std::uint64_t first_{};     // the state of that one's slot, if it is written
    std::uint64_t read_{};      // by the consumer, as far as it has been believed
    bool flawed_{};
};

/// One of several. It keeps nobody from filling the ring, so it does not sleep until there is
/// room: `full` is for whoever asked it.
class SharedRingProducer {
  public:
    /// `producer`: 1 to `ring_producers_max`, its own in this ring.
    SharedRingProducer(RingMemory memory, std::uint32_t producer) noexcept
        : memory_{memory}, producer_{producer} {}

    /// As RingProducer's. Others may come first; after two rounds of them the ring counts as full.
    [[nodiscard]] RingPut put(Bytes message) noexcept {
        for (std::uint32_t tries = 0; tries <= 2 * memory_.slots(); ++tries) {
            if (next_ - read_ >= memory_.slots() && !look_for_room()) {
                return RingPut::full;
            }
            if (claim()) {
                detail::RingSlot& slot = memory_.slot(next_);
                slot.put(message);
                slot.state.store(detail::SlotState::written(next_, message.size()).word(),
                                 std::memory_order_release);
                ++next_;
                return RingPut::done;
            }
        }
        return RingPut::full;
    }

    [[nodiscard]] bool must_wake() const noexcept { return memory_.must_wake_consumer(); }

  private:
    // What the consumer has read, others may have written.
    [[nodiscard]] bool look_for_room() noexcept {
        read_ = memory_.consumer().place.load(std::memory_order_acquire);
        next_ = std::max(next_, read_);
        return next_ - read_ < memory_.slots();
    }

    // Takes the slot of message `next_`, or goes on to one that nobody seems to have taken.
    [[nodiscard]] bool claim() noexcept {
        std::atomic<std::uint64_t>& word = memory_.slot(next_).state;
        std::uint64_t seen = word.load(std::memory_order_relaxed);
        detail::SlotState const state{seen};
        if (state.is_of(next_)) {
            ++next_; // somebody else's
            return false;
        }
        if (memory_.is_a_round_old(state, next_)) {
            return word.compare_exchange_strong(
                seen, detail::SlotState::claimed(next_, producer_).word(),
                std::memory_order_acquire, std::memory_order_relaxed);
        }
        static_cast<void>(look_for_room()); // others have been round the ring meanwhile
        return false;
    }

    RingMemory memory_;
    std::uint32_t producer_;
    std::uint64_t next_{}; // no message before it is free
    std::uint64_t read_{}; // by the consumer, as it says
};

} // namespace axiom
