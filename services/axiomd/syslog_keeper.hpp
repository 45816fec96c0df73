#pragma once
// SyslogKeeper: has the SysLog's rings sealed, and what was sealed kept.
//
//     a ring is due ─▶ syslog_drain: a batch, its seal is an entry ─▶ Keep, to the batches' keeper
//
// The log does not wait for it: who keeps the batches may be slow, or gone, and then they are lost.

#include <services/runtime/ask.hpp>
#include <services/syslog/api.hpp>

namespace axiom::axiomd {

struct SyslogSlots {
    kernel::Slot log{};    // read
    kernel::Slot keeper{}; // of the batches: write
    kernel::Slot shared{}; // the region that both hold: read, write
};

class SyslogKeeper {
  public:
    SyslogKeeper(Loop& loop, SyslogSlots slots) noexcept : loop_{&loop}, slots_{slots} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

    /// Whenever a ring is due.
    Detached keep() noexcept;

    /// Every ring, due or not, as far as it goes now.
    [[nodiscard]] Task<Nothing> seal_all() noexcept;

  private:
    [[nodiscard]] Task<Nothing> seal(std::uint64_t ring) noexcept;
    void batch_was_kept(bool kept) noexcept;

    Loop* loop_;
    SyslogSlots slots_;
    bool busy_{}; // the region is in use
    WaitList free_;
    bool all_kept_{true}; // the last one too
};

} // namespace axiom::axiomd
