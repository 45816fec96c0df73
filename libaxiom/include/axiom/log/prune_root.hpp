#pragma once
// The root in a `Prune` entry: it binds exactly the entries that were reduced.
//
//     root of nothing = 32 zero bytes
//     root after one more = BLAKE3, content context, over root ‖ leaf      in the log's order
//
// A fold, so that neither a writer nor a verifier holds the leaves.

#include <axiom/crypto/hash.hpp>

namespace axiom {

struct PruneRoot {
    Hash256 root{};
    std::uint64_t count{};

    void add(HashEngine const& engine, Hash256 const& leaf) noexcept {
        root = hash_pair(engine, context::content, root, leaf);
        ++count;
    }
};

} // namespace axiom
