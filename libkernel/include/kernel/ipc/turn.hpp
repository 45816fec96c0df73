#pragma once
// Turn: one stay of one CPU in the kernel, on behalf of the thread that ran there.

#include <optional>

#include <kernel/task/thread.hpp>

namespace axiom::kernel {

struct Turn {
    Cpu cpu{};
    std::uint64_t now_ns{};
    Thread* thread{}; // who asks; none: an interrupt or a timer on an idle CPU
    bool authority{}; // whether this turn holds the authority lock
};

/// What a call leads to: an answer, a refusal, or nothing to tell its thread now, because it waits
/// or has ended.
using Outcome = Answer<std::optional<CallAnswer>>;
inline constexpr std::nullopt_t waits = std::nullopt;

/// What a message is made of, besides the bytes in its sender's buffer.
struct Message {
    MessageHead head{};
    std::array<std::uint64_t, message_words> words{};
};

/// How capabilities travel with a message: an entry, which only kernel/core can make.
class Passage {
  public:
    /// Takes the authority lock. False: the asking thread has ended meanwhile.
    [[nodiscard]] virtual bool take_authority(Turn& turn) noexcept = 0;

    /// With the authority lock held: `head.capabilities()` capabilities, from the slots that the
    /// sender's buffer names to the window that the receiver's does, all or none, in one entry.
    /// A refusal is the sender's. `through`: what the message was sent through, or none for a
    /// reply.
    [[nodiscard]] virtual Answer<void> pass(Turn& turn, Thread& sender, SlotView const& through,
                                            MessageHead head, Thread& receiver) noexcept = 0;

  protected:
    ~Passage() = default;
};

} // namespace axiom::kernel
