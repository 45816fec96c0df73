#pragma once
// A store in memory: for tests, and for tools that build a log to throw it away.
//
// What was written is there, flushed or not; nothing survives the object. The plain model that
// every other store is compared with.

#include <memory>
#include <mutex>
#include <vector>

#include <axiom/port/store.hpp>

namespace axiom::host {

class MemoryStore final : public Store {
  public:
    /// `geometry` is one that `is_store_geometry` accepts; at most `slots_max` slots are made.
    explicit MemoryStore(StoreGeometry geometry, std::uint32_t slots_max = 65536);

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return geometry_; }
    [[nodiscard]] std::uint32_t slots() const noexcept override;
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// The bytes of a slot, for tests that damage or compare them; not while another thread writes.
    [[nodiscard]] MutableBytes slot_bytes(SlotIndex slot) noexcept;

  private:
    struct Release {
        void operator()(void* memory) const noexcept;
    };
    using Slot = std::unique_ptr<std::byte, Release>; // zero pages that cost memory once written

    StoreGeometry geometry_;
    std::uint32_t slots_max_;
    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    Epoch epoch_{};
};

} // namespace axiom::host
