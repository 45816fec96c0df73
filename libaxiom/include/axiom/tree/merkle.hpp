#pragma once
// The public tree: RFC 6962's Merkle tree over SHA-256, whose leaves are the log's block records.
//
// Leaf i is SHA-256(0x00, record i), a node SHA-256(0x01, left, right); the tree of nothing is
// SHA-256 of nothing. Records that seal no entry (count 0) are no leaves. Tools made for public
// logs check roots and proofs of this tree as they are.

#include <span>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/base/strong.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

using TreeSize = Strong<struct TreeSizeTag>;   // how many leaves
using LeafIndex = Strong<struct LeafIndexTag>; // which of them, from 0

/// No tree is larger, so that no sum here can wrap.
inline constexpr TreeSize tree_size_max{std::uint64_t{1} << 62U};

/// The most hashes that a proof of either sort has.
inline constexpr std::size_t proof_hashes_max = 64;

/// Hashes of subtrees, in the order that RFC 6962 gives them: the lowest first.
using TreeProof = List<Hash256, proof_hashes_max>;

[[nodiscard]] Hash256 tree_leaf(HashEngine const& engine, Bytes record) noexcept;
[[nodiscard]] Hash256 tree_node(HashEngine const& engine, Hash256 const& left,
                                Hash256 const& right) noexcept;
[[nodiscard]] Hash256 empty_tree_root(HashEngine const& engine) noexcept;

/// Where proofs take leaf hashes from; a range is read once, in order.
class LeafSource {
  public:
    /// `tree_leaf` of the record with this index, which is below the size that was asked about.
    [[nodiscard]] virtual Result<Hash256> leaf(LeafIndex index) noexcept = 0;

  protected:
    ~LeafSource() = default;
};

/// The proof that leaf `index` lies in the tree of the first `size` leaves. `out_of_range` unless
/// `index < size <= tree_size_max`; else only what the source refuses. Reads every other leaf once.
[[nodiscard]] Result<TreeProof> make_inclusion_proof(HashEngine const& engine, LeafSource& source,
                                                     LeafIndex index, TreeSize size) noexcept;

struct TreeSizes {
    TreeSize older{};
    TreeSize newer{};
};

/// The proof that the tree of `sizes.newer` begins with that of `sizes.older`. `out_of_range`
/// unless `older <= newer <= tree_size_max`; empty when they are equal or the older tree is empty.
[[nodiscard]] Result<TreeProof> make_consistency_proof(HashEngine const& engine, LeafSource& source,
                                                       TreeSizes sizes) noexcept;

/// How many hashes the inclusion proof of a leaf has; `index < size`.
[[nodiscard]] std::size_t inclusion_proof_hashes(LeafIndex index, TreeSize size) noexcept;

/// The root to which an inclusion proof leads (RFC 9162, 2.1.3.2). `out_of_range` for a place that
/// no tree has, `bad_proof` for a proof of the wrong length.
[[nodiscard]] Result<Hash256> root_from_inclusion_proof(HashEngine const& engine,
                                                        Hash256 const& leaf, LeafIndex index,
                                                        TreeSize size,
                                                        std::span<Hash256 const> proof) noexcept;

struct TreeHead {
    TreeSize size{};
    Hash256 root{};

    friend bool operator==(TreeHead const&, TreeHead const&) noexcept = default;
};

/// Whether `newer` grew out of `older` (RFC 9162, 2.1.4.2). `rolled_back` when it is smaller,
/// `forked` when equal sizes have different roots, `bad_proof` for every other reason why not.
[[nodiscard]] Result<void> check_consistency(HashEngine const& engine, TreeHead const& older,
                                             TreeHead const& newer,
                                             std::span<Hash256 const> proof) noexcept;

} // namespace axiom
