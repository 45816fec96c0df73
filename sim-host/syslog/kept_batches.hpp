#pragma once
// Reads the batches that are kept in a folder.

#include <functional>
#include <optional>

#include <sim-host/syslog/batch_files.hpp>

namespace axiom::host {

/// A batch as it is kept, which nobody has checked: header first, then records, then notes.
struct KeptBatch {
    kernel::BatchHeader header;
    kernel::BatchView batch;   // header and all; gone after the visit
    std::string const* file{}; // where it is kept
    std::uint64_t offset{};
};

/// What is behind the last whole batch of a file: one that was cut, if it has a header, or else
/// nothing that was ever a batch.
struct KeptRest {
    std::string const* file{};
    std::uint64_t offset{};
    std::uint64_t bytes{};
    std::optional<kernel::BatchHeader> header;
};

/// Calls `visit` for each, in the order in which they were kept, and `rest` at the end of a file
/// that does not end with a whole one. Nothing when there is no such folder.
[[nodiscard]] HostResult<void>
for_each_kept_batch(std::string const& folder, std::function<void(KeptBatch const&)> const& visit,
                    std::function<void(KeptRest const&)> const& rest);

/// The folder of the batches that belong to the log at `log_path`, which may name the data folder
/// too.
[[nodiscard]] std::string batches_beside(std::string const& log_path);

} // namespace axiom::host
