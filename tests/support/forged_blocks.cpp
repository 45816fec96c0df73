// Forging; see tests/support/forged_blocks.hpp.

#include <tests/support/forged_blocks.hpp>

#include <axiom/log/chain.hpp>
#include <axiom/log/proposal.hpp>
#include <axiom/store/group_builder.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

namespace {

constexpr std::uint32_t slots_max = 256;

template <class T> T must(Result<T> result) {
    AXIOM_ASSERT(result.has_value());
    return std::move(*result);
}
void must(Result<void> result) {
    AXIOM_ASSERT(result.has_value());
}

template <class Body> std::vector<std::byte> encoded_body(Body const& body) {
    std::vector<std::byte> bytes(1024);
    bytes.resize(must(encode_whole(MutableBytes{bytes}, body)).size());
    return bytes;
}

// Where the next group of the log would go.
store::WritePosition end_position(host::MemoryStore& store) {
    host::OwnedArena memory{store::SegmentMap::bytes_for(slots_max)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, slots_max};
    std::vector<std::byte> buffer(4U << 20U);
    store::SegmentWindow window{store, buffer};
    must(map.load(host::portable_engine(), window));
    store::Recovered const end =
        must(store::recover(host::portable_engine(), window, map, nullptr));
    store::SegmentPlace const& last = map.segments()[end.last_segment];
    return {.slot = last.slot,
            .segment = last.header,
            .offset = round_up<std::uint64_t>(end.end_offset, last.header.storage_block_bytes),
            .chain = end.chain};
}

// Headers and padded bodies, hashed onto `head`.
struct Forged {
    std::vector<std::vector<std::byte>> bytes;
    std::vector<std::byte*> entries;
    std::vector<Hash256> leaves;
    Hash256 head{};
};

Forged forge(store::ChainPosition const& chain, std::vector<ForgedEntry> const& entries) {
    Forged forged;
    for (std::size_t index = 0; index < entries.size(); ++index) {
        auto const& body = entries[index].body;
        EntryHeader const header{.kind = static_cast<std::uint16_t>(entries[index].kind),
                                 .domain = DomainNumber::log,
                                 .entry_class = EntryClass::durable,
                                 .sequence = Sequence{chain.next.value + index},
                                 .body_bytes = static_cast<std::uint32_t>(body.size()),
                                 .account = recovery_account};
        auto& bytes = forged.bytes.emplace_back(entry_bytes(body.size()));
        copy_bytes(bytes, header_bytes(header));
        copy_bytes(MutableBytes{bytes}.subspan(entry_header_bytes), body);
    }
    for (auto& bytes : forged.bytes) {
        forged.entries.push_back(bytes.data());
    }
    forged.leaves.resize(entries.size());
    forged.head = chain_entries(host::portable_engine(), forged.entries, chain.head, forged.leaves);
    return forged;
}

// Puts another log id into the record of the one frame of `group`, and every hash over it.
void relabel(MutableBytes group, store::SegmentHeader const& segment, Hash256 const& log_id) {
    store::FramePrefix prefix;
    BlockRecord record;
    MutableBytes const record_at = group.subspan(store::frame_prefix_bytes, block_record_bytes);
    std::memcpy(static_cast<void*>(&prefix), group.data(), sizeof(prefix));
    std::memcpy(static_cast<void*>(&record), record_at.data(), sizeof(record));
    record.log_id = log_id;
    seal_record(host::portable_engine(), record);
    prefix.check =
        store::frame_check(host::portable_engine(), prefix, segment.nonce, record_bytes(record));
    std::memcpy(group.data(), &prefix, sizeof(prefix));
    copy_bytes(record_at, record_bytes(record));
}

store::BlockContext context_of(store::ChainPosition const& chain) {
    return {.watermark = chain.next, .epoch = chain.epoch, .boot = chain.boot};
}

} // namespace

store::Recovered end_of(host::MemoryStore& store) {
    store::WritePosition const end = end_position(store);
    return {.chain = end.chain, .end_offset = end.offset};
}

std::vector<Hash256> links_of(host::MemoryStore& store, std::vector<ForgedEntry> const& entries) {
    store::ChainPosition const chain = end_position(store).chain;
    Forged const forged = forge(chain, entries);
    std::vector<Hash256> links;
    for (Hash256 const& leaf : forged.leaves) {
        links.push_back(
            link_of(host::portable_engine(), links.empty() ? chain.head : links.back(), leaf));
    }
    return links;
}

void append_block(host::MemoryStore& store, std::vector<ForgedEntry> const& entries,
                  std::optional<Hash256> log_id) {
    store::WritePosition const end = end_position(store);
    Forged forged = forge(end.chain, entries);
    std::vector<std::byte> buffer(8U << 10U);
    store::GroupBuilder builder{host::portable_engine(), store.geometry(), end};
    builder.begin(buffer);
    std::vector<std::byte const*> const parts{forged.entries.begin(), forged.entries.end()};
    builder.add({.first = end.chain.next,
                 .previous_head = end.chain.head,
                 .head = forged.head,
                 .entries = parts,
                 .leaves = forged.leaves},
                {}, context_of(end.chain));
    store::Group const group = builder.finish();
    if (log_id) {
        relabel(MutableBytes{buffer}.first(group.bytes.size()), end.segment, *log_id);
    }
    must(store.write(group.at, group.bytes));
    must(store.flush());
}

void append_watermark(host::MemoryStore& store, Hash256 const& log_id) {
    store::WritePosition const end = end_position(store);
    std::vector<std::byte> buffer(4U << 10U);
    store::GroupBuilder builder{host::portable_engine(), store.geometry(), end};
    builder.begin(buffer);
    builder.add_watermark(store::FrameType::watermark, context_of(end.chain));
    store::Group const group = builder.finish();
    relabel(MutableBytes{buffer}.first(group.bytes.size()), end.segment, log_id);
    must(store.write(group.at, group.bytes));
    must(store.flush());
}

ForgedEntry forged_tick(std::uint64_t now) {
    return {LogKind::tick, encoded_body(Tick{.now = LogTime{now}, .wall = WallTime{now}})};
}

ForgedEntry forged_fork(Hash256 const& parent, Hash256 const& key) {
    return {LogKind::fork,
            encoded_body(Fork{.parent_head = parent, .checkpoint_key = key, .reason = "forged"})};
}

} // namespace axiom::test
