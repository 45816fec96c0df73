// Reading through one buffer; see axiom/store/segment_window.hpp.

#include <axiom/store/segment_window.hpp>

#include <algorithm>

namespace axiom::store {

SegmentWindow::SegmentWindow(Store& store, MutableBytes buffer) noexcept
    : store_{&store}, buffer_{buffer}, storage_block_{store.geometry().storage_block_bytes} {
    AXIOM_ASSERT(buffer.size() % storage_block_ == 0 && buffer.size() >= 2 * storage_block_);
}

Result<Bytes> SegmentWindow::view(SlotIndex slot, std::uint64_t offset, std::size_t length,
                                  ReadAhead ahead) noexcept {
    std::uint64_t const segment_bytes = store_->geometry().segment_bytes;
    AXIOM_ASSERT(length <= range_bytes_max());
    if (!range_fits(offset, length, segment_bytes)) {
        return fail(Code::size_changed, offset, length);
    }
    bool const held = filled_ != 0 && slot == slot_ && offset >= start_ &&
                      range_fits(offset - start_, length, filled_);
    if (!held) {
        TRY(fill(slot, offset, length, ahead));
    }
    return Bytes{buffer_}.subspan(static_cast<std::size_t>(offset - start_), length);
}

// Reads ahead a piece that stays in a core's own cache until it is used; what the buffer holds of
// the range already is moved to its front.
Result<void> SegmentWindow::fill(SlotIndex slot, std::uint64_t offset, std::size_t length,
                                 ReadAhead ahead) noexcept {
    std::uint64_t const start = offset & ~(std::uint64_t{storage_block_} - 1);
    std::uint64_t const needed = round_up<std::uint64_t>(offset - start + length, storage_block_);
    std::uint64_t const wanted =
        ahead == ReadAhead::yes ? std::min<std::uint64_t>(buffer_.size(), read_ahead_bytes) : 0;
    auto const take = static_cast<std::size_t>(std::min<std::uint64_t>(
        std::max(needed, wanted), store_->geometry().segment_bytes - start));
    bool const overlaps =
        filled_ != 0 && slot == slot_ && start >= start_ && start - start_ < filled_;
    std::size_t keep = 0;
    if (overlaps) {
        auto const from = static_cast<std::size_t>(start - start_);
        keep = std::min(filled_ - from, take);
        std::memmove(buffer_.data(), buffer_.data() + from, keep);
    }
    filled_ = 0;
    slot_ = slot;
    start_ = start;
    TRY(store_->read({slot, start + keep}, buffer_.subspan(keep, take - keep)));
    filled_ = take;
    return {};
}

} // namespace axiom::store
