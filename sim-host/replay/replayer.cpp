// Replaying a log; see sim-host/replay/replayer.hpp.

#include <sim-host/replay/replayer.hpp>

#include <algorithm>

#include <sim-host/platform/held_exception.hpp>

namespace axiom::host {

// Hands on the entries of a block that lie in [from, end).
class Replayer::Part final : public EntrySink {
  public:
    Part(Replayer& owner, Sequence end) noexcept : owner_{owner}, from_{owner.next_}, end_{end} {}

    void entry(Ordered<Entry> const& entry) noexcept override {
        if (entry.sequence() < from_ || entry.sequence() >= end_) {
            return;
        }
        held_.run([&] {
            if (owner_.before) {
                owner_.before(entry.value());
            }
            owner_.replay_.entry(entry);
        });
    }
    void reduced(Sequence sequence, Hash256 const& leaf) noexcept override {
        if (sequence >= from_ && sequence < end_) {
            owner_.replay_.reduced(sequence, leaf);
        }
    }

    /// Behind each delivery.
    void release() { held_.release(); }

  private:
    Replayer& owner_;
    Sequence from_;
    Sequence end_;
    HeldException held_;
};

Replayer::Replayer(OpenedLog& log)
    : log_{&log}, buffer_(store::scan_window_bytes(log.store().geometry())),
      window_{log.store(), buffer_},
      scan_{std::make_unique<store::BlockScan>(
          log.engine(), window_, log.segments(),
          store::ScanOptions{.check_attachments = false, .accept_late_writes = true})},
      replay_{log.engine(), log.state_bytes_max()} {
    scan_->start_at_segment(0);
}

Result<void> Replayer::advance_to(Sequence end) {
    if (end < next_ || end > log_->end()) {
        return fail(Code::out_of_range, end.value, log_->end().value);
    }
    while (next_ < end) {
        if (!block_held_) {
            auto const step = scan_->next();
            if (!step) {
                return std::unexpected(log_->refused(*scan_, step.error()));
            }
            if (*step == store::ScanStep::end) {
                return fail(Code::size_changed, next_.value);
            }
            if (*step != store::ScanStep::block) {
                continue;
            }
        }
        if (scan_->position().next <= next_) {
            continue; // before the snapshot: checked, and part of its state already
        }
        Part part{*this, end};
        EntryCursor::deliver(*scan_, part);
        part.release();
        next_ = std::min(end, scan_->position().next);
        block_held_ = next_ < scan_->position().next;
        if (auto const& stopped = replay_.stopped()) {
            return std::unexpected(explained(*stopped));
        }
    }
    if (next_.value != 0 && domains() == nullptr) {
        return fail(Code::rot_below_watermark); // what is here begins behind `end`
    }
    return {};
}

Result<Hash256> Replayer::state_hash() {
    DomainSet* const set = domains();
    return set == nullptr ? Result<Hash256>{fail(Code::not_a_log)} : set->shadows().state_hash();
}

} // namespace axiom::host
