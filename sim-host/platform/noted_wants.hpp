#pragma once
// NotedWants: a store that remembers whether a read of it was ever refused for want of memory.
//
// Whoever weighs what is there against what is not (a verifier, the recovery of a mirror) takes a
// refused read for bytes that are not to be had, in many places. For want of memory that would be
// wrong, so nothing that was weighed then counts.

#include <atomic>

#include <sim-host/platform/wrapped_store.hpp>

namespace axiom::host {

class NotedWants final : public WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] bool any() const noexcept { return any_.load(); }

    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        Result<void> const read = WrappedStore::read(from, to);
        if (!read && read.error().code == Code::no_memory) {
            any_.store(true);
        }
        return read;
    }

  private:
    std::atomic<bool> any_{false};
};

} // namespace axiom::host
