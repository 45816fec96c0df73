// Building groups; see axiom/store/group_builder.hpp.

#include <axiom/store/group_builder.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/tree/leaves_root.hpp>

namespace axiom::store {

namespace {

// Of so many bytes a frame leaves this many for its entries and attachments, at worst.
std::size_t room_within(StoreGeometry const& geometry, std::uint64_t bytes) noexcept {
    std::size_t const overhead = frame_head_bytes + tags_bytes(block_entries_max) +
                                 2 * std::size_t{geometry.storage_block_bytes};
    return bytes > overhead ? static_cast<std::size_t>(bytes - overhead) : 0;
}

} // namespace

GroupBuilder::GroupBuilder(HashEngine const& engine, StoreGeometry geometry,
                           WritePosition const& position) noexcept
    : engine_{&engine}, geometry_{geometry}, position_{position} {}

void GroupBuilder::roll(NewSegment const& next, BlockContext const& context) noexcept {
    AXIOM_ASSERT(used_ == 0);
    bool const first_ever = position_.segment.segment_bytes == 0;
    ChainPosition const& chain = position_.chain;
    SegmentHeader header{
        .number = SegmentNumber{first_ever ? 0 : position_.segment.number.value + 1},
        .segment_bytes = geometry_.segment_bytes,
        .storage_block_bytes = geometry_.storage_block_bytes,
        .epoch = context.epoch,
        .boot = context.boot,
        .first = chain.next,
        .watermark = context.watermark,
        .blocks_before = chain.tree.size().value,
        .previous_end = position_.offset,
        .log_id = chain.log_id,
        .previous_head = chain.head,
        .nonce = next.nonce,
        .tree_root = chain.tree.root(*engine_),
    };
    seal_header(*engine_, header);
    abandoned_ = false;
    position_.slot = next.slot;
    position_.segment = header;
    position_.offset = 0;
}

void GroupBuilder::begin(MutableBytes buffer) noexcept {
    AXIOM_ASSERT(used_ == 0 && buffer.size() % geometry_.storage_block_bytes == 0);
    buffer_ = buffer;
    if (position_.offset == 0 && position_.segment.segment_bytes != 0) {
        put(header_bytes(position_.segment));
        pad_to_storage_block();
    }
    lead_ = used_;
}

std::size_t GroupBuilder::room() const noexcept {
    if (abandoned_ || position_.segment.segment_bytes == 0) {
        return 0;
    }
    std::uint64_t const in_segment = geometry_.segment_bytes - segment_offset();
    return room_within(geometry_, std::min<std::uint64_t>(buffer_.size() - used_, in_segment));
}

std::size_t GroupBuilder::room_in_segment(StoreGeometry geometry) noexcept {
    return room_within(geometry, geometry.segment_bytes - geometry.storage_block_bytes);
}

bool GroupBuilder::has_room_for_watermark() const noexcept {
    return !abandoned_ && position_.segment.segment_bytes != 0 &&
           range_fits(used_, geometry_.storage_block_bytes, buffer_.size()) &&
           range_fits(segment_offset(), geometry_.storage_block_bytes, geometry_.segment_bytes);
}

BlockRecord GroupBuilder::record_for(BlockContext const& context) const noexcept {
    ChainPosition const& chain = position_.chain;
    return {.first = chain.next,
            .boot = context.boot,
            .epoch = context.epoch,
            .watermark = AXIOM_MUTANT(watermark_ahead) ? chain.next : context.watermark,
            .log_id = chain.log_id,
            .previous_head = chain.head,
            .head = chain.head};
}

void GroupBuilder::add(DrainedBlock const& block, std::span<Bytes const> attachments,
                       BlockContext const& context) noexcept {
    ChainPosition& chain = position_.chain;
    AXIOM_ASSERT(block.first == chain.next && block.previous_head == chain.head);
    if (block.first.value == 0) {
        chain.log_id = link_of(*engine_, Hash256{}, block.leaves.front());
        position_.segment.log_id = chain.log_id;
        seal_header(*engine_, position_.segment);
        copy_bytes(buffer_, header_bytes(position_.segment));
    }
    if (is_log_kind(block.entries.front(), LogKind::fork)) {
        // The segment's header, if it begins here, keeps the id that the block before left.
        chain.log_id = link_of(*engine_, block.previous_head, block.leaves.front());
    }

    seal_newest_frame();
    std::size_t const frame_at = used_;
    used_ += frame_head_bytes; // prefix and record are filled in when the rest is known
    for (Hash256 const& leaf : block.leaves) {
        put(leaf.view().first(sizeof(std::uint64_t)));
    }
    std::size_t const tag_padding =
        tags_bytes(block.leaves.size()) - block.leaves.size() * sizeof(std::uint64_t);
    zero_bytes(buffer_.subspan(used_, tag_padding));
    used_ += tag_padding;
    for (std::byte const* const entry : block.entries) {
        auto const body = load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
        put({entry, entry_bytes(body)});
    }

    FramePrefix prefix{.type = FrameType::block,
                       .offset = position_.offset + frame_at,
                       .content_bytes =
                           static_cast<std::uint32_t>(used_ - frame_at - frame_prefix_bytes)};
    if (!attachments.empty()) {
        pad_to_storage_block();
        prefix.attachments_offset = static_cast<std::uint32_t>(used_ - frame_at);
        std::size_t const start = used_;
        for (Bytes const attachment : attachments) {
            put(attachment);
        }
        prefix.attachments_bytes = static_cast<std::uint32_t>(used_ - start);
        pad_to_storage_block();
    }

    BlockRecord record = record_for(context);
    record.count = static_cast<std::uint32_t>(block.entries.size());
    record.head = block.head;
    record.leaves_root = leaves_root(*engine_, block.leaves);
    seal_record(*engine_, record);
    newest_ = NewestFrame{frame_at, prefix, record};

    chain.next = block.end();
    chain.head = block.head;
    chain.watermark = context.watermark;
    chain.epoch = context.epoch;
    chain.boot = context.boot;
    chain.tree.append(*engine_, tree_leaf(*engine_, record_bytes(record)));
}

void GroupBuilder::add_watermark(FrameType type, BlockContext const& context) noexcept {
    AXIOM_ASSERT(type == FrameType::watermark || type == FrameType::end);
    seal_newest_frame();
    std::size_t const frame_at = used_;
    used_ += frame_head_bytes;
    FramePrefix const prefix{
        .type = type, .offset = position_.offset + frame_at, .content_bytes = block_record_bytes};
    BlockRecord record = record_for(context);
    seal_record(*engine_, record);
    newest_ = NewestFrame{frame_at, prefix, record};
    position_.chain.watermark = context.watermark;
    position_.chain.epoch = context.epoch;
    position_.chain.boot = context.boot;
}

// Puts the newest frame's prefix and record in place. Its check covers its stride, and the last
// frame of a group reaches to the group's end, so this waits until the next frame or the end is
// known.
void GroupBuilder::seal_newest_frame() noexcept {
    if (!newest_) {
        return;
    }
    FramePrefix prefix = newest_->prefix;
    prefix.stride = static_cast<std::uint32_t>(used_ - newest_->at);
    Bytes const record = record_bytes(newest_->record);
    prefix.check = frame_check(*engine_, prefix, position_.segment.nonce, record);
    std::memcpy(buffer_.data() + newest_->at, &prefix, frame_prefix_bytes);
    copy_bytes(buffer_.subspan(newest_->at + frame_prefix_bytes), record);
    newest_.reset();
}

Group GroupBuilder::finish() noexcept {
    AXIOM_ASSERT(!empty());
    pad_to_storage_block();
    seal_newest_frame();
    Group const group{.at = {position_.slot, position_.offset},
                      .bytes = buffer_.first(used_),
                      .chain = position_.chain};
    position_.offset += used_;
    used_ = 0;
    lead_ = 0;
    return group;
}

void GroupBuilder::put(Bytes bytes) noexcept {
    AXIOM_ASSERT(range_fits(used_, bytes.size(), buffer_.size()));
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
}

void GroupBuilder::pad_to_storage_block() noexcept {
    std::size_t const end = round_up<std::size_t>(used_, geometry_.storage_block_bytes);
    zero_bytes(buffer_.subspan(used_, end - used_));
    used_ = end;
}

} // namespace axiom::store
