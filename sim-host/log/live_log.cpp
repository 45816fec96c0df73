// Appending and committing; see sim-host/log/live_log.hpp. Opening is in live_log_open.cpp.

#include <sim-host/log/live_log.hpp>

#include <chrono>

#include <sched.h>

#include <axiom/log/chain.hpp>

namespace axiom::host {

namespace {

using Clock = std::chrono::steady_clock;

// How long a writer waits for those that the last flush served to come back with their next entry.
constexpr auto gather_time = std::chrono::microseconds{20};

// THREATS.md rule 1: an idle log records its watermark within 100 ms.
constexpr auto idle_time = std::chrono::milliseconds{40};

} // namespace

Result<Appended> LiveLog::append(Proposal const& proposal, std::optional<Attachment> attachment) {
    return take(proposal, attachment, nullptr);
}

Result<Appended> LiveLog::propose(EngineCapability const& right, Proposal const& proposal,
                                  std::optional<Attachment> attachment) {
    return take(proposal, attachment, &right);
}

Result<Appended> LiveLog::take(Proposal proposal, std::optional<Attachment> const& attachment,
                               EngineCapability const* right) {
    if (attachment) {
        proposal.attachment = {attachment->bytes,
                               attachment_commitment(*options_.engine, attachment->padded)};
    }
    std::size_t const padded = attachment ? attachment->padded.size() : 0;
    std::scoped_lock const lock{mutex_};
    if (closing_) {
        return fail(Code::log_stopped);
    }
    if (entry_bytes(proposal.body.size()) + padded > writer_->entry_bytes_max()) {
        return fail(Code::too_long, proposal.body.size(), padded);
    }
    if (attachment && !writer_->has_attachment_room(padded)) {
        return fail(Code::ring_full, log_->next_sequence().value, padded);
    }
    Result<Appended> const appended =
        right != nullptr ? log_->propose(*right, proposal) : log_->append(proposal);
    if (appended && appended->entry && attachment) {
        std::memcpy(writer_->push_attachment(padded), attachment->padded.data(), padded);
    }
    return appended;
}

store::BlockContext LiveLog::context() const noexcept {
    return {.watermark = log_->watermark(), .epoch = epoch_, .boot = state_->boot_number()};
}

// While a group waits to be written, both buffers are taken and nothing is filled.
Result<void> LiveLog::fill(store::FillMode mode) {
    if (closed_) {
        return {};
    }
    if (!writer_->open()) {
        writer_->begin(buffers_[filling_]->bytes);
    }
    return writer_->fill(*log_, mode, context());
}

// Fills the open group with everything that waits. The next segment's slot is made beforehand by
// the helper; only when a segment filled faster than a slot is made does a committer wait for it
// here.
Result<void> LiveLog::fill_everything(Lock& lock) {
    auto filled = fill(store::FillMode::everything);
    if (filled || filled.error().code != Code::store_full) {
        return filled;
    }
    while (preparing_) {
        progress_.wait(lock);
    }
    if (writer_->wants_segment()) {
        TRY(prepare_segment(lock));
    }
    return fill(store::FillMode::everything);
}

// Closes the open group so that it waits for the writer's role; there is none that waits already.
Result<void> LiveLog::close_group(Lock& lock) {
    TRY(fill_everything(lock));
    if (!closed_ && !writer_->empty()) {
        close_open_group();
    }
    return {};
}

void LiveLog::close_open_group() {
    closed_ = writer_->finish();
    filling_ ^= 1U;
    closed_end_ = closed_->chain.next;
    last_served_ = arrived_;
    arrived_ = 0;
}

// Takes the writer's role for the group that waits; the mutex is free while the store works.
Result<void> LiveLog::write_group(Lock& lock) {
    AXIOM_ASSERT(closed_ && !writing_);
    store::Group const group = *closed_;
    closed_.reset();
    writing_ = true;
    lock.unlock();
    room_.raise();

    Result<void> outcome = store_->write(group.at, group.bytes);
    if (outcome) {
        outcome = store_->flush();
    }
    if (outcome) {
        auto const claimed = store_->claimed_epoch();
        outcome = !claimed                       ? fail(claimed.error().code, claimed.error().where)
                  : *claimed > group.chain.epoch ? fail(Code::fenced, claimed->value)
                                                 : Result<void>{};
    }

    lock.lock();
    writing_ = false;
    if (outcome) {
        durable_ = group.chain;
        recorded_watermark_ = group.chain.watermark;
        log_->durable_through(group.chain.next);
        watermark_.store(group.chain.next.value, std::memory_order_release);
    }
    if (!outcome) {
        failure_ = outcome.error();
        log_->stop();
    }
    lock.unlock(); // those whom this wakes want the mutex
    progress_.raise();
    if (!outcome) {
        room_.raise();
    }
    lock.lock();
    return outcome;
}

// With several committers each flush should serve them all: those that the last one served are on
// their way back, so the next writer gives them a moment before it closes its group.
void LiveLog::gather(Lock& lock) {
    unsigned const expected = last_served_;
    if (expected < 2 || arrived_ >= expected) {
        return;
    }
    lock.unlock();
    auto const until = Clock::now() + gather_time;
    while (arrived_.load(std::memory_order_relaxed) < expected && Clock::now() < until) {
        ::sched_yield();
    }
    lock.lock();
}

Result<void> LiveLog::commit(Sequence end) {
    Lock lock{mutex_};
    if (end > log_->next_sequence()) {
        return fail(Code::out_of_range, end.value);
    }
    if (end > closed_end_) {
        ++arrived_;
    }
    Result<void> outcome{};
    while (outcome && log_->watermark() < end) {
        if (failure_) {
            outcome = std::unexpected(*failure_);
        } else if (writing_) {
            // Ahead of time; a segment that is not ready yet is waited for when the group is
            // closed.
            static_cast<void>(fill(store::FillMode::full_blocks));
            progress_.wait(lock);
        } else {
            gather(lock);
            if (!writing_ && !failure_ && log_->watermark() < end) {
                outcome = close_group(lock);
                // Closing may have let the mutex go, and somebody else may write by now.
                if (outcome && closed_ && !writing_) {
                    outcome = write_group(lock);
                }
            }
        }
    }
    return outcome;
}

Result<void> LiveLog::submit() {
    Lock lock{mutex_};
    while (closed_ && !failure_) {
        room_.wait(lock);
    }
    if (failure_) {
        return std::unexpected(*failure_);
    }
    TRY(close_group(lock));
    lock.unlock();
    work_.notify_one();
    return {};
}

bool LiveLog::idle_watermark_due() const noexcept {
    return !failure_ && !closed_down_ && !writing_ && !closed_ &&
           recorded_watermark_ < log_->watermark() && log_->drained() == log_->watermark();
}

// The helper: writes groups that were submitted, and the watermark when nothing else does.
void LiveLog::serve(std::stop_token const& stop) {
    Lock lock{mutex_};
    while (!stop.stop_requested()) {
        if (closed_ && !writing_ && !failure_) {
            static_cast<void>(write_group(lock)); // the failure is kept for whoever asks
            continue;
        }
        if (writer_->wants_segment() && !preparing_ && !no_more_slots_ && !failure_) {
            static_cast<void>(prepare_segment(lock)); // whoever needs the segment meets the refusal
            continue;
        }
        std::uint64_t const seen = watermark_.load(std::memory_order_relaxed);
        work_.wait_for(lock, idle_time, [&] {
            return stop.stop_requested() || (closed_ && !writing_ && !failure_);
        });
        if (watermark_.load(std::memory_order_relaxed) != seen || writing_ || failure_) {
            continue;
        }
        if (log_->next_drain_bytes() != 0) {
            static_cast<void>(
                close_group(lock)); // what nobody waits for becomes durable all the same
        } else if (idle_watermark_due()) {
            add_idle_watermark();
        }
    }
}

void LiveLog::add_idle_watermark() {
    if (!writer_->open()) {
        writer_->begin(buffers_[filling_]->bytes);
    }
    if (writer_->empty() && writer_->add_watermark(store::FrameType::watermark, context())) {
        close_open_group();
    } else {
        recorded_watermark_ = log_->watermark(); // the next segment's header will carry it
    }
}

Result<void> LiveLog::close() {
    Sequence end{};
    {
        Lock const lock{mutex_};
        closing_ = true; // what is appended from here on is refused, not lost
        end = log_->next_sequence();
    }
    TRY(commit(end));
    helper_.request_stop();
    work_.notify_all();
    if (helper_.joinable()) {
        helper_.join();
    }
    Lock lock{mutex_};
    if (closed_down_) {
        return {};
    }
    while ((closed_ || writing_) && !failure_) {
        if (writing_) {
            progress_.wait(lock);
        } else {
            TRY(write_group(lock));
        }
    }
    if (failure_) {
        return std::unexpected(*failure_);
    }
    closed_down_ = true;
    if (!writer_->open()) {
        writer_->begin(buffers_[filling_]->bytes);
    }
    if (writer_->add_watermark(store::FrameType::end, context())) {
        closed_ = writer_->finish();
        TRY(write_group(lock));
    }
    return {};
}

void LiveLog::begin_segment() {
    std::scoped_lock const lock{mutex_};
    AXIOM_ASSERT(log_->watermark() == log_->next_sequence());
    writer_->abandon_segment();
}

Sequence LiveLog::next_sequence() {
    std::scoped_lock const lock{mutex_};
    return log_->next_sequence();
}

store::ChainPosition LiveLog::durable_position() {
    std::scoped_lock const lock{mutex_};
    return durable_;
}

} // namespace axiom::host
