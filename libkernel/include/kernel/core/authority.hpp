#pragma once
// Authority: the only way in which authority changes.
//
//     request ──decide──▶ event ──append──▶ ordered entry ──apply──▶ state ──▶ effects
//                 │                 │                         no refusal from here on
//                 └─ a refusal ◀────┘  neither state nor log has changed
//
// One request makes at most one entry, however much it takes with it. Around it stands the
// authority lock: one request at a time.

#include <axiom/log/log.hpp>

#include <kernel/cap/decide.hpp>
#include <kernel/core/log_meter.hpp>
#include <kernel/event/domain.hpp>

namespace axiom::kernel {

/// The log took nothing, or gave nothing: which of its reasons is the detail.
[[nodiscard]] inline std::unexpected<Refusal>
refused_by_log(Code code, std::uint8_t argument = no_argument) noexcept {
    return refuse(Check::log, argument, static_cast<std::uint64_t>(code));
}

class Authority {
  public:
    /// All outlive it. `log` takes the kernel's kinds. Without a meter log bytes are not counted.
    Authority(Log& log, KernelDomain& domain, LogMeter* meter = nullptr) noexcept
        : log_{&log}, domain_{&domain}, meter_{meter} {}

    [[nodiscard]] KernelState const& state() const noexcept { return domain_->state(); }

    /// One thing that has gone since the last call.
    [[nodiscard]] std::optional<Departed> take_departed() noexcept {
        return domain_->take_departed();
    }

    /// The first entry of a boot: see `Start`.
    Answer<Sequence> start(Start const& start) noexcept;

    /// Seals records of the SysLog, on demand of this process.
    Answer<Sequence> seal(Asker const& asker, SyslogPosition const& call,
                          Seal const& seal) noexcept;

    /// Whether the account may write so many bytes to the log now. Refuses `quota`. The recovery
    /// account, which is the first one, always may.
    [[nodiscard]] Answer<void> affords(RowHandle account, std::uint64_t bytes) noexcept;
    /// It has.
    void charge(RowHandle account, std::uint64_t bytes) noexcept;

    /// Log time has moved, by an entry that the log has taken.
    void tick(LogTime now) noexcept { domain_->tick(now); }

    /// The first step alone, for whoever has more to do before the entry is made.
    template <class Request>
    [[nodiscard]] Answer<Event> decided(Asker const& asker, Request const& request) const noexcept {
        return state().is_alive(asker.process) ? decide(state(), asker, request)
                                               : refuse(Check::ended);
    }

    /// The others: appends and applies what was decided on this very state. The answer is the
    /// entry's place.
    Answer<Sequence> take(Asker const& asker, SyslogPosition const& call,
                          Event const& event) noexcept;

    /// Decides, appends, applies.
    template <class Request>
    Answer<Sequence> perform(Asker const& asker, SyslogPosition const& call,
                             Request const& request) noexcept {
        return take(asker, call, TRY(decided(asker, request)));
    }

  private:
    void open_bucket() noexcept;
    Answer<Sequence> append(Caller const& caller, Event const& event) noexcept;

    Log* log_;
    KernelDomain* domain_;
    LogMeter* meter_;
};

} // namespace axiom::kernel
