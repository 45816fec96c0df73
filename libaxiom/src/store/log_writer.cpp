// From the log's ring into groups; see axiom/store/log_writer.hpp.

#include <axiom/store/log_writer.hpp>

#include <algorithm>

namespace axiom::store {

LogWriter::LogWriter(HashEngine const& engine, StoreGeometry geometry,
                     WritePosition const& position, Arena& arena, RingSize attachments) noexcept
    : geometry_{geometry}, builder_{engine, geometry, position}, attachments_{arena, attachments} {}

std::size_t LogWriter::buffer_bytes_min(StoreGeometry geometry) noexcept {
    std::size_t const block = geometry.storage_block_bytes;
    std::size_t const largest = round_up<std::size_t>(frame_bytes_max, block) + block;
    return static_cast<std::size_t>(std::min<std::uint64_t>(largest, geometry.segment_bytes));
}

std::size_t LogWriter::entry_bytes_max() const noexcept {
    return std::min({GroupBuilder::room_in_segment(geometry_),
                     block_entries_bytes_max + block_attachments_bytes_max});
}

void LogWriter::begin(MutableBytes buffer) noexcept {
    AXIOM_ASSERT(!open_ && buffer.size() >= buffer_bytes_min(geometry_));
    buffer_ = buffer;
    open_ = true;
    builder_.begin(buffer);
}

Result<std::optional<DrainedBlock>> LogWriter::take(Log& log, Sequence end,
                                                    BlockContext const& context) noexcept {
    AXIOM_ASSERT(open_);
    std::size_t const need = log.drained() < end ? log.next_drain_bytes() : 0;
    if (need == 0) {
        return std::nullopt;
    }
    if (need > builder_.room()) {
        if (!builder_.empty()) {
            return std::nullopt;
        }
        if (!spare_) {
            return fail(Code::store_full, log.drained().value);
        }
        builder_.roll(*spare_, context);
        spare_.reset();
        builder_.begin(buffer_);
        AXIOM_ASSERT(need <= builder_.room());
    }
    auto const waiting = static_cast<std::size_t>(end.value - log.drained().value);
    auto const block = log.begin_drain({.entries_max = waiting,
                                        .entries_bytes_max = block_entries_bytes_max,
                                        .attachments_bytes_max = block_attachments_bytes_max,
                                        .total_bytes_max = builder_.room()});
    collect_attachments(*block);
    return block;
}

void LogWriter::collect_attachments(DrainedBlock const& block) noexcept {
    std::size_t count = 0;
    for (std::byte const* const entry : block.entries) {
        auto const bytes =
            load_le<std::uint32_t>({entry + offsetof(EntryHeader, attachment_bytes), 4});
        if (bytes != 0) {
            taken_attachments_[count] = {attachments_.entry(count), padded_bytes(bytes)};
            ++count;
        }
    }
    AXIOM_ASSERT(count == block.attachments);
}

void LogWriter::build(Log& log, DrainedBlock& block, BlockContext const& context) noexcept {
    log.hash_block(block);
    builder_.add(block, std::span{taken_attachments_}.first(block.attachments), context);
}

void LogWriter::settle(Log& log, DrainedBlock const& block) noexcept {
    log.end_drain(block);
    attachments_.pop(block.attachments);
}

bool LogWriter::add_watermark(FrameType type, BlockContext const& context) noexcept {
    AXIOM_ASSERT(open_);
    if (!builder_.has_room_for_watermark()) {
        return false;
    }
    builder_.add_watermark(type, context);
    return true;
}

Group LogWriter::finish() noexcept {
    AXIOM_ASSERT(open_);
    open_ = false;
    return builder_.finish();
}

} // namespace axiom::store
