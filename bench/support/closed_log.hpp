#pragma once
// A log that nobody writes: verified and replayed from its first byte, or searched for one entry.

#include <filesystem>
#include <memory>
#include <vector>

#include <axiom/store/recovery.hpp>
#include <axiom/store/segment_map.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/file_store.hpp>

namespace axiom::bench {

class ClosedLog {
  public:
    /// Opens the store in `folder` for reading and reads its segments' headers.
    explicit ClosedLog(std::filesystem::path const& folder);

    /// Checks every byte of the log, tree included, and rebuilds the log's state; returns how many
    /// entries there are. Throws when the log is not what it should be.
    std::uint64_t verify_and_replay();

    /// Finds one entry by its sequence and checks the block that holds it; returns the entry's
    /// sequence as found.
    Sequence seek(Sequence sequence);

  private:
    std::unique_ptr<host::FileStore> store_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    host::OwnedArena map_arena_;
    Arena arena_;
    store::SegmentMap map_;
};

} // namespace axiom::bench
