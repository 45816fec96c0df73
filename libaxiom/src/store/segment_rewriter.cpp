// Writing segments anew; see axiom/store/segment_rewriter.hpp.

#include <axiom/store/segment_rewriter.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::store {

namespace {

// A group begins anew after so many bytes where that costs nothing, so that a reader who met damage
// finds a frame again.
constexpr std::uint64_t group_bytes = 64U << 10U;

std::size_t padded_attachment(BlockView const& block, std::size_t index) noexcept {
    return padded_bytes(block.entry(index).header.attachment_bytes);
}

} // namespace

SegmentRewriter::SegmentRewriter(HashEngine const& engine, SegmentHeader const& old,
                                 Hash256 const& nonce, MutableBytes buffer) noexcept
    : engine_{&engine}, header_{old}, buffer_{buffer}, base_{old.storage_block_bytes},
      group_started_{base_} {
    AXIOM_ASSERT(buffer.size() >= buffer_bytes_min(old.storage_block_bytes) &&
                 buffer.size() % old.storage_block_bytes == 0);
    ++header_.generation;
    header_.nonce = nonce;
    seal_header(engine, header_);
}

void SegmentRewriter::add(BlockScan const& scan, std::span<bool const> goes) noexcept {
    BlockView const& block = scan.block();
    FramePrefix const& old = block.frame.prefix;
    AXIOM_ASSERT(scan.hashed() && goes.size() >= block.count());
    start_frame(old.offset);
    std::size_t const frame_at = used_;
    used_ += frame_head_bytes; // prefix and record are filled in when the stride is known
    FramePrefix prefix{.type = old.type, .offset = end() - frame_head_bytes};
    bool any = old.type == FrameType::pruned;
    for (std::size_t index = 0; index < block.count(); ++index) {
        any = any || goes[index];
    }
    if (any) {
        prefix.type = FrameType::pruned;
        put_reduced(block, scan.leaves(), goes);
    } else {
        put(scan.frame_bytes().subspan(frame_head_bytes, old.content_bytes - block_record_bytes));
    }
    prefix.content_bytes = static_cast<std::uint32_t>(used_ - frame_at - frame_prefix_bytes);
    newest_ = NewestFrame{frame_at, prefix, block.frame.record};
    put_attachments(scan, goes, newest_->prefix);
}

void SegmentRewriter::add(Frame const& idle) noexcept {
    AXIOM_ASSERT(idle.record.count == 0);
    start_frame(idle.prefix.offset);
    FramePrefix const prefix{
        .type = idle.prefix.type, .offset = end(), .content_bytes = block_record_bytes};
    newest_ = NewestFrame{used_, prefix, idle.record};
    used_ += frame_head_bytes;
}

// The newest frame may reach to the next storage block only where the frame after it still does not
// come to lie behind its old place.
void SegmentRewriter::start_frame(std::uint64_t old_offset) noexcept {
    std::uint64_t const padded = round_up<std::uint64_t>(end(), header_.storage_block_bytes);
    if (end() - group_started_ >= group_bytes && padded <= old_offset) {
        pad_to_storage_block();
        group_started_ = end();
    }
    AXIOM_ASSERT(end() <= old_offset);
    seal_newest_frame();
    AXIOM_ASSERT(range_fits(used_, frame_bytes_max, buffer_.size()));
}

void SegmentRewriter::put_reduced(BlockView const& block, std::span<Hash256 const> leaves,
                                  std::span<bool const> goes) noexcept {
    for (std::size_t index = 0; index < block.count(); ++index) {
        buffer_[used_ + index] = std::byte{!block.reduced(index) && !goes[index]};
    }
    used_ += block.count();
    put_zeros(presence_bytes(block.count()) - block.count());
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index) || goes[index]) {
            put(leaves[index].view());
            put_zeros(kept_leaf_bytes - sizeof(Hash256));
        } else {
            std::byte const* const entry = block.entries[index];
            auto const body =
                load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
            put({entry, entry_bytes(body)});
        }
    }
}

void SegmentRewriter::put_attachments(BlockScan const& scan, std::span<bool const> goes,
                                      FramePrefix& prefix) noexcept {
    BlockView const& block = scan.block();
    Bytes area = scan.frame_bytes().subspan(block.frame.prefix.attachments_offset,
                                            block.frame.prefix.attachments_bytes);
    std::size_t const frame_at = newest_->at;
    std::size_t start = 0;
    for (std::size_t index = 0; index < block.count(); ++index) {
        std::size_t const bytes = block.reduced(index) ? 0 : padded_attachment(block, index);
        if (bytes != 0 && (!goes[index] || AXIOM_MUTANT(pruned_attachments_kept))) {
            if (start == 0) {
                pad_to_storage_block();
                start = used_;
            }
            put(area.first(bytes));
        }
        area = area.subspan(bytes);
    }
    if (start != 0) {
        prefix.attachments_offset = static_cast<std::uint32_t>(start - frame_at);
        prefix.attachments_bytes = static_cast<std::uint32_t>(used_ - start);
        pad_to_storage_block();
    }
}

void SegmentRewriter::seal_newest_frame() noexcept {
    if (!newest_) {
        return;
    }
    FramePrefix prefix = newest_->prefix;
    prefix.stride = static_cast<std::uint32_t>(used_ - newest_->at);
    Bytes const record = record_bytes(newest_->record);
    prefix.check = frame_check(*engine_, prefix, header_.nonce, record);
    std::memcpy(buffer_.data() + newest_->at, &prefix, frame_prefix_bytes);
    copy_bytes(buffer_.subspan(newest_->at + frame_prefix_bytes), record);
    newest_.reset();
}

SegmentRewriter::Piece SegmentRewriter::settled() noexcept {
    std::size_t const open = newest_ ? newest_->at : used_;
    std::size_t const whole = open - open % header_.storage_block_bytes;
    return {base_, buffer_.first(whole)};
}

void SegmentRewriter::forget(Piece const& piece) noexcept {
    std::size_t const gone = piece.bytes.size();
    std::memmove(buffer_.data(), buffer_.data() + gone, used_ - gone);
    used_ -= gone;
    base_ += gone;
    if (newest_) {
        newest_->at -= gone;
    }
}

SegmentRewriter::Piece SegmentRewriter::finish() noexcept {
    pad_to_storage_block();
    seal_newest_frame();
    return {base_, buffer_.first(used_)};
}

void SegmentRewriter::put(Bytes bytes) noexcept {
    AXIOM_ASSERT(range_fits(used_, bytes.size(), buffer_.size()));
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
}

void SegmentRewriter::put_zeros(std::size_t bytes) noexcept {
    AXIOM_ASSERT(range_fits(used_, bytes, buffer_.size()));
    zero_bytes(buffer_.subspan(used_, bytes));
    used_ += bytes;
}

void SegmentRewriter::pad_to_storage_block() noexcept {
    put_zeros(round_up<std::size_t>(used_, header_.storage_block_bytes) - used_);
}

} // namespace axiom::store
