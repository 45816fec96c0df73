#pragma once
// BatchWriter: keeps batches in a folder, one behind the other.
//
// They are evidence: what cannot be kept is told, and the next one is tried again, in a file of its
// own. Nothing is flushed, so a loss of power may take the newest.

#include <sim-host/platform/host_file.hpp>
#include <sim-host/syslog/batch_files.hpp>

namespace axiom::host {

class BatchWriter {
  public:
    explicit BatchWriter(std::string folder) : folder_{std::move(folder)} {}

    /// A whole batch. `out_of_range` for what is none; `io_failed`, `store_full`, ...
    [[nodiscard]] HostResult<void> keep(Bytes batch);

  private:
    [[nodiscard]] HostResult<void> begin_file();

    std::string folder_;
    HostFile file_;
    std::uint64_t bytes_{}; // of the file, all of whole batches
};

} // namespace axiom::host
