// Answering those who follow; see services/axiomd/following.hpp.

#include <services/axiomd/following.hpp>

#include <algorithm>

#include <axiom/domain/snapshot.hpp>

namespace axiom::axiomd {

namespace {

constexpr RingSize backlog_size{.bytes = std::size_t{2} << 20U, .entries = 8192};
constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr kernel::Nanoseconds between_rousings{250 * ns_per_ms};

// A snapshot is not made anew for another follower while somebody fetches it.
constexpr std::uint64_t fetch_pause_ns = 50 * ns_per_ms;

constexpr std::size_t snapshot_room = std::size_t{2} << 20U;

} // namespace

std::size_t Following::bytes_for() noexcept {
    return AppendRing::bytes_for(backlog_size) + Arena::bytes_for<std::byte>(piece_bytes_max) +
           Arena::bytes_for<std::byte>(snapshot_room);
}

Following::Following(Loop& loop, Arena& arena, ShadowSet& shadows) noexcept
    : loop_{&loop}, shadows_{&shadows}, backlog_{arena, backlog_size, shadows.shadows().next()},
      watermark_{shadows.shadows().next()}, piece_{arena.make<std::byte>(piece_bytes_max)},
      room_{arena.make<std::byte>(snapshot_room)} {}

void Following::ordered(Bytes run, Sequence first, Hash256 const& log_id,
                        Hash256 const& head) noexcept {
    backlog_.add(run, first);
    log_id_ = log_id;
    head_ = head;
    loop_->wake(waiting_);
}

void Following::durable_through(Sequence watermark) noexcept {
    watermark_ = watermark;
    loop_->wake(waiting_);
}

Task<Followed> Following::on(Request const& /*request*/, Follow const& asks) noexcept {
    std::uint64_t const patience_ms = std::min(asks.wait_ms, follow_wait_ms_max);
    std::uint64_t const deadline = loop_->now().value + patience_ms * ns_per_ms;
    Follow wanted = asks;
    for (;;) {
        Sequence const end = asks.durable ? std::min(watermark_, backlog_.end()) : backlog_.end();
        auto found = backlog_.collect(wanted, end, piece_);
        bool const over =
            !found || !found->entries.empty() || patience_ms == 0 || loop_->now().value >= deadline;
        if (over) {
            if (found) {
                found->watermark = watermark_.value;
            }
            co_return found;
        }
        if (waiters_ == waiting_max) {
            co_return fail(Code::table_full, waiting_max);
        }
        wanted.from = found->next; // what nobody wanted is not looked at again
        wanted.offset = 0;
        if (!rousing_ && !rouse().begun()) {
            co_return fail(Code::no_memory);
        }
        ++waiters_;
        co_await loop_->turn(waiting_);
        --waiters_;
    }
}

// Those who wait look at the clock from time to time.
Detached Following::rouse() noexcept {
    rousing_ = true;
    do {
        co_await loop_->after(between_rousings);
        loop_->wake(waiting_);
    } while (waiters_ != 0);
    rousing_ = false;
}

Result<void> Following::save() noexcept {
    snapshot_ = {};
    snapshot_ = TRY(save_snapshot(shadows_->shadows(), log_id_, head_, room_));
    snapshot_next_ = shadows_->shadows().next();
    return {};
}

Result<Saved> Following::on(Request const& /*request*/, SaveState const& asks) noexcept {
    std::uint64_t const now = loop_->now().value;
    if (asks.offset == 0) {
        bool const current = !snapshot_.empty() && snapshot_next_ == shadows_->shadows().next();
        bool const usable = !snapshot_.empty() && snapshot_next_ >= backlog_.first();
        if (!current && (!usable || now >= snapshot_kept_until_)) {
            TRY(save());
        }
    } else if (asks.next != snapshot_next_.value || snapshot_.empty()) {
        return fail(Code::table_full, asks.next, snapshot_next_.value);
    }
    if (asks.offset > snapshot_.size()) {
        return fail(Code::out_of_range, asks.offset, snapshot_.size());
    }
    snapshot_kept_until_ = now + fetch_pause_ns;
    Bytes const rest = snapshot_.subspan(asks.offset);
    return Saved{.next = snapshot_next_.value,
                 .log_id = log_id_,
                 .total_bytes = static_cast<std::uint32_t>(snapshot_.size()),
                 .piece = rest.first(std::min<std::size_t>(rest.size(), piece_bytes_max))};
}

Result<State> Following::on(Request const& /*request*/, AskState const& /*asks*/) noexcept {
    return State{.next = shadows_->shadows().next().value,
                 .hash = TRY(shadows_->shadows().state_hash())};
}

} // namespace axiom::axiomd
