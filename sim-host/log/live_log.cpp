// Appending and committing; see sim-host/log/live_log.hpp. Opening is in live_log_open.cpp, what
// helpers do in live_log_helpers.cpp.

#include <sim-host/log/live_log.hpp>

#include <chrono>

#include <sched.h>

#include <axiom/base/mutant.hpp>
#include <axiom/log/chain.hpp>

namespace axiom::host {

namespace {

using Clock = std::chrono::steady_clock;

// How long a writer waits at most for those that the last flush served to come back with their next
// entry: a part of what that flush took, and no longer than it takes to wake a thread on a CPU that
// was halted.
constexpr auto gather_part = 4;
constexpr auto gather_time_max = std::chrono::microseconds{100};

// How long before and after the end of a flush, as the last one lets expect it, one of those who
// wait for it is awake.
constexpr auto awake_time = std::chrono::microseconds{250};

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
    if (failure_) {
        return std::unexpected(*failure_);
    }
    if (closing_) {
        return fail(Code::log_stopped);
    }
    if (entry_bytes(proposal.body.size()) + padded > writer_->entry_bytes_max()) {
        return fail(Code::too_long, proposal.body.size(), padded);
    }
    if (attachment && !writer_->has_attachment_room(padded)) {
        return fail(Code::ring_full, log_->next_sequence().value, padded);
    }
    Result<Appended> appended =
        right != nullptr ? log_->propose(*right, proposal) : log_->append(proposal);
    if (!appended && appended.error().code == Code::log_full && no_slot_ &&
        no_slot_->code != Code::store_full) {
        appended = std::unexpected(*no_slot_); // it is not for want of room
    }
    if (appended && appended->entry && attachment) {
        std::memcpy(writer_->push_attachment(padded), attachment->padded.data(), padded);
    }
    return appended;
}

store::BlockContext LiveLog::context() const noexcept {
    return {.watermark = log_->watermark(), .epoch = epoch_, .boot = state_->boot_number()};
}

// Whether a group is open or can be: the others wait to be written, or one of them is written.
bool LiveLog::has_buffer() const noexcept {
    return writer_->open() || closed_.size() + (writing_ ? 1 : 0) < buffers_.size();
}

// What was submitted is a group of its own, whoever closes it.
Sequence LiveLog::open_group_end() const noexcept {
    return submitted_.empty() ? log_->next_sequence() : submitted_.front();
}

// Adds what waits below `end` to the open group, hashing each block with the mutex free. While
// every buffer is taken by a group that is closed nothing is added.
Result<void> LiveLog::fill(Lock& lock, Sequence end) {
    while (hashing_) {
        hashed_.wait(lock);
    }
    if (!has_buffer()) {
        return {};
    }
    if (!writer_->open()) {
        writer_->begin(buffers_[filling_]->bytes);
    }
    while (true) {
        store::BlockContext const now = context();
        auto block = TRY(writer_->take(*log_, end, now));
        if (!block) {
            return {};
        }
        hashing_ = true;
        lock.unlock();
        writer_->build(*log_, *block, now);
        lock.lock();
        hashing_ = false;
        writer_->settle(*log_, *block);
        hashed_.raise();
    }
}

// While a flush is under way: whole blocks only, since more entries may still join the last one. A
// segment that is not ready yet is waited for when the group is closed.
void LiveLog::fill_ahead(Lock& lock) {
    std::uint64_t const waiting = open_group_end().value - log_->drained().value;
    std::uint64_t const whole = waiting - waiting % block_entries_max;
    if (whole != 0 && !hashing_) {
        static_cast<void>(fill(lock, Sequence{log_->drained().value + whole}));
        if (helper_has_work()) {
            work_.notify_one(); // helpers passed it by while this thread hashed
        }
    }
}

// Fills the open group with what waits below `end`. The next segment's slot is made beforehand by a
// helper; only when a segment filled faster than a slot is made is it waited for here. Another
// committer may use the slot up meanwhile, so this is tried until there is one or none can be made.
Result<void> LiveLog::fill_up(Lock& lock, Sequence end) {
    while (true) {
        auto filled = fill(lock, end);
        if (filled || filled.error().code != Code::store_full) {
            return filled;
        }
        while (preparing_) {
            progress_.wait(lock);
        }
        if (writer_->wants_segment()) {
            TRY(prepare_segment(lock, SlotWanted::now));
        }
    }
}

// Closes the open group so that it waits for the writer's role, behind those that were closed
// before.
Result<void> LiveLog::close_group(Lock& lock, Sequence end) {
    TRY(fill_up(lock, end));
    if (!writer_->empty()) {
        close_open_group();
    }
    return {};
}

void LiveLog::close_open_group() {
    closed_.push(writer_->finish());
    filling_ = (filling_ + 1) % buffers_.size();
    closed_end_ = closed_.back().chain.next;
    while (!submitted_.empty() && submitted_.front() <= closed_end_) {
        static_cast<void>(submitted_.pop());
    }
    last_served_ = arrived_;
    arrived_ = 0;
    taken_.raise();
}

// Takes the writer's role for the group that waits longest; the mutex is free while the store
// works.
Result<void> LiveLog::write_group(Lock& lock) {
    AXIOM_ASSERT(!writing_ && !failure_);
    store::Group const group = closed_.pop();
    writing_ = true;
    writing_since_ = Clock::now();
    bool const work = helper_has_work();
    lock.unlock();
    if (work) {
        work_.notify_one(); // there is room for another group to wait, or a segment was begun
    }

    Result<void> outcome = store_->write(group.at, group.bytes);
    if (outcome && !AXIOM_MUTANT(acknowledged_before_flush)) {
        outcome = store_->flush();
    }
    if (outcome) {
        auto const claimed = store_->claimed_epoch();
        outcome = !claimed ? fail(claimed.error().code, claimed.error().where)
                  : *claimed > group.chain.epoch && !AXIOM_MUTANT(fence_unread)
                      ? fail(Code::fenced, claimed->value)
                      : Result<void>{};
    }

    lock.lock();
    writing_ = false;
    write_time_ = Clock::now() - writing_since_;
    expected_ = last_served_ + arrived_;
    if (outcome) {
        durable_ = group.chain;
        recorded_watermark_ = group.chain.watermark;
        log_->durable_through(group.chain.next);
        watermark_.store(group.chain.next.value, std::memory_order_release);
    }
    if (!outcome && !AXIOM_MUTANT(failed_flush_tried_again)) {
        failure_ = outcome.error();
        log_->stop();
    }
    bool const more = helper_has_work();
    lock.unlock(); // those whom this wakes want the mutex
    progress_.raise();
    if (more) {
        work_.notify_one();
    }
    if (!outcome) {
        taken_.raise();
    }
    lock.lock();
    return outcome;
}

// With several committers each flush should serve them all. Those that the last one served are on
// their way back, and those who came meanwhile wait for the next: the next writer gives the former
// a moment before it closes its group, or they would go out by turns.
void LiveLog::gather(Lock& lock) {
    unsigned const expected = expected_;
    if (expected < 2 || arrived_ >= expected) {
        return;
    }
    gathering_ = true;
    auto const until =
        Clock::now() + std::min<Clock::duration>(write_time_ / gather_part, gather_time_max);
    lock.unlock();
    while (arrived_.load(std::memory_order_relaxed) < expected && Clock::now() < until) {
        ::sched_yield();
    }
    lock.lock();
    gathering_ = false;
}

// Whoever waited for this committer to write is told if it does not come to that.
Result<void> LiveLog::lead(Lock& lock, Sequence end) {
    gather(lock);
    if (!writing_ && !failure_ && log_->watermark() < end) {
        auto const closed = close_group(lock, open_group_end());
        // Closing may have let the mutex go: somebody else may write by now, or have failed to, and
        // a group that was written behind the gap would be cut off by recovery.
        if (closed && !closed_.empty() && !writing_ && !failure_) {
            return write_group(lock);
        }
        progress_.raise();
        if (helper_has_work()) {
            work_.notify_one(); // what came while this thread hashed
        }
        return closed;
    }
    progress_.raise();
    return {};
}

// One of the committers that wait is awake when the flush ends, so that it is back in time for the
// next; more would take the CPUs from those who do the work.
void LiveLog::await_flush(Lock& lock) {
    if (awake_) {
        progress_.wait(lock);
        return;
    }
    awake_ = true;
    auto const expected_end = (writing_ ? writing_since_ : Clock::now()) + write_time_;
    progress_.wait_awake(lock, expected_end - awake_time, expected_end + awake_time);
    awake_ = false;
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
        } else if (writing_ || gathering_) {
            if (writing_) {
                fill_ahead(lock);
            }
            // Filling may have let the mutex go, and the flush may have ended meanwhile.
            if ((writing_ || gathering_) && !failure_ && log_->watermark() < end) {
                await_flush(lock);
            }
            if (AXIOM_MUTANT(any_flush_serves)) {
                break;
            }
        } else {
            outcome = lead(lock, end);
        }
    }
    return outcome;
}

