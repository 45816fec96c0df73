// What is written behind the appenders' backs: groups that were submitted, and what an idle log
// owes; see sim-host/log/live_log.hpp.
//
//     appender  append ─ submit N ─ append ─ submit N + 1 ─ append ─ …
//     helper               hash N ─── write, flush N ──────── hash N + 2 ─ …
//     helper                              hash N + 1 ─── write, flush N + 1 ─ …

#include <sim-host/log/live_log.hpp>

#include <utility>

namespace axiom::host {

Result<void> LiveLog::submit() {
    Lock lock{mutex_};
    while (submitted_.full() && !failure_ && !refusal_) {
        taken_.wait(lock);
    }
    if (failure_) {
        return std::unexpected(*failure_);
    }
    if (refusal_) {
        return std::unexpected(*std::exchange(refusal_, std::nullopt));
    }
    Sequence const end = log_->next_sequence();
    if (end > (submitted_.empty() ? closed_end_ : submitted_.back())) {
        submitted_.push(end);
    }
    lock.unlock();
    work_.notify_one();
    return {};
}

bool LiveLog::submission_waits() const noexcept {
    return !submitted_.empty() && has_buffer() && !hashing_;
}

void LiveLog::take_submission(Lock& lock) {
    if (auto const closed = close_group(lock, submitted_.front()); !closed) {
        refusal_ = closed.error(); // for the next `submit`; what waits may still be committed
        submitted_.clear();
        taken_.raise();
    }
}

bool LiveLog::idle_watermark_due() const noexcept {
    return !failure_ && !closed_down_ && !writing_ && closed_.empty() && !hashing_ &&
           recorded_watermark_ < log_->watermark() && log_->drained() == log_->watermark();
}

// The next segment's slot is made while this one fills.
bool LiveLog::slot_is_wanted() const noexcept {
    return writer_->wants_segment() && !preparing_ && !no_slot_;
}

bool LiveLog::helper_has_work() const noexcept {
    return !failure_ && ((!closed_.empty() && !writing_) || slot_is_wanted() || submission_waits());
}

// A helper: writes groups that were submitted, hashes the next one while another helper writes, and
// records the watermark when nothing else does.
void LiveLog::serve(std::stop_token const& stop) {
    Lock lock{mutex_};
    while (!stop.stop_requested()) {
        if (!helper_has_work()) {
            wait_for_work(lock, stop);
        } else if (!closed_.empty() && !writing_) {
            static_cast<void>(write_group(lock)); // the failure is kept for whoever asks
        } else if (slot_is_wanted()) {
            // Whoever needs the segment meets the refusal.
            static_cast<void>(prepare_segment(lock, SlotWanted::ahead));
        } else {
            take_submission(lock);
        }
    }
}

void LiveLog::wait_for_work(Lock& lock, std::stop_token const& stop) {
    std::uint64_t const seen = watermark_.load(std::memory_order_relaxed);
    bool const woken = work_.wait_for(lock, options_.idle_time,
                                      [&] { return stop.stop_requested() || helper_has_work(); });
    bool const idle = !woken && watermark_.load(std::memory_order_relaxed) == seen && !writing_ &&
                      !hashing_ && !failure_;
    if (idle && log_->next_drain_bytes() != 0) {
        // What nobody waits for becomes durable all the same.
        static_cast<void>(close_group(lock, open_group_end()));
    } else if (idle && idle_watermark_due()) {
        add_idle_watermark();
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

void LiveLog::dismiss_helpers() {
    {
        Lock const lock{mutex_}; // a helper that has looked is asleep, or will look again
        for (std::jthread& helper : helpers_) {
            helper.request_stop();
        }
    }
    work_.notify_all();
    for (std::jthread& helper : helpers_) {
        if (helper.joinable()) {
            helper.join();
        }
    }
}

} // namespace axiom::host
