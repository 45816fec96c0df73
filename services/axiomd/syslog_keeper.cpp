#include <services/axiomd/syslog_keeper.hpp>

#include <services/runtime/say.hpp>

namespace axiom::axiomd {

namespace {

constexpr kernel::Nanoseconds patience{10'000'000'000}; // a disk may be busy with others

} // namespace

Detached SyslogKeeper::keep() noexcept {
    for (;;) {
        static_cast<void>(co_await loop_->signals(kernel::syslog_waits_bit));
        auto const sealed = co_await seal(kernel::any_ring);
        static_cast<void>(sealed); // refused: it is due again when there is more
    }
}

// A ring that does not exist ends them.
Task<Nothing> SyslogKeeper::seal_all() noexcept {
    for (std::uint64_t ring = 0;; ++ring) {
        auto const sealed = co_await seal(ring);
        if (!sealed) {
            co_return Nothing{};
        }
    }
}

// What is called for this alone makes records too, so one ring is drained until it was once less
// than full, and all until none is due.
Task<Nothing> SyslogKeeper::seal(std::uint64_t ring) noexcept {
    while (busy_) {
        co_await loop_->turn(free_);
    }
    busy_ = true;
    Result<Nothing> done = Nothing{};
    for (bool more = true; more;) {
        auto const sealed = loop_->kernel().syslog_drain(slots_.log, slots_.shared, ring);
        if (!sealed) {
            done = refused_by_kernel(sealed.error());
            break;
        }
        if (sealed->bytes == 0) {
            break;
        }
        if (all_kept_ || ring == kernel::any_ring) { // who ends waits for nobody twice
            MessageBytes held;
            auto const kept = co_await ask(
                *loop_, slots_.keeper,
                syslog::Keep{.bytes = static_cast<std::uint32_t>(sealed->bytes)}, patience, held);
            batch_was_kept(kept.has_value());
        }
        more = ring == kernel::any_ring
                   ? sealed->due
                   : sealed->bytes > kernel::syslog_drain_records_max * syslog::record_bytes;
    }
    busy_ = false;
    loop_->wake_one(free_);
    co_return done;
}

// Once for all that follow one another.
void SyslogKeeper::batch_was_kept(bool kept) noexcept {
    if (all_kept_ && !kept) {
        say(loop_->kernel(), "axiomd: what was called is not kept", {Code::unanswered});
    }
    all_kept_ = kept;
}

} // namespace axiom::axiomd
