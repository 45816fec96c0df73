// Taking blocks apart and checking them; see axiom/store/block_view.hpp.

#include <axiom/store/block_view.hpp>

#include <axiom/crypto/hash.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>

namespace axiom::store {

namespace {

// Reads one entry's header and body from the front of `reader`; `sequence` is its place.
Result<std::byte const*> take_entry(Reader& reader, Sequence sequence) noexcept {
    auto const header_at = reader.bytes(entry_header_bytes);
    if (!header_at) {
        return fail(Code::truncated, sequence.value);
    }
    EntryHeader header;
    std::memcpy(static_cast<void*>(&header), header_at->data(), entry_header_bytes);
    if (auto const sound = check_header(header); !sound) {
        return fail(sound.error().code, sequence.value, sound.error().where);
    }
    if (header.sequence != sequence) {
        return fail(Code::chain_break, sequence.value, header.sequence.value);
    }
    auto const body = reader.bytes(padded_bytes(header.body_bytes));
    if (!body) {
        return fail(Code::truncated, sequence.value);
    }
    if (body->size() != header.body_bytes && !is_zero(body->subspan(header.body_bytes))) {
        return fail(Code::padding_not_zero, sequence.value);
    }
    return header_at->data();
}

Sequence sequence_at(Frame const& frame, std::size_t index) noexcept {
    return Sequence{frame.record.first.value + index};
}

// What a header says wrongly its writer said when its leaf has the tag: else it was damaged.
bool tag_vouches(HashEngine const& engine, Bytes tag, Reader at) noexcept {
    auto const bytes = at.bytes(entry_header_bytes);
    if (!bytes) {
        return false;
    }
    EntryHeader header;
    std::memcpy(static_cast<void*>(&header), bytes->data(), entry_header_bytes);
    return equal_bytes(tag, leaf_of(engine, header).view().first(tag.size()));
}

Result<void> parse_whole(HashEngine const& engine, Frame const& frame, Reader& reader,
                         BlockView& to) noexcept {
    Bytes const tags = TRY(reader.bytes(tags_bytes(to.count())));
    constexpr std::size_t tag = sizeof(std::uint64_t);
    if (!is_zero(tags.subspan(to.count() * tag))) {
        return fail(Code::padding_not_zero, frame.record.first.value);
    }
    for (std::size_t index = 0; index < to.count(); ++index) {
        to.parts[index] = tags.subspan(index * tag, tag);
        Reader const before = reader;
        auto const entry = take_entry(reader, sequence_at(frame, index));
        if (!entry) {
            Error const error = entry.error();
            return tag_vouches(engine, to.parts[index], before)
                       ? fail(error.code, error.where, error.detail)
                       : fail(Code::leaf_mismatch, error.where);
        }
        to.entries[index] = *entry;
    }
    return {};
}

Result<void> parse_pruned(Frame const& frame, Reader& reader, BlockView& to) noexcept {
    Bytes const presence = TRY(reader.bytes(presence_bytes(to.count())));
    if (!is_zero(presence.subspan(to.count()))) {
        return fail(Code::padding_not_zero, frame.record.first.value);
    }
    for (std::size_t index = 0; index < to.count(); ++index) {
        std::uint64_t const sequence = sequence_at(frame, index).value;
        auto const present = std::to_integer<unsigned>(presence[index]);
        if (present > 1) {
            return fail(Code::out_of_range, sequence, present);
        }
        if (present == 1) {
            auto const entry = take_entry(reader, Sequence{sequence});
            if (!entry) { // no tag vouches for what its header says
                return fail(Code::leaf_mismatch, entry.error().where);
            }
            to.entries[index] = *entry;
            to.parts[index] = {};
            continue;
        }
        to.entries[index] = nullptr;
        to.parts[index] = TRY(reader.bytes(sizeof(Hash256)));
        if (!reader.zeros(kept_leaf_bytes - sizeof(Hash256))) {
            return fail(Code::padding_not_zero, sequence);
        }
    }
    return {};
}

// Commitments and leaves of a block that is whole, all side by side.
Result<void> hash_whole(HashEngine const& engine, BlockView const& block,
                        std::span<Hash256, block_entries_max> leaves) noexcept {
    std::span<std::byte const* const> const entries{block.entries.data(), block.count()};
    body_commitments(engine, entries, leaves);
    for (std::size_t index = 0; index < entries.size(); ++index) {
        Hash256 stored;
        std::memcpy(stored.bytes.data(), entries[index] + offsetof(EntryHeader, body_commitment),
                    sizeof(Hash256));
        if (stored != leaves[index]) {
            return fail(Code::commitment_mismatch, sequence_at(block.frame, index).value);
        }
    }
    leaves_of(engine, entries, leaves);
    for (std::size_t index = 0; index < entries.size(); ++index) {
        if (load_le<std::uint64_t>(block.parts[index]) != leaves[index].prefix()) {
            return fail(Code::leaf_mismatch, sequence_at(block.frame, index).value);
        }
    }
    return {};
}

Result<void> hash_pruned(HashEngine const& engine, BlockView const& block,
                         std::span<Hash256, block_entries_max> leaves) noexcept {
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            copy_bytes(leaves[index].bytes, block.parts[index]);
            continue;
        }
        Entry const entry = block.entry(index);
        Bytes const padded{entry.body.data(), padded_bytes(entry.body.size())};
        if (body_commitment(engine, padded) != entry.header.body_commitment) {
            return fail(Code::commitment_mismatch, sequence_at(block.frame, index).value);
        }
        leaves[index] = leaf_of(engine, entry.header);
    }
    return {};
}

} // namespace

