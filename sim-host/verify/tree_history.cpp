// The tree at earlier sizes; see sim-host/verify/tree_history.hpp.

#include <sim-host/verify/tree_history.hpp>

namespace axiom::host {

void TreeHistory::append(HashEngine const& engine, BlockFact const& block) {
    if (chunks_.empty() || chunks_.back().blocks.size() == chunk_blocks) {
        if (chunks_.size() == chunks_kept) {
            chunks_.pop_front();
        }
        chunks_.push_back({.before = frontier_, .blocks = {}});
        chunks_.back().blocks.reserve(chunk_blocks);
    }
    chunks_.back().blocks.push_back(block);
    frontier_.append(engine, block.leaf);
}

std::optional<TreeHistory::Moment> TreeHistory::at(HashEngine const& engine, TreeSize size) const {
    for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend(); ++chunk) {
        std::uint64_t const before = chunk->before.size().value;
        if (size.value <= before) {
            continue;
        }
        std::uint64_t const count = size.value - before;
        if (count > chunk->blocks.size()) {
            return std::nullopt;
        }
        TreeFrontier frontier = chunk->before;
        for (std::uint64_t index = 0; index < count; ++index) {
            frontier.append(engine, chunk->blocks[index].leaf);
        }
        BlockFact const& last = chunk->blocks[count - 1];
        return Moment{.root = frontier.root(engine), .head = last.head, .next = last.next};
    }
    return std::nullopt;
}

} // namespace axiom::host
