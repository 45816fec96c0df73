// The three hashes of an entry; see axiom/log/chain.hpp.

#include <axiom/log/chain.hpp>

#include <axiom/crypto/hash.hpp>

namespace axiom {

namespace {

constexpr std::size_t leaf_blocks = entry_header_bytes / hash_block_bytes;

// One BLAKE3 chunk is 16 blocks; what is longer is hashed on its own.
constexpr std::size_t blocks_side_by_side_max = 16;

// Entries of a block, sorted by the length of their bodies: `order` holds their indices so that
// those of `length` blocks stand at [start[length], start[length + 1]).
struct ByLength {
    std::array<std::uint16_t, block_entries_max> order;
    std::array<std::uint16_t, blocks_side_by_side_max + 3> start;
};

std::size_t body_blocks(std::byte const* entry) noexcept {
    auto const bytes = load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
    return padded_bytes(bytes) / hash_block_bytes;
}

std::size_t length_class(std::byte const* entry) noexcept {
    std::size_t const blocks = body_blocks(entry);
    return blocks <= blocks_side_by_side_max ? blocks : blocks_side_by_side_max + 1;
}

// How many blocks the body of every entry has, if that is one number from 1 to 16; else 0.
std::size_t common_body_blocks(std::span<std::byte const* const> entries) noexcept {
    std::size_t const blocks = entries.empty() ? 0 : body_blocks(entries.front());
    if (blocks > blocks_side_by_side_max) {
        return 0;
    }
    for (std::byte const* const entry : entries) {
        if (body_blocks(entry) != blocks) {
            return 0;
        }
    }
    return blocks;
}

void set_body_commitment(std::byte* entry, Hash256 const& commitment) noexcept {
    __builtin_memcpy(entry + offsetof(EntryHeader, body_commitment), &commitment, sizeof(Hash256));
}

void sort_by_length(std::span<std::byte const* const> entries, ByLength& sorted) noexcept {
    sorted.start.fill(0);
    for (std::byte const* const entry : entries) {
        ++sorted.start[length_class(entry) + 1];
    }
    for (std::size_t index = 1; index < sorted.start.size(); ++index) {
        sorted.start[index] =
            static_cast<std::uint16_t>(sorted.start[index] + sorted.start[index - 1]);
    }
    auto next = sorted.start;
    for (std::size_t index = 0; index < entries.size(); ++index) {
        sorted.order[next[length_class(entries[index])]++] = static_cast<std::uint16_t>(index);
    }
}

} // namespace

Hash256 body_commitment(HashEngine const& engine, Bytes padded_body) noexcept {
    return padded_body.empty() ? Hash256{} : hash_bytes(engine, context::entry_body, padded_body);
}

Hash256 attachment_commitment(HashEngine const& engine, Bytes padded) noexcept {
    return padded.empty() ? Hash256{} : hash_bytes(engine, context::entry_attachment, padded);
}

Hash256 leaf_of(HashEngine const& engine, EntryHeader const& header) noexcept {
    return hash_bytes(engine, context::entry_leaf, header_bytes(header));
}

Hash256 link_of(HashEngine const& engine, Hash256 const& previous, Hash256 const& leaf) noexcept {
    return hash_pair(engine, context::entry_link, previous, leaf);
}

void body_commitments(HashEngine const& engine, std::span<std::byte const* const> entries,
                      std::span<Hash256> commitments) noexcept {
    AXIOM_ASSERT(entries.size() <= block_entries_max && commitments.size() >= entries.size());
    std::array<std::byte const*, block_entries_max> inputs;
    if (std::size_t const blocks = common_body_blocks(entries); blocks != 0) {
        for (std::size_t index = 0; index < entries.size(); ++index) {
            inputs[index] = entries[index] + entry_header_bytes;
        }
        engine.hash_many(context::entry_body.key, inputs.data(), entries.size(), blocks,
                         commitments.data());
        return;
    }
    ByLength sorted;
    sort_by_length(entries, sorted);

    std::array<Hash256, block_entries_max> outputs;
    for (std::size_t blocks = 0; blocks <= blocks_side_by_side_max + 1; ++blocks) {
        std::span<std::uint16_t const> const same{sorted.order.data() + sorted.start[blocks],
                                                  sorted.order.data() + sorted.start[blocks + 1]};
        if (blocks == 0) {
            for (std::uint16_t const index : same) {
                commitments[index] = Hash256{};
            }
        } else if (blocks <= blocks_side_by_side_max) {
            for (std::size_t index = 0; index < same.size(); ++index) {
                inputs[index] = entries[same[index]] + entry_header_bytes;
            }
            engine.hash_many(context::entry_body.key, inputs.data(), same.size(), blocks,
                             outputs.data());
            for (std::size_t index = 0; index < same.size(); ++index) {
                commitments[same[index]] = outputs[index];
            }
        } else {
            for (std::uint16_t const index : same) {
                std::size_t const bytes = body_blocks(entries[index]) * hash_block_bytes;
                commitments[index] =
                    body_commitment(engine, {entries[index] + entry_header_bytes, bytes});
            }
        }
    }
}

void leaves_of(HashEngine const& engine, std::span<std::byte const* const> entries,
               std::span<Hash256> leaves) noexcept {
    AXIOM_ASSERT(entries.size() <= block_entries_max && leaves.size() >= entries.size());
    engine.hash_many(context::entry_leaf.key, entries.data(), entries.size(), leaf_blocks,
                     leaves.data());
}

Hash256 links_of(HashEngine const& engine, Hash256 const& previous,
                 std::span<Hash256 const> leaves) noexcept {
    HashFold fold{.key = &context::entry_link.key, .head = previous, .leaves = leaves};
    engine.fold(fold);
    return fold.head;
}

Hash256 chain_entries(HashEngine const& engine, std::span<std::byte* const> entries,
                      Hash256 const& previous, std::span<Hash256> leaves) noexcept {
    std::span<std::byte const* const> const inputs{entries.data(), entries.size()};
    body_commitments(engine, inputs, leaves);
    for (std::size_t index = 0; index < entries.size(); ++index) {
        set_body_commitment(entries[index], leaves[index]);
    }
    leaves_of(engine, inputs, leaves);
    return links_of(engine, previous, leaves.first(entries.size()));
}

} // namespace axiom
