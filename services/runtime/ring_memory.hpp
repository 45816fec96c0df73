#pragma once
// RingMemory: a ring of messages in memory that its producers and its consumer share.
//
//     consumer's line │ producers' line │ slot 0: state, message │ slot 1 │ ...
//
// A slot's state says for which message it is taken, how long that is, or who is writing it; it
// lies in the line in which the message begins, so that a message costs the consumer what its own
// lines cost. The other two lines are for flow control alone: up to where the consumer has read,
// and who sleeps.
//
// Nobody believes what lies here. The consumer keeps where it is for itself and copies a message
// before it looks at it; a producer keeps what it may fill for itself. Whoever writes nonsense is
// told so (`RingFlaw`) or hurts nobody but those who chose to share a ring with it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <axiom/base/bytes.hpp>

namespace axiom {

/// Bytes of a message at most. What is larger lies in a region of its own, and a message names it.
inline constexpr std::size_t ring_message_bytes_max = 120;

/// A power of two.
inline constexpr std::uint32_t ring_slots_max = 1U << 16U;

/// Who writes to a ring of several producers: 1 to `ring_producers_max`.
inline constexpr std::uint32_t ring_producers_max = 0x7FFF;

enum class RingFlaw : std::uint8_t {
    none,
    consumer, // it says that it has read what was never written
    producer, // a slot is in no state that a producer brings it into
};

namespace detail {

inline constexpr std::size_t ring_word_bytes = sizeof(std::uint64_t);
inline constexpr std::size_t ring_message_words = ring_message_bytes_max / ring_word_bytes;
static_assert(ring_message_bytes_max % ring_word_bytes == 0);
inline constexpr std::size_t ring_words_of_first_line = 64 / ring_word_bytes - 1;

/// What a slot's state says, in one word: of which message, and of that its length or its writer.
///
///     message + 1 : 48 │ 0: none, 1 + length, or 0x8000 + writer : 16
class SlotState {
  public:
    constexpr SlotState() noexcept = default;
    explicit constexpr SlotState(std::uint64_t word) noexcept : word_{word} {}

    [[nodiscard]] static constexpr SlotState written(std::uint64_t message,
                                                     std::size_t bytes) noexcept {
        return SlotState{(message + 1) << low_bits | (1 + bytes)};
    }
    [[nodiscard]] static constexpr SlotState claimed(std::uint64_t message,
                                                     std::uint32_t writer) noexcept {
        return SlotState{(message + 1) << low_bits | claim | writer};
    }

    [[nodiscard]] constexpr std::uint64_t word() const noexcept { return word_; }
    [[nodiscard]] constexpr bool is_of(std::uint64_t message) const noexcept {
        return word_ >> low_bits == (message + 1) << low_bits >> low_bits;
    }
    /// Nothing was ever written here.
    [[nodiscard]] constexpr bool is_untouched() const noexcept { return word_ == 0; }
    [[nodiscard]] constexpr bool is_claimed() const noexcept { return (word_ & claim) != 0; }
    [[nodiscard]] constexpr std::uint32_t writer() const noexcept {
        return is_claimed() ? static_cast<std::uint32_t>(word_ & (claim - 1)) : 0;
    }
    /// Nothing for a state that is not `written`.
    [[nodiscard]] constexpr std::optional<std::size_t> bytes() const noexcept {
        std::uint64_t const low = word_ & low_mask;
        return low >= 1 && low <= 1 + ring_message_bytes_max
                   ? std::optional{static_cast<std::size_t>(low - 1)}
                   : std::nullopt;
    }

  private:
    static constexpr unsigned low_bits = 16;
    static constexpr std::uint64_t low_mask = 0xFFFF;
    static constexpr std::uint64_t claim = 0x8000;

    std::uint64_t word_{};
};

/// Two lines, since processors fetch them in pairs.
inline constexpr std::size_t ring_line_bytes = 128;

struct alignas(ring_line_bytes) RingSlot {
    std::atomic<std::uint64_t> state;
    std::atomic<std::uint64_t> words[ring_message_words];

