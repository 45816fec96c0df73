// Making hashes anew; see tests/support/forger.hpp.

#include <tests/support/forger.hpp>

#include <map>

#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/block_view.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

namespace {

template <class T> T taken(Bytes from) {
    T value;
    std::memcpy(static_cast<void*>(&value), from.data(), sizeof value);
    return value;
}

template <class T> void put(MutableBytes to, T const& value) {
    std::memcpy(to.data(), &value, sizeof value);
}

BlockRecord record_in(Bytes frame) {
    return taken<BlockRecord>(frame.subspan(store::frame_prefix_bytes));
}

void put_record(HashEngine const& engine, MutableBytes frame, BlockRecord record) {
    seal_record(engine, record);
    put(frame.subspan(store::frame_prefix_bytes), record);
}

} // namespace

Forger::Forger(host::MemoryStore& medium) : engine_{host::portable_engine()}, medium_{medium} {
    std::map<std::uint64_t, SlotIndex> numbers;
    for (std::uint32_t slot = 0; slot < medium.slots(); ++slot) {
        auto const header = store::decode_segment_header(
            engine_, Bytes{medium.slot_bytes(SlotIndex{slot})}.first(store::segment_header_bytes));
        if (header) {
            numbers[header->number.value] = SlotIndex{slot};
        }
    }
    for (auto const& [number, slot] : numbers) {
        read_segment(slot);
    }
}

void Forger::read_segment(SlotIndex slot) {
    store::SegmentHeader const header = header_of(slot);
    Bytes const bytes = medium_.slot_bytes(slot);
    Segment segment{.slot = slot, .first_frame = frames_.size(), .end_frame = 0};
    std::uint64_t at = header.storage_block_bytes;
    while (at + store::frame_head_bytes <= bytes.size()) {
        auto const found =
            store::decode_frame(engine_, header, at, bytes.subspan(at, store::frame_head_bytes));
        if (!found) {
            break;
        }
        store::BlockView block;
        Bytes const content =
            bytes.subspan(at + store::frame_prefix_bytes, found->prefix.content_bytes);
        if (found->record.count != 0 && store::parse_block(engine_, *found, content, block)) {
            for (std::size_t index = 0; index < block.count(); ++index) {
                EntryHeader const entry = block.entry(index).header;
                entries_.push_back(
                    {.frame = frames_.size(),
                     .offset = static_cast<std::uint64_t>(block.entries[index] - &bytes[at]),
                     .bytes = entry_bytes(entry.body_bytes),
                     .sequence = entry.sequence});
            }
        }
        frames_.push_back({slot, at});
        at += found->prefix.stride;
    }
    segment.end_frame = frames_.size();
    segments_.push_back(segment);
}

MutableBytes Forger::frame(std::size_t index) {
    FramePlace const place = frames_.at(index);
    return medium_.slot_bytes(place.slot).subspan(static_cast<std::size_t>(place.offset));
}

MutableBytes Forger::entry(std::size_t index) {
    EntryPlace const& place = entries_.at(index);
    return frame(place.frame).subspan(static_cast<std::size_t>(place.offset), place.bytes);
}

MutableBytes Forger::header(SlotIndex slot) {
    return medium_.slot_bytes(slot).first(store::segment_header_bytes);
}

store::SegmentHeader Forger::header_of(SlotIndex slot) {
    return taken<store::SegmentHeader>(medium_.slot_bytes(slot));
}

void Forger::cover_header(SlotIndex slot) {
    store::SegmentHeader changed = header_of(slot);
    store::seal_header(engine_, changed);
    put(header(slot), changed);
}

void Forger::cover(Forgery forgery, std::size_t index) {
    if (forgery == Forgery::chained) {
        return put_chain(index);
    }
    if (forgery == Forgery::rooted) {
        put_hashes(index);
    }
    if (forgery != Forgery::plain) {
        put_record(engine_, frame(index), record_in(frame(index)));
        put_check(index);
    }
}

void Forger::put_check(std::size_t index) {
    MutableBytes const bytes = frame(index);
    auto prefix = taken<store::FramePrefix>(bytes);
    prefix.check = store::frame_check(engine_, prefix, header_of(frames_[index].slot).nonce,
                                      bytes.subspan(store::frame_prefix_bytes, block_record_bytes));
    put(bytes, prefix);
}

// Commitments of bodies, tags, root and head of a block, on the previous head that its record says.
void Forger::put_hashes(std::size_t index) {
    MutableBytes const bytes = frame(index);
    BlockRecord record = record_in(bytes);
    std::vector<Hash256> leaves;
    std::size_t const tags_at = store::frame_head_bytes;
    for (std::size_t each = 0; each < entries_.size(); ++each) {
        if (entries_[each].frame != index) {
            continue;
        }
        auto header = taken<EntryHeader>(entry(each));
        std::size_t const room = entries_[each].bytes - entry_header_bytes;
        if (padded_bytes(header.body_bytes) == room && room != 0) {
            header.body_commitment =
                body_commitment(engine_, entry(each).subspan(entry_header_bytes));
        }
        put(entry(each), header);
        leaves.push_back(leaf_of(engine_, header));
        copy_bytes(bytes.subspan(tags_at + (leaves.size() - 1) * 8, 8),
                   leaves.back().view().first(8));
    }
    if (!leaves.empty()) {
        record.leaves_root = leaves_root(engine_, leaves);
        record.head = links_of(engine_, record.previous_head, leaves);
    } else {
        record.head = record.previous_head;
    }
    put_record(engine_, bytes, record);
}

void Forger::put_chain(std::size_t index) {
    Hash256 head{};
    TreeFrontier tree;
    for (Segment const& segment : segments_) {
        auto header = header_of(segment.slot);
        if (segment.first_frame > index) {
            header.previous_head = head;
            header.tree_root = tree.root(engine_);
            store::seal_header(engine_, header);
            put(this->header(segment.slot), header);
        }
        for (std::size_t each = segment.first_frame; each < segment.end_frame; ++each) {
            BlockRecord record = record_in(frame(each));
            if (each >= index) {
                if (each > index) {
                    record.previous_head = head;
                }
                put_record(engine_, frame(each), record);
                put_hashes(each);
                put_check(each);
                record = record_in(frame(each));
            }
            head = record.head;
            if (record.count != 0) {
                tree.append(engine_, tree_leaf(engine_, record_bytes(record)));
            }
        }
    }
}

} // namespace axiom::test