Result<void> LiveLog::close() {
    Sequence end{};
    {
        Lock const lock{mutex_};
        closing_ = true; // what is appended from here on is refused, not lost
        end = log_->next_sequence();
    }
    // What finds no room was promised to nobody, and is no reason not to end in order.
    auto const committed = commit(end);
    if (!committed && committed.error().code != Code::store_full) {
        return committed;
    }
    dismiss_helpers();
    Lock lock{mutex_};
    if (closed_down_) {
        return committed;
    }
    while ((!closed_.empty() || writing_ || hashing_) && !failure_) {
        if (writing_) {
            progress_.wait(lock);
        } else if (hashing_) {
            hashed_.wait(lock);
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
        closed_.push(writer_->finish());
        TRY(write_group(lock));
    }
    return committed;
}

Result<void> LiveLog::begin_segment(Sequence end) {
    Lock lock{mutex_};
    AXIOM_ASSERT(log_->watermark() == log_->next_sequence());
    if (writer_->position().segment.first >= end) {
        return {};
    }
    while (preparing_) {
        progress_.wait(lock);
    }
    if (writer_->wants_segment()) {
        TRY(prepare_segment(lock, SlotWanted::now));
    }
    writer_->abandon_segment();
    return {};
}

void LiveLog::keep_segment() {
    Lock const lock{mutex_};
    if (log_->watermark() == log_->next_sequence()) {
        writer_->keep_segment();
    }
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
