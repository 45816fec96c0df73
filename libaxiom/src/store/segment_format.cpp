// Segment headers and frame prefixes; see axiom/store/segment_format.hpp.

#include <axiom/store/segment_format.hpp>

#include <axiom/crypto/hash.hpp>

namespace axiom::store {

namespace {

constexpr std::size_t checked_prefix_bytes = offsetof(FramePrefix, check);

Hash256 check_of(HashEngine const& engine, SegmentHeader const& header) noexcept {
    return hash_bytes(engine, context::segment_header,
                      header_bytes(header).first(offsetof(SegmentHeader, check)));
}

bool geometry_makes_sense(SegmentHeader const& header) noexcept {
    return is_store_geometry(
        {.storage_block_bytes = header.storage_block_bytes, .segment_bytes = header.segment_bytes});
}

bool carries_entries(FrameType type) noexcept {
    return type == FrameType::block || type == FrameType::pruned;
}

// Whether the lengths in a prefix are those that a writer gives it; nothing here may wrap. Entries
// end the frame, or zeros up to the next storage block behind them, where its group ends;
// attachments begin on the first storage block behind the entries and are followed by zeros up to
// the next.
bool lengths_fit(SegmentHeader const& segment, FramePrefix const& prefix) noexcept {
    if (prefix.content_bytes > block_content_bytes_max ||
        prefix.attachments_bytes > block_attachments_bytes_max ||
        prefix.content_bytes < block_record_bytes || prefix.content_bytes % hash_block_bytes != 0 ||
        prefix.attachments_bytes % hash_block_bytes != 0 ||
        !range_fits(prefix.offset, prefix.stride, segment.segment_bytes)) {
        return false;
    }
    std::uint64_t const block = segment.storage_block_bytes;
    std::uint64_t const end = prefix.offset + prefix.stride;
    std::uint64_t const content_end = prefix.offset + frame_prefix_bytes + prefix.content_bytes;
    std::uint64_t const next_block = round_up<std::uint64_t>(content_end, block);
    if (prefix.attachments_bytes == 0) {
        return prefix.attachments_offset == 0 && (end == content_end || end == next_block);
    }
    return prefix.offset + prefix.attachments_offset == next_block &&
           end == round_up<std::uint64_t>(next_block + prefix.attachments_bytes, block);
}

} // namespace

void seal_header(HashEngine const& engine, SegmentHeader& header) noexcept {
    header.check = check_of(engine, header);
}

Result<SegmentHeader> decode_segment_header(HashEngine const& engine, Bytes from) noexcept {
    if (from.size() < segment_header_bytes) {
        return fail(Code::truncated, from.size());
    }
    SegmentHeader header;
    std::memcpy(static_cast<void*>(&header), from.data(), segment_header_bytes);
    if (header.magic != SegmentHeader::magic_value) {
        return fail(Code::not_a_log);
    }
    // Every version keeps its check in this place, so that a torn header is not taken for a newer
    // one.
    if (header.check != check_of(engine, header)) {
        return fail(Code::frame_damaged);
    }
    if (header.format_version != SegmentHeader::current_format ||
        header.hash_suite != SegmentHeader::suite_blake3_sha256) {
        return fail(Code::unknown_version, offsetof(SegmentHeader, format_version),
                    header.format_version);
    }
    if (!geometry_makes_sense(header)) {
        return fail(Code::out_of_range, offsetof(SegmentHeader, segment_bytes));
    }
    if (!is_zero(header.reserved)) {
        return fail(Code::reserved_not_zero, offsetof(SegmentHeader, reserved));
    }
    return header;
}

Hash256 frame_check(HashEngine const& engine, FramePrefix const& prefix, Hash256 const& nonce,
                    Bytes record) noexcept {
    AXIOM_ASSERT(record.size() == block_record_bytes);
    std::array<std::byte, hash_block_bytes + block_record_bytes> input;
    MutableBytes const whole{input};
    std::memcpy(input.data(), &prefix, checked_prefix_bytes);
    copy_bytes(whole.subspan(checked_prefix_bytes), nonce.view());
    copy_bytes(whole.subspan(hash_block_bytes), record);
    return hash_bytes(engine, context::frame_check, input);
}

Result<Frame> decode_frame(HashEngine const& engine, SegmentHeader const& segment,
                           std::uint64_t offset, Bytes from) noexcept {
    if (from.size() < frame_head_bytes) {
        return fail(Code::truncated, offset);
    }
    Frame frame;
    std::memcpy(static_cast<void*>(&frame.prefix), from.data(), frame_prefix_bytes);
    Bytes const record = from.subspan(frame_prefix_bytes, block_record_bytes);
    if (frame.prefix.magic != FramePrefix::magic_value || frame.prefix.offset != offset ||
        frame.prefix.check != frame_check(engine, frame.prefix, segment.nonce, record)) {
        return fail(Code::frame_damaged, offset);
    }
    if (frame.prefix.version != FramePrefix::current_version ||
        frame.prefix.type < FrameType::block || frame.prefix.type > FrameType::pruned) {
        return fail(Code::unknown_version, offset);
    }
    if (!lengths_fit(segment, frame.prefix)) {
        return fail(Code::out_of_range, offset);
    }
    frame.record = TRY(decode_record(engine, record));
    bool const seals = carries_entries(frame.prefix.type);
    bool const bare = frame.prefix.content_bytes == block_record_bytes &&
                      frame.prefix.attachments_bytes == 0 && frame.record.leaves_root.is_zero();
    if (seals != (frame.record.count != 0) || (!seals && !bare)) {
        return fail(Code::not_canonical, offset);
    }
    return frame;
}

} // namespace axiom::store
