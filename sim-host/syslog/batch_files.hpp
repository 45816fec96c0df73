#pragma once
// The files in which batches are kept: SYSLOG/00000001.batches, 00000002.batches, ...
//
// A file is batches, one behind the other, each as docs/syslog.md has it. Whoever begins to write
// begins a file of its own, so that a batch that was cut by a crash is the last of its file.

#include <cstdint>
#include <string>
#include <vector>

#include <kernel/syslog/batch.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

inline constexpr std::uint64_t batch_file_bytes_max = std::uint64_t{4} << 20U;
inline constexpr std::size_t batch_files_max = 16;

[[nodiscard]] std::string batch_file_name(std::uint32_t number);

/// The numbers of the files that are in that folder, rising.
[[nodiscard]] HostResult<std::vector<std::uint32_t>> batch_files_in(std::string const& folder);

/// How many bytes the batch of that header is long; 0 for a header that no batch has.
[[nodiscard]] std::size_t bytes_of_batch(kernel::BatchHeader const& header) noexcept;

} // namespace axiom::host
