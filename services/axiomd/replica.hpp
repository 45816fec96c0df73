#pragma once
// Replica: every domain's state within another service, which follows the log.
//
//     start ─▶ advance ─▶ advance …        each waits for something new, and applies it
//        ▲        │
//        └────────┘ fallen behind: begins anew with a state of axiomd's
//
// Whoever decides on it names the last entry that it has applied; the log checks that.

#include <optional>

#include <axiom/store/entry_cursor.hpp>
#include <services/axiomd/api.hpp>
#include <services/axiomd/shadow_set.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::axiomd {

class Replica {
  public:
    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    /// `axiomd` is its endpoint (write). Logs with tables larger than `capacities` are refused.
    Replica(Loop& loop, HashEngine const& engine, Arena& arena, kernel::Slot axiomd,
            Capacities const& capacities) noexcept;
    Replica(Replica const&) = delete;
    Replica& operator=(Replica const&) = delete;

    /// Tells `sink` each entry that is applied from now on. Those that lie before a state that was
    /// taken over are not told.
    void tell(EntrySink& sink) noexcept { sink_ = &sink; }

    /// Takes a state over. `state_too_large`, `unanswered`, or what the state is refused for.
    [[nodiscard]] Task<Nothing> start() noexcept;

    /// Waits for entries, at most `wait_ms`, and applies them; none may have come. Begins anew
    /// where that is needed. After a refusal the state is as it was, or there is none.
    [[nodiscard]] Task<Nothing> advance(bool durable, std::uint32_t wait_ms) noexcept;

    /// The domains; null before the start. Borrowed until the next `advance` or `start`.
    [[nodiscard]] ShadowSet* domains() noexcept { return set_ ? &*set_ : nullptr; }
    [[nodiscard]] Hash256 const& log_id() const noexcept { return log_id_; }
    /// As axiomd said last.
    [[nodiscard]] Sequence watermark() const noexcept { return watermark_; }

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

  private:
    Result<void> load(Bytes snapshot) noexcept;
    Result<void> apply(Followed const& followed) noexcept;

    Loop* loop_;
    HashEngine const* engine_;
    kernel::Slot axiomd_;
    MutableBytes set_bytes_;
    MutableBytes room_; // for a snapshot, then for entries that come in pieces
    std::optional<ShadowSet> set_;
    Hash256 log_id_{};
    Sequence watermark_{};
    EntrySink* sink_{};
    std::uint32_t carried_{}; // bytes in the room of an entry that came in part
    MessageBytes held_{};
};

} // namespace axiom::axiomd
