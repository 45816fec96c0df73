#pragma once
// A store that watches its user: a storage block that holds committed bytes is never written again.
//
// A block is committed by the flush after it was written, or by `commit` for what a test knows to
// be there already. Writing or discarding it then is a violation, even with the same bytes: a
// rewrite can tear. The exceptions are declared, each for the next operation that touches it:
// `allow_rewrite` for the attachment that an `Erase` entry names, `allow_discard` for a slot that
// pruning frees or a tail that recovery cuts. Also watched: nothing is changed or flushed after a
// failed flush.

#include <map>
#include <set>
#include <sim-host/platform/wrapped_store.hpp>
#include <string>
#include <vector>

namespace axiom::test {

class CheckingStore final : public host::WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// Declares `[from, from + bytes)` to hold committed bytes.
    void commit(SlotOffset from, std::uint64_t bytes);

    /// The blocks of `[from, from + bytes)` may be rewritten, once each.
    void allow_rewrite(SlotOffset from, std::uint64_t bytes);

    /// The next discard of `slot` may begin at `from` or later.
    void allow_discard(SlotOffset from);

    /// What was violated, oldest first; empty in every good run.
    [[nodiscard]] std::vector<std::string> const& violations() const noexcept {
        return violations_;
    }

  private:
    using Block = std::pair<std::uint32_t, std::uint64_t>; // slot, index of the block in it

    [[nodiscard]] Block block_of(SlotOffset at, std::uint64_t further = 0) const noexcept;
    void check_not_failed(std::string const& what);

    std::set<Block> written_;
    std::set<Block> committed_;
    std::set<Block> rewritable_;
    std::map<std::uint32_t, std::uint64_t> discardable_;
    std::vector<std::string> violations_;
    bool flush_failed_{};
};

} // namespace axiom::test