Entry BlockView::entry(std::size_t index) const noexcept {
    AXIOM_ASSERT(index < count() && !reduced(index));
    Entry entry;
    std::memcpy(static_cast<void*>(&entry.header), entries[index], entry_header_bytes);
    entry.body = {entries[index] + entry_header_bytes, entry.header.body_bytes};
    return entry;
}

Result<void> parse_block(HashEngine const& engine, Frame const& frame, Bytes content,
                         BlockView& to) noexcept {
    AXIOM_ASSERT(frame.record.count != 0 && content.size() == frame.prefix.content_bytes);
    to.frame = frame;
    Reader reader{content.subspan(block_record_bytes)};
    auto const parsed = frame.prefix.type == FrameType::pruned
                            ? parse_pruned(frame, reader, to)
                            : parse_whole(engine, frame, reader, to);
    TRY(parsed);
    return reader.finish() ? Result<void>{} : fail(Code::trailing_bytes, frame.record.first.value);
}

Result<void> check_leaves(HashEngine const& engine, BlockView const& block,
                          std::span<Hash256, block_entries_max> leaves) noexcept {
    TRY(block.frame.prefix.type == FrameType::pruned ? hash_pruned(engine, block, leaves)
                                                     : hash_whole(engine, block, leaves));
    if (leaves_root(engine, leaves.first(block.count())) != block.frame.record.leaves_root) {
        return fail(Code::block_mismatch, block.frame.record.first.value);
    }
    return {};
}

Result<void> check_block(HashEngine const& engine, BlockView const& block,
                         std::span<Hash256, block_entries_max> leaves) noexcept {
    TRY(check_leaves(engine, block, leaves));
    BlockRecord const& record = block.frame.record;
    if (links_of(engine, record.previous_head, leaves.first(block.count())) != record.head) {
        return fail(Code::chain_break, record.first.value);
    }
    return {};
}

Result<void> check_follows(ChainPosition const& position, BlockRecord const& record) noexcept {
    std::uint64_t const place = position.next.value;
    bool const idle = record.count == 0;
    bool const same_log = record.log_id == position.log_id;
    bool const joins = record.first == position.next && record.previous_head == position.head;
    if (!joins || (idle && !same_log)) {
        return fail(same_log ? Code::chain_break : Code::wrong_log, place, record.first.value);
    }
    if (record.epoch < position.epoch || record.boot < position.boot ||
        record.watermark < position.watermark || record.watermark > record.first) {
        return fail(Code::block_mismatch, place);
    }
    if (idle && record.head != record.previous_head) {
        return fail(Code::block_mismatch, place);
    }
    return {};
}

void advance(HashEngine const& engine, ChainPosition& position,
             BlockRecord const& record) noexcept {
    position.next.value += record.count;
    position.head = record.head;
    position.watermark = record.watermark;
    position.epoch = record.epoch;
    position.boot = record.boot;
    position.log_id = record.log_id;
    if (record.count != 0) {
        position.tree.append(engine, tree_leaf(engine, record_bytes(record)));
    }
}

} // namespace axiom::store
