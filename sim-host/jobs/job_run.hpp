#pragma once
// A job run from beginning to end on a host: its input in memory, its output in memory.
//
// The same program, input and limits give the same JobOutcome on every machine: nothing in it says
// when, where or how fast.

#include <expected>
#include <functional>
#include <vector>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>
#include <services/jobs/machine/ending.hpp>
#include <services/jobs/machine/image.hpp>
#include <services/jobs/machine/machine.hpp>

namespace axiom::host {

struct JobLimits {
    std::uint64_t fuel{};
    std::uint64_t memory_bytes{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};

    friend bool operator==(JobLimits const&, JobLimits const&) noexcept = default;
};

struct Job {
    Bytes program; // an ELF file
    Bytes input;
    JobLimits limits;
    bool predecode{true}; // false: the stepper alone
    std::uint64_t slice_fuel{std::uint64_t{1}
                             << 26U}; // at least 1; between slices `slice` is called
    std::function<void(jobs::MachineState const&)> slice{};
};

/// What a run is known by.
struct JobOutcome {
    jobs::Ending ending;
    std::uint64_t fuel_used{};
    std::uint64_t memory_used_bytes{}; // up to the last break
    std::uint64_t input_read_bytes{};
    std::uint64_t output_bytes{};
    Hash256 output_digest; // context `content`, as of any content
    std::uint64_t message_bytes{};
    Hash256 message_digest;

    friend bool operator==(JobOutcome const&, JobOutcome const&) noexcept = default;
};

struct FinishedJob {
    JobOutcome outcome;
    std::vector<std::byte> output; // what was written before the end, whatever the end was
    std::vector<std::byte> messages;
};

/// The name of content: BLAKE3 in the context `content`.
[[nodiscard]] Hash256 content_digest(Bytes content);

/// Runs the job. An image that breaks a rule is not started.
[[nodiscard]] std::expected<FinishedJob, jobs::ImageProblem> run_job(Job const& job);

} // namespace axiom::host
