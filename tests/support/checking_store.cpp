#include <tests/support/checking_store.hpp>

namespace axiom::test {

CheckingStore::Block CheckingStore::block_of(SlotOffset at, std::uint64_t further) const noexcept {
    return {at.slot.value, (at.offset + further) / geometry().storage_block_bytes};
}

void CheckingStore::check_not_failed(std::string const& what) {
    if (flush_failed_) {
        violations_.push_back(what + " after a failed flush");
    }
}

Result<void> CheckingStore::write(SlotOffset to, Bytes from) noexcept {
    check_not_failed("write");
    std::uint64_t const step = geometry().storage_block_bytes;
    for (std::uint64_t at = 0; at < from.size(); at += step) {
        Block const block = block_of(to, at);
        bool const is_allowed = rewritable_.erase(block) > 0;
        if (committed_.contains(block) && !is_allowed) {
            violations_.push_back("slot " + std::to_string(block.first) + " block " +
                                  std::to_string(block.second) + " is rewritten");
        }
        written_.insert(block);
    }
    return inner().write(to, from);
}

Result<void> CheckingStore::flush() noexcept {
    check_not_failed("flush");
    Result<void> const flushed = inner().flush();
    flush_failed_ = flush_failed_ || !flushed;
    if (flushed) {
        committed_.merge(written_);
        written_.clear();
    }
    return flushed;
}

Result<void> CheckingStore::discard(SlotOffset from) noexcept {
    check_not_failed("discard");
    auto const allowed = discardable_.find(from.slot.value);
    bool const is_allowed = allowed != discardable_.end() && allowed->second <= from.offset;
    if (is_allowed) {
        discardable_.erase(allowed);
    }
    Block const end{from.slot.value + 1, 0};
    auto const first = committed_.lower_bound(block_of(from));
    auto const last = committed_.lower_bound(end);
    if (first != last && !is_allowed) {
        violations_.push_back("slot " + std::to_string(first->first) + " block " +
                              std::to_string(first->second) + " is discarded");
    }
    committed_.erase(first, last);
    written_.erase(written_.lower_bound(block_of(from)), written_.lower_bound(end));
    return inner().discard(from);
}

Result<SlotIndex> CheckingStore::extend() noexcept {
    check_not_failed("extend");
    return inner().extend();
}

Result<void> CheckingStore::claim_epoch(Epoch epoch) noexcept {
    check_not_failed("claim");
    return inner().claim_epoch(epoch);
}

void CheckingStore::commit(SlotOffset from, std::uint64_t bytes) {
    for (std::uint64_t at = 0; at < bytes; at += geometry().storage_block_bytes) {
        committed_.insert(block_of(from, at));
    }
}

void CheckingStore::allow_rewrite(SlotOffset from, std::uint64_t bytes) {
    for (std::uint64_t at = 0; at < bytes; at += geometry().storage_block_bytes) {
        rewritable_.insert(block_of(from, at));
    }
}

void CheckingStore::allow_discard(SlotOffset from) {
    discardable_[from.slot.value] = from.offset;
}

} // namespace axiom::test
