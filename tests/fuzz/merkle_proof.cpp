// Proofs in the public tree from anywhere, against RFC 6962's definitions as they stand there:
// recursively.

#include <bit>
#include <optional>
#include <vector>

#include <axiom/codec/reader.hpp>
#include <axiom/tree/frontier.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>

using namespace axiom;

namespace {

HashEngine const& engine() {
    return host::portable_engine();
}

std::optional<Hash256> defined_root(Hash256 const& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<Hash256 const> proof) {
    if (size == 1) {
        return proof.empty() ? std::optional{leaf} : std::nullopt;
    }
    if (proof.empty()) {
        return std::nullopt;
    }
    std::uint64_t const split = std::bit_floor(size - 1);
    bool const left = index < split;
    auto const below =
        left ? defined_root(leaf, index, split, proof.first(proof.size() - 1))
             : defined_root(leaf, index - split, size - split, proof.first(proof.size() - 1));
    if (!below) {
        return std::nullopt;
    }
    return left ? tree_node(engine(), *below, proof.back())
                : tree_node(engine(), proof.back(), *below);
}

std::vector<Hash256> read_hashes(Reader& reader) {
    std::vector<Hash256> hashes;
    while (reader.left() >= sizeof(Hash256)) {
        copy_bytes(hashes.emplace_back().bytes, *reader.bytes(sizeof(Hash256)));
    }
    return hashes;
}

void check_inclusion(LeafIndex index, TreeSize size, std::span<Hash256 const> hashes) {
    if (hashes.empty()) {
        return;
    }
    auto const proof = hashes.subspan(1);
    auto const reached = root_from_inclusion_proof(engine(), hashes[0], index, size, proof);
    if (size > tree_size_max || index.value >= size.value) {
        AXIOM_ASSERT(!reached);
        return;
    }
    auto const defined = defined_root(hashes[0], index.value, size.value, proof);
    AXIOM_ASSERT(reached.has_value() == defined.has_value());
    AXIOM_ASSERT(!reached || *reached == *defined);
}

// Roots for which a consistency proof would hold are the checker's own; here it must only never
// overrun, and never find two different trees of one size consistent.
void check_consistent(TreeSize older, TreeSize newer, std::span<Hash256 const> hashes) {
    if (hashes.size() < 2) {
        return;
    }
    auto const held =
        check_consistency(engine(), {older, hashes[0]}, {newer, hashes[1]}, hashes.subspan(2));
    AXIOM_ASSERT(!held || older <= newer);
    AXIOM_ASSERT(!held || older != newer || hashes[0] == hashes[1]);
}

void check_frontier(Bytes input) {
    Reader reader{input};
    auto const frontier = TreeFrontier::decode(reader);
    if (!frontier) {
        return;
    }
    std::array<std::byte, TreeFrontier::encoded_bytes_max> room;
    Writer writer{room};
    AXIOM_ASSERT(frontier->encode(writer));
    AXIOM_ASSERT(equal_bytes(writer.written(), input.first(reader.offset())));
    static_cast<void>(frontier->root(engine()));
}

} // namespace

// The input: two sizes as u64, then hashes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const input{reinterpret_cast<std::byte const*>(data), size};
    check_frontier(input);
    Reader reader{input};
    auto const first = reader.word<std::uint64_t>();
    auto const second = reader.word<std::uint64_t>();
    if (first && second) {
        auto const hashes = read_hashes(reader);
        check_inclusion(LeafIndex{*first}, TreeSize{*second}, hashes);
        check_consistent(TreeSize{*first}, TreeSize{*second}, hashes);
    }
    return 0;
}
