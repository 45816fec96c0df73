#pragma once
// LinkFold: checks the links of up to 16 blocks at once.
//
//     block a   previous_head ─ l0 ─ l1 ─ l2 ─ … ─▶ head ?
//     block b   previous_head ─ l0 ─ l1 ─▶ head ?             one call of the engine folds one
//     …                                                       step of every lane
//     block p   previous_head ─ l0 ─ l1 ─ l2 ─▶ head ?
//
// A link waits for the one before it, so folding a log's links takes one compression after the
// other. But each block record names the link before its first entry, and that the records follow
// from one another is checked apart from this: so the blocks' own links are as many independent
// chains, and a wide engine folds them side by side. The leaves are copied, because a reader's
// buffer does not hold 16 blocks.

#include <array>
#include <span>

#include <axiom/base/result.hpp>
#include <axiom/tree/block_record.hpp>

namespace axiom::store {

class LinkFold {
  public:
    // Not defaulted: what is not taken need not be set.
    LinkFold() noexcept {} // NOLINT(modernize-use-equals-default)

    static constexpr std::size_t lanes_max = 16;

    /// Takes a block whose leaves were checked. When all lanes are taken they are folded:
    /// `chain_break` with `where` the first entry of the first block whose links do not lead to
    /// its head; then no lane is taken any more.
    Result<void> add(HashEngine const& engine, BlockRecord const& record,
                     std::span<Hash256 const> leaves) noexcept;

    /// Folds what is left; the same refusal.
    Result<void> finish(HashEngine const& engine) noexcept;

    /// Forgets what was added.
    void clear() noexcept { used_ = 0; }

  private:
    struct Lane {
        Sequence first{};
        Hash256 head{};
        std::size_t count{};
    };
    using Pair = std::array<Hash256, 2>; // a link and the leaf that is folded onto it

    std::array<Lane, lanes_max> lanes_{};
    std::array<std::array<Pair, block_entries_max>, lanes_max> pairs_; // set as lanes are taken
    std::size_t used_{};
};

} // namespace axiom::store
