#pragma once
// JobRecord: a job that was run, written down as `axiom job run --outcome` does: the members that
// docs/job-machine.md names. Under it lie program, input and output as objects of their digests.

#include <axiom/codec/json.hpp>
#include <services/jobs/job_request.hpp>
#include <services/jobs/machine/ending.hpp>

namespace axiom::jobs {

inline constexpr std::size_t record_bytes_max = 2048;

struct RecordedContent {
    std::string_view path; // where it was: its id; empty: there was none
    std::uint64_t bytes{};
    Hash256 digest;
};
struct RecordedLimits {
    std::uint64_t fuel{};
    std::uint64_t memory_bytes{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};
};
struct RecordedOutcome {
    std::string_view reason;
    std::uint64_t pc{};
    std::uint64_t detail{};
    std::uint64_t fuel_used{};
    std::uint64_t memory_used_bytes{};
    std::uint64_t input_read_bytes{};
    std::uint64_t output_bytes{};
    Hash256 output_digest;
    std::uint64_t message_bytes{};
    Hash256 message_digest;
};
struct JobRecord {
    std::string_view schema{"axiom.job-outcome/1"};
    RecordedContent program;
    RecordedContent input;
    RecordedLimits limits;
    RecordedOutcome outcome;
};

} // namespace axiom::jobs

template <> struct axiom::Schema<axiom::jobs::RecordedContent> {
    using Content = jobs::RecordedContent;
    static constexpr auto fields = Fields{Field{"path", &Content::path, "where it was"},
                                          Field{"bytes", &Content::bytes, "how long"},
                                          Field{"digest", &Content::digest, "its id"}};
};
template <> struct axiom::Schema<axiom::jobs::RecordedLimits> {
    using Limits = jobs::RecordedLimits;
    static constexpr auto fields =
        Fields{Field{"fuel", &Limits::fuel, "that it might use"},
               Field{"memory_bytes", &Limits::memory_bytes, "that it might use"},
               Field{"output_bytes", &Limits::output_bytes, "that it might write"},
               Field{"message_bytes", &Limits::message_bytes, "that it might write"}};
};
template <> struct axiom::Schema<axiom::jobs::RecordedOutcome> {
    using Outcome = jobs::RecordedOutcome;
    static constexpr auto fields =
        Fields{Field{"reason", &Outcome::reason, "how it ended"},
               Field{"pc", &Outcome::pc, "where it ended"},
               Field{"detail", &Outcome::detail, "of the reason"},
               Field{"fuel_used", &Outcome::fuel_used, "units"},
               Field{"memory_used_bytes", &Outcome::memory_used_bytes, "up to the last break"},
               Field{"input_read_bytes", &Outcome::input_read_bytes, "that it read"},
               Field{"output_bytes", &Outcome::output_bytes, "that it wrote"},
               Field{"output_digest", &Outcome::output_digest, "of those"},
               Field{"message_bytes", &Outcome::message_bytes, "that it said"},
               Field{"message_digest", &Outcome::message_digest, "of those"}};
};
template <> struct axiom::Schema<axiom::jobs::JobRecord> {
    using Record = jobs::JobRecord;
    static constexpr auto fields = Fields{Field{"schema", &Record::schema, "what this is"},
                                          Field{"program", &Record::program, "what ran"},
                                          Field{"input", &Record::input, "what it read"},
                                          Field{"limits", &Record::limits, "what it might use"},
                                          Field{"outcome", &Record::outcome, "what came of it"}};
};
