#pragma once
// NotedWants: a store that remembers whether a read of it was ever refused for want of memory.
//
// Whoever weighs what is there against what is not (a verifier, the recovery of a mirror) takes a
// refused read for bytes that are not to be had, in many places. For want of memory that would be
// wrong, so nothing that was weighed then counts.

#include <atomic>

#include <axiom/port/store.hpp>

namespace axiom::host {

class NotedWants final : public Store {
  public:
    /// `inner` outlives this.
    explicit NotedWants(Store& inner) noexcept : inner_{inner} {}

    [[nodiscard]] bool any() const noexcept { return any_.load(); }

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return inner_.geometry(); }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return inner_.slots(); }
    [[nodiscard]] Result<SlotIndex> extend() noexcept override { return inner_.extend(); }
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        Result<void> const read = inner_.read(from, to);
        if (!read && read.error().code == Code::no_memory) {
            any_.store(true);
        }
        return read;
    }
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        return inner_.write(to, from);
    }
    [[nodiscard]] Result<void> flush() noexcept override { return inner_.flush(); }
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override {
        return inner_.discard(from);
    }
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override { return inner_.claimed_epoch(); }
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override {
        return inner_.claim_epoch(epoch);
    }

  private:
    Store& inner_;
    std::atomic<bool> any_{false};
};

} // namespace axiom::host
