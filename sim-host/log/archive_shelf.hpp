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

    /// Whether the two have segments of the same numbers, and none of them begins alike.
    [[nodiscard]] bool is_of_another_log() const noexcept { return strange_ != 0 && alike_ == 0; }

    /// Whether the log has no segment whose header reads.
    [[nodiscard]] bool log_is_empty() const noexcept { return log_segments_ == 0; }

  private:
    Store& log_;
    Store& archive_;
    std::uint32_t slots_;
    std::map<std::uint32_t, SlotIndex> shelved_; // by slot of the log: slot of the archive
    std::size_t log_segments_{};
    std::size_t alike_{};   // segments that begin alike here and there, pruned since or not
    std::size_t strange_{}; // segments whose number is here and there, and that begin otherwise
};

} // namespace axiom::host
