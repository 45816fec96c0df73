#pragma once
// An archive as a side to repair a log from: each segment that it holds, in the slot where the log
// has that segment.
//
//     log's slot   0   1   2   3          a slot of which the archive has nothing reads as the
//     segment      0   2   1   ?          log's own, so that the two do not differ there
//     archive      0   2   1   3
//
// Segments that the log lacks go to slots of the log whose header does not read: a slot's place
// means nothing, so any will do. Only reads.

#include <map>

#include <axiom/port/hash_engine.hpp>
#include <sim-host/platform/read_only_store.hpp>

namespace axiom::host {

class ArchiveShelf final : public ReadOnlyStore {
  public:
    /// Both outlive the shelf.
    ArchiveShelf(Store& log, Store& archive, HashEngine const& engine);

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return archive_.geometry(); }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return slots_; }
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;

    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override { return log_.claimed_epoch(); }

  private:
    Store& log_;
    Store& archive_;
    std::uint32_t slots_;
    std::map<std::uint32_t, SlotIndex> shelved_; // by slot of the log: slot of the archive
};

} // namespace axiom::host
