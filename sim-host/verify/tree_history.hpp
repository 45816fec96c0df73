#pragma once
// TreeHistory: the public tree as it grew, so that the root at an earlier size can be asked for.
//
// Checkpoints are found in the log after the blocks that they cover, so their roots are asked for
// when the tree has grown on. Kept are the tree's frontier at every 256th block and the leaves
// since, of the newest 65,536 blocks: 7 MiB at most. A checkpoint trails by far less than that.

#include <deque>
#include <vector>

#include <axiom/tree/frontier.hpp>
#include <sim-host/verify/segment_check.hpp>

namespace axiom::host {

class TreeHistory {
  public:
    static constexpr std::size_t chunk_blocks = 256;
    static constexpr std::size_t chunks_kept = 256;

    /// Where the log stood at a size of its tree.
    struct Moment {
        Hash256 root{};
        Hash256 head{};
        Sequence next{};
    };

    void append(HashEngine const& engine, BlockFact const& block);

    /// nullopt for a size that the tree has not reached, or whose leaves are no longer kept.
    [[nodiscard]] std::optional<Moment> at(HashEngine const& engine, TreeSize size) const;

    [[nodiscard]] TreeFrontier const& frontier() const noexcept { return frontier_; }

  private:
    struct Chunk {
        TreeFrontier before{};
        std::vector<BlockFact> blocks;
    };

    TreeFrontier frontier_{};
    std::deque<Chunk> chunks_;
};

} // namespace axiom::host
