#pragma once
// Following: answers those who follow the log, out of the backlog and the shadows.
//
// Nothing of theirs is mapped here, so that nobody can take memory away under axiomd's hands: an
// answer lies in the message. Who falls behind the backlog is told so and begins anew with a state;
// who waits takes a conversation for a bounded time, and only some of them are given away.

#include <services/axiomd/backlog.hpp>
#include <services/axiomd/shadow_set.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::axiomd {

class Following {
  public:
    /// How many wait at most.
    static constexpr std::uint32_t waiting_max = 10;
    /// As many conversations are left for others.
    static constexpr std::uint32_t conversations = waiting_max + 6;
    static_assert(conversations <= conversations_max);

    [[nodiscard]] static std::size_t bytes_for() noexcept;

    /// All of them outlive this. The backlog begins where the shadows are.
    Following(Loop& loop, Arena& arena, ShadowSet& shadows) noexcept;

    /// A block's entries, which the shadows have seen, and how the log stands then.
    void ordered(Bytes run, Sequence first, Hash256 const& log_id, Hash256 const& head) noexcept;

    /// Everything below is durable.
    void durable_through(Sequence watermark) noexcept;

    [[nodiscard]] Task<Followed> on(Request const& request, Follow const& asks) noexcept;
    [[nodiscard]] Result<Saved> on(Request const& request, SaveState const& asks) noexcept;
    [[nodiscard]] Result<State> on(Request const& request, AskState const& asks) noexcept;

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

  private:
    Result<void> save() noexcept;
    Detached rouse() noexcept;

    Loop* loop_;
    ShadowSet* shadows_;
    Backlog backlog_;
    Sequence watermark_;
    Hash256 log_id_{};
    Hash256 head_{};
    MutableBytes piece_; // of an answer, until it is put into the message
    MutableBytes room_;  // for a snapshot
    Bytes snapshot_{};
    Sequence snapshot_next_{};
    std::uint64_t snapshot_kept_until_{};
    WaitList waiting_;
    std::uint32_t waiters_{};
    bool rousing_{};
};

} // namespace axiom::axiomd
