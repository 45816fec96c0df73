// Reading through one buffer; see axiom/store/segment_window.hpp.

#include <axiom/store/segment_window.hpp>

#include <algorithm>

namespace axiom::store {

SegmentWindow::SegmentWindow(Store& store, MutableBytes buffer) noexcept
    : store_{&store}, buffer_{buffer}, storage_block_{store.geometry().storage_block_bytes} {
    AXIOM_ASSERT(buffer.size() % storage_block_ == 0 && buffer.size() >= 2 * storage_block_);
}

Result<Bytes> SegmentWindow::view(SlotIndex slot, std::uint64_t offset,
                                  std::size_t length) noexcept {
    std::uint64_t const segment_bytes = store_->geometry().segment_bytes;
    AXIOM_ASSERT(length <= range_bytes_max());
    if (!range_fits(offset, length, segment_bytes)) {
        return fail(Code::size_changed, offset, length);
    }
    bool const held = filled_ != 0 && slot == slot_ && offset >= start_ &&
                      range_fits(offset - start_, length, filled_);
    if (!held) {
        filled_ = 0;
        slot_ = slot;
        start_ = offset & ~(std::uint64_t{storage_block_} - 1);
        auto const take = static_cast<std::size_t>(
            std::min<std::uint64_t>(buffer_.size(), segment_bytes - start_));
        TRY(store_->read({slot, start_}, buffer_.first(take)));
        filled_ = take;
    }
    return Bytes{buffer_}.subspan(static_cast<std::size_t>(offset - start_), length);
}

} // namespace axiom::store
