#pragma once
// The frontier of the public tree: all that a writer keeps of it.
//
// One hash for each set bit of the size, the root of the perfect subtree that the bit stands for,
// the largest first. Appending is a binary counter's increment, the root one fold from the right;
// both take at most 62 node hashes, and nothing grows.

#include <span>

#include <axiom/codec/reader.hpp>
#include <axiom/codec/writer.hpp>
#include <axiom/tree/merkle.hpp>

namespace axiom {

class TreeFrontier {
  public:
    /// The most bytes that `encode` writes.
    static constexpr std::size_t encoded_bytes_max = 8 + proof_hashes_max * sizeof(Hash256);

    /// Adds the next leaf (`tree_leaf` of a record); the size stays at most `tree_size_max`.
    void append(HashEngine const& engine, Hash256 const& leaf) noexcept;

    [[nodiscard]] TreeSize size() const noexcept { return size_; }
    [[nodiscard]] Hash256 root(HashEngine const& engine) const noexcept;
    [[nodiscard]] TreeHead head(HashEngine const& engine) const noexcept {
        return {size_, root(engine)};
    }

    /// Canonical bytes: the size as u64, then a hash for each of its set bits, the highest bit
    /// first.
    Result<void> encode(Writer& to) const noexcept;

    /// `out_of_range` when the size is above `tree_size_max`, `truncated` when hashes are missing.
    [[nodiscard]] static Result<TreeFrontier> decode(Reader& from) noexcept;

    friend bool operator==(TreeFrontier const& left, TreeFrontier const& right) noexcept;

  private:
    [[nodiscard]] std::span<Hash256 const> nodes() const noexcept;

    TreeSize size_{};
    std::array<Hash256, proof_hashes_max> nodes_{};
};

} // namespace axiom
