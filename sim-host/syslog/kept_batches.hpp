#pragma once
// Reads the batches that are kept in a folder.

#include <functional>

#include <sim-host/syslog/batch_files.hpp>

namespace axiom::host {

/// A batch as it is kept, which nobody has checked: header first, then records, then notes.
struct KeptBatch {
    kernel::BatchHeader header;
    kernel::BatchView batch;   // header and all; gone after the visit
    std::string const* file{}; // where it is kept
    std::uint64_t offset{};
};

/// Calls `visit` for each, in the order in which they were kept, until it answers false. Nothing
/// when there is no such folder. What is behind the last whole batch of a file is no batch.
[[nodiscard]] HostResult<void>
for_each_kept_batch(std::string const& folder, std::function<bool(KeptBatch const&)> const& visit);

/// The folder of the batches that belong to the log at `log_path`, which may name the data folder
/// too.
[[nodiscard]] std::string batches_beside(std::string const& log_path);

} // namespace axiom::host
