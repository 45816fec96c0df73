// The frontier of the public tree; see axiom/tree/frontier.hpp.

#include <axiom/tree/frontier.hpp>

#include <algorithm>
#include <bit>

#include <axiom/base/mutant.hpp>

namespace axiom {

std::span<Hash256 const> TreeFrontier::nodes() const noexcept {
    return std::span{nodes_}.first(static_cast<std::size_t>(std::popcount(size_.value)));
}

void TreeFrontier::append(HashEngine const& engine, Hash256 const& leaf) noexcept {
    AXIOM_ASSERT(size_ < tree_size_max);
    Hash256 node = leaf;
    std::size_t count = nodes().size();
    for (std::uint64_t carry = size_.value; carry % 2 == 1; carry /= 2) {
        node = tree_node(engine, nodes_[--count], node);
    }
    nodes_[count] = node;
    ++size_.value;
}

Hash256 TreeFrontier::root(HashEngine const& engine) const noexcept {
    std::span<Hash256 const> const kept = nodes();
    if (kept.empty()) {
        return empty_tree_root(engine);
    }
    Hash256 node = kept.back();
    for (std::size_t index = kept.size() - 1; index > 0; --index) {
        node = AXIOM_MUTANT(fold_from_the_left) ? tree_node(engine, node, kept[index - 1])
                                                : tree_node(engine, kept[index - 1], node);
    }
    return node;
}

Result<void> TreeFrontier::encode(Writer& to) const noexcept {
    TRY(to.word(size_.value));
    for (Hash256 const& node : nodes()) {
        TRY(to.bytes(node.view()));
    }
    return {};
}

Result<TreeFrontier> TreeFrontier::decode(Reader& from) noexcept {
    std::size_t const start = from.offset();
    TreeFrontier frontier;
    frontier.size_ = TreeSize{TRY(from.word<std::uint64_t>())};
    if (frontier.size_ > tree_size_max) {
        return fail(Code::out_of_range, start);
    }
    for (std::size_t index = 0; index < frontier.nodes().size(); ++index) {
        Bytes const hash = TRY(from.bytes(sizeof(Hash256)));
        copy_bytes(frontier.nodes_[index].bytes, hash);
    }
    return frontier;
}

bool operator==(TreeFrontier const& left, TreeFrontier const& right) noexcept {
    return left.size_ == right.size_ && std::ranges::equal(left.nodes(), right.nodes());
}

} // namespace axiom
