#pragma once
// What `axiom job` reads: whole files, and a job that was run, written down.

#include <string>
#include <vector>

#include <sim-host/jobs/job_run.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

inline constexpr std::uint64_t job_program_bytes_max = std::uint64_t{64} << 20U;
inline constexpr std::uint64_t job_input_bytes_max = std::uint64_t{4} << 30U;

/// A whole file or pipe of at most `bytes_max`; `-` is stdin. Throws `Failure`.
[[nodiscard]] std::vector<std::byte> whole_file(std::string const& path, std::uint64_t bytes_max);

/// Content as an outcome names it; the path is where it was, and no part of the outcome.
struct NamedContent {
    std::string path; // empty: there was none; `-`: stdin
    std::uint64_t bytes{};
    Hash256 digest;
};

/// What `axiom job run --outcome` writes and `axiom job verify` reads (docs/job-machine.md).
struct JobRecord {
    NamedContent program;
    NamedContent input;
    host::JobLimits limits;
    host::JobOutcome outcome;
};

[[nodiscard]] Json record_json(JobRecord const& record);

/// Throws `Failure` with the member that is missing or wrong.
[[nodiscard]] JobRecord record_from_file(std::string const& path);

/// The same of bytes that people call `name`.
[[nodiscard]] JobRecord record_from(Bytes bytes, std::string const& name);

/// The ending as a sentence: `out_of_fuel at pc 0x10018: a job may …`.
[[nodiscard]] std::string ending_text(jobs::Ending const& ending);

/// Runs the job with progress. An image that breaks a rule is a `Failure` with rule and offset.
[[nodiscard]] host::FinishedJob run_shown(host::Job job, std::string const& program_path,
                                          Console& console);

} // namespace axiom::cli
