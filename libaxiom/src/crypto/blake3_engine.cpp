// BLAKE3's tree over chunks; see axiom/crypto/blake3_engine.hpp.

#include <axiom/crypto/blake3_engine.hpp>

#include <algorithm>
#include <array>

namespace axiom::detail {

namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t chunk_bytes = 1024;
constexpr std::size_t chunk_blocks = chunk_bytes / block_bytes;
constexpr std::size_t group_chunks = 16; // what the widest kernel takes side by side
constexpr std::size_t group_bytes = group_chunks * chunk_bytes;
static_assert(group_bytes == HashTree::group_bytes);

using Nodes = std::array<Hash256, group_chunks>;

std::uint8_t const* octets(std::byte const* bytes) noexcept {
    return reinterpret_cast<std::uint8_t const*>(bytes);
}

class TreeHasher {
  public:
    TreeHasher(Blake3Kernels const& kernels, ContextKey const& key, HashTree& tree) noexcept
        : kernels_{kernels}, key_{key}, tree_{tree} {}

    // Whole groups that more input follows.
    void take(Bytes groups) noexcept {
        while (!groups.empty()) {
            Nodes nodes;
            std::size_t const count = hash_chunks(groups.first(group_bytes), nodes);
            fold(nodes, count, 1);
            push(nodes[0]);
            groups = groups.subspan(group_bytes);
        }
    }

    // Only the last group can hold the root, so only it may be partial.
    Hash256 finish(Bytes rest) noexcept {
        if (rest.size() <= chunk_bytes && tree_.nodes_held == 0) {
            return hash_chunk(rest, chunks_done(), blake3_root);
        }
        Nodes nodes;
        std::size_t const count = hash_chunks(rest, nodes);
        return root_of(nodes, count);
    }

  private:
    // Hashes 1 to 16 chunks, whole ones side by side; only the last may be partial.
    std::size_t hash_chunks(Bytes input, Nodes& nodes) noexcept {
        std::array<std::uint8_t const*, group_chunks> inputs;
        std::size_t const whole = input.size() / chunk_bytes;
        for (std::size_t index = 0; index < whole; ++index) {
            inputs[index] = octets(input.data() + index * chunk_bytes);
        }
        kernels_.hash_many(inputs.data(), whole, chunk_blocks, key_.words, chunks_done(), true,
                           blake3_derive_key_material, blake3_chunk_start, blake3_chunk_end,
                           reinterpret_cast<std::uint8_t*>(nodes.data()));
        if (input.size() == whole * chunk_bytes) {
            return whole;
        }
        nodes[whole] = hash_chunk(input.subspan(whole * chunk_bytes), chunks_done() + whole, 0);
        return whole + 1;
    }

    // Hashes one chunk of 0 to 1,024 bytes, the one of this number.
    Hash256 hash_chunk(Bytes input, std::uint64_t number, std::uint8_t last_flags) noexcept {
        ContextKey value = key_;
        std::uint8_t flags = blake3_derive_key_material | blake3_chunk_start;
        while (input.size() > block_bytes) {
            kernels_.compress_in_place(value.words, octets(input.data()), block_bytes, number,
                                       flags);
            flags = blake3_derive_key_material;
            input = input.subspan(block_bytes);
        }
        std::array<std::byte, block_bytes> last{};
        copy_bytes(last, input);
        kernels_.compress_in_place(value.words, octets(last.data()),
                                   static_cast<std::uint8_t>(input.size()), number,
                                   flags | blake3_chunk_end | last_flags);
        return hash_of(value);
    }

    // Folds neighbours pairwise, a lone last node moving up as it is, until `target` (1 or 2) are
    // left.
    void fold(Nodes& nodes, std::size_t count, std::size_t target) noexcept {
        while (count > target) {
            std::size_t const pairs = count / 2;
            std::array<std::uint8_t const*, group_chunks / 2> inputs;
            for (std::size_t index = 0; index < pairs; ++index) {
                inputs[index] = octets(nodes[2 * index].bytes.data());
            }
            std::array<Hash256, group_chunks / 2> parents;
            kernels_.hash_many(inputs.data(), pairs, 1, key_.words, 0, false,
                               blake3_derive_key_material | blake3_parent, 0, 0,
                               reinterpret_cast<std::uint8_t*>(parents.data()));
            std::copy_n(parents.begin(), pairs, nodes.begin());
            if (count % 2 == 1) {
                nodes[pairs] = nodes[count - 1];
            }
            count -= pairs;
        }
    }

    Hash256 merge(Hash256 const& left, Hash256 const& right, std::uint8_t root_flag) noexcept {
        std::array<Hash256, 2> const pair{left, right};
        ContextKey value = key_;
        kernels_.compress_in_place(value.words, octets(pair[0].bytes.data()), block_bytes, 0,
                                   blake3_derive_key_material | blake3_parent | root_flag);
        return hash_of(value);
    }

    // Adds a full group that more input follows; equal subtrees merge as carries do in a counter.
    void push(Hash256 node) noexcept {
        ++tree_.groups;
        for (std::uint64_t carry = tree_.groups; carry % 2 == 0; carry /= 2) {
            node = merge(tree_.nodes[--tree_.nodes_held], node, 0);
        }
        tree_.nodes[tree_.nodes_held++] = node;
    }

    Hash256 root_of(Nodes& nodes, std::size_t count) noexcept {
        if (tree_.nodes_held == 0) {
            fold(nodes, count, 2);
            return merge(nodes[0], nodes[1], blake3_root);
        }
        fold(nodes, count, 1);
        Hash256 node = nodes[0];
        while (tree_.nodes_held > 0) {
            --tree_.nodes_held;
            bool const is_root = tree_.nodes_held == 0;
            node = merge(tree_.nodes[tree_.nodes_held], node, is_root ? blake3_root : 0);
        }
        return node;
    }

    static Hash256 hash_of(ContextKey const& value) noexcept {
        Hash256 hash;
        std::memcpy(hash.bytes.data(), value.words, sizeof(hash.bytes));
        return hash;
    }

    [[nodiscard]] std::uint64_t chunks_done() const noexcept { return tree_.groups * group_chunks; }

    Blake3Kernels const& kernels_;
    ContextKey const& key_;
    HashTree& tree_;
};

} // namespace

Hash256 blake3_hash(Blake3Kernels const& kernels, ContextKey const& key, Bytes input) noexcept {
    HashTree tree;
    TreeHasher hasher{kernels, key, tree};
    std::size_t const groups = input.empty() ? 0 : (input.size() - 1) / group_bytes;
    hasher.take(input.first(groups * group_bytes));
    return hasher.finish(input.subspan(groups * group_bytes));
}

void blake3_take(Blake3Kernels const& kernels, ContextKey const& key, HashTree& tree,
                 Bytes groups) noexcept {
    TreeHasher{kernels, key, tree}.take(groups);
}

Hash256 blake3_finish(Blake3Kernels const& kernels, ContextKey const& key, HashTree& tree,
                      Bytes rest) noexcept {
    return TreeHasher{kernels, key, tree}.finish(rest);
}

} // namespace axiom::detail