    void put(Bytes message) noexcept {
        std::size_t word = 0;
        for (; message.size() >= ring_word_bytes; message = message.subspan(ring_word_bytes)) {
            words[word++].store(load_le<std::uint64_t>(message), std::memory_order_relaxed);
        }
        if (!message.empty()) {
            std::uint64_t rest = 0;
            copy_bytes(std::as_writable_bytes(std::span{&rest, 1}), message);
            words[word].store(rest, std::memory_order_relaxed);
        }
    }
    /// The first `bytes`, and what is behind them in their last word.
    void get(std::span<std::byte, ring_message_bytes_max> to, std::size_t bytes) const noexcept {
        for (std::size_t at = 0; at < bytes; at += ring_word_bytes) {
            store_le(MutableBytes{to}.subspan(at),
                     words[at / ring_word_bytes].load(std::memory_order_relaxed));
        }
    }
};
static_assert(sizeof(RingSlot) == ring_line_bytes);

/// Written by one side, read by the other, now and then.
struct alignas(ring_line_bytes) RingLine {
    std::atomic<std::uint64_t> place;  // the consumer: how many messages it has read
    std::atomic<std::uint32_t> sleeps; // or is about to
};

} // namespace detail

class RingMemory {
  public:
    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t slots) noexcept {
        return (2 + std::size_t{slots}) * detail::ring_line_bytes;
    }

    /// `memory` begins at a multiple of 128 bytes and was zeros when the ring began. Nothing if it
    /// is too small or not so placed, or `slots` is no power of two up to `ring_slots_max`.
    [[nodiscard]] static std::optional<RingMemory> over(MutableBytes memory,
                                                        std::uint32_t slots) noexcept {
        bool const fits =
            slots >= 2 && slots <= ring_slots_max && (slots & (slots - 1)) == 0 &&
            memory.size() >= bytes_for(slots) &&
            reinterpret_cast<std::uintptr_t>(memory.data()) % detail::ring_line_bytes == 0;
        return fits ? std::optional{RingMemory{memory.data(), slots}} : std::nullopt;
    }

    [[nodiscard]] std::uint32_t slots() const noexcept { return slots_; }
    [[nodiscard]] detail::RingLine& consumer() const noexcept { return lines_[0]; }
    [[nodiscard]] detail::RingLine& producers() const noexcept { return lines_[1]; }
    [[nodiscard]] detail::RingSlot& slot(std::uint64_t message) const noexcept {
        return slots_at_[message & (slots_ - 1)];
    }

    /// Whether somebody sleeps who is to be signalled, after what was written or read.
    [[nodiscard]] bool must_wake_consumer() const noexcept { return wakes(consumer()); }
    [[nodiscard]] bool must_wake_producer() const noexcept { return wakes(producers()); }

    // A line takes as long from another core as many messages take to write: both sides ask for
    // theirs some messages before they need them. For writing that is an instruction which
    // compilers use where they may (-mprfchw); processors of 64 bits without it do nothing.
    void will_write_behind(std::uint64_t message) const noexcept {
        detail::RingSlot const& slot = this->slot(message + 4);
        __builtin_prefetch(&slot, 1);
        __builtin_prefetch(&slot.words[detail::ring_words_of_first_line], 1);
    }
    void will_read_behind(std::uint64_t message) const noexcept {
        detail::RingSlot const& slot = this->slot(message + 2);
        __builtin_prefetch(&slot);
        __builtin_prefetch(&slot.words[detail::ring_words_of_first_line]);
    }

    /// Whether `state` is what the slot of `message` was left in a round ago.
    [[nodiscard]] bool is_a_round_old(detail::SlotState state,
                                      std::uint64_t message) const noexcept {
        return message < slots_ ? state.is_untouched() : state.is_of(message - slots_);
    }

  private:
    RingMemory(std::byte* memory, std::uint32_t slots) noexcept
        : lines_{reinterpret_cast<detail::RingLine*>(memory)},
          slots_at_{reinterpret_cast<detail::RingSlot*>(memory + 2 * detail::ring_line_bytes)},
          slots_{slots} {}

    // The fence: what was written before is seen by whoever says later that it sleeps.
    static bool wakes(detail::RingLine& line) noexcept {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        return line.sleeps.load(std::memory_order_relaxed) != 0 && line.sleeps.exchange(0) != 0;
    }

    detail::RingLine* lines_;
    detail::RingSlot* slots_at_;
    std::uint32_t slots_;
};

} // namespace axiom
