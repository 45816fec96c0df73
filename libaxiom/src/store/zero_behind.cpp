// Zeros behind a segment's end; see axiom/store/zero_behind.hpp.

#include <axiom/store/zero_behind.hpp>

namespace axiom::store {

Result<void> zero_behind(Store& store, SlotIndex slot, std::uint64_t end,
                         MutableBytes block) noexcept {
    StoreGeometry const geometry = store.geometry();
    AXIOM_ASSERT(block.size() == geometry.storage_block_bytes);
    std::uint64_t const within = end % geometry.storage_block_bytes;
    if (within != 0) {
        SlotOffset const start{slot, end - within};
        TRY(store.read(start, block));
        zero_bytes(block.subspan(static_cast<std::size_t>(within)));
        TRY(store.write(start, block));
    }
    std::uint64_t const rest = round_up<std::uint64_t>(end, geometry.storage_block_bytes);
    return rest < geometry.segment_bytes ? store.discard({slot, rest}) : Result<void>{};
}

} // namespace axiom::store
