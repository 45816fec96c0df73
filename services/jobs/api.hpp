#pragma once
// The messages of the service that runs jobs. Only who carries effects out holds its endpoint: a
// job begins with a decision of the policy engine and an entry of the log, and in no other way.

#include <services/jobs/machine/ending.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::jobs {

enum class JobState : std::uint8_t { waiting, running, ended, refused, cancelled };

inline constexpr std::uint32_t parameters_bytes_max = 1024;

/// From here on `where` of a refused job is a rule of images (machine/image.hpp); below, which of
/// its words is to blame, from 1 (job_request.hpp).
inline constexpr std::uint64_t refused_rule_base = 100;

/// How far a job is. `ended`: `result` is an object, which says all of its outcome, as `axiom job
/// verify` reads it. `refused`: it cannot be run, and why.
struct JobStatus {
    std::uint64_t commit{};
    std::uint16_t index{};
    JobState state{};
    std::uint16_t code{};   // of a refusal
    std::uint64_t where{};  // of a refusal: which word, or which rule of images
    std::uint8_t reason{};  // as jobs::Reason
    std::uint64_t detail{}; // of the reason
    std::uint64_t fuel{};   // that it may use
    std::uint64_t fuel_used{};
    std::uint64_t input_bytes{}; // that it has read
    std::uint64_t output_bytes{};
    Hash256 program{};
    Hash256 input{}; // zeros: there is none
    Hash256 output{};
    Hash256 messages{};
    Hash256 result{};
};

/// Has the effect carried out, or goes on to; answered at once. The token is the job's name: under
/// the same token it is the same job. `no_room`: as many wait as may.
struct Carry {
    static constexpr std::uint64_t method = 21;
    using Answer = JobStatus;
    Hash256 token{};
    std::uint64_t commit{};
    std::uint16_t index{};
    Bytes parameters{}; // as job_request.hpp
};
/// The first effect of this commit that is a job; `no_such_row` for one that is not known since the
/// service began.
struct AskJob {
    static constexpr std::uint64_t method = 22;
    using Answer = JobStatus;
    std::uint64_t commit{};
};
/// It ends without an outcome of its own, within a slice. Nothing happens to one that has ended.
struct CancelJob {
    static constexpr std::uint64_t method = 23;
    using Answer = JobStatus;
    std::uint64_t commit{};
};

} // namespace axiom::jobs

template <> struct axiom::EnumNames<axiom::jobs::JobState> {
    static constexpr std::string_view names[] = {"waiting", "running", "ended", "refused",
                                                 "cancelled"};
};
template <> struct axiom::Schema<axiom::jobs::JobStatus> {
    using Status = jobs::JobStatus;
    static constexpr auto fields =
        Fields{Field{"commit", &Status::commit, "the entry that asked for it"},
               Field{"index", &Status::index, "which of its effects"},
               Field{"state", &Status::state, "how far it is"},
               Field{"code", &Status::code, "why it was refused"},
               Field{"where", &Status::where, "which word or rule"},
               Field{"reason", &Status::reason, "how it ended"},
               Field{"detail", &Status::detail, "of the reason"},
               Field{"fuel", &Status::fuel, "that it may use"},
               Field{"fuel_used", &Status::fuel_used, "so far"},
               Field{"input_bytes", &Status::input_bytes, "read so far"},
               Field{"output_bytes", &Status::output_bytes, "written so far"},
               Field{"program", &Status::program, "what it runs"},
               Field{"input", &Status::input, "what it reads, or zeros"},
               Field{"output", &Status::output, "what it wrote"},
               Field{"messages", &Status::messages, "what it said"},
               Field{"result", &Status::result, "its outcome, as an object"}};
};
template <> struct axiom::Schema<axiom::jobs::Carry> {
    using Carry = jobs::Carry;
    static constexpr auto fields =
        Fields{Field{"token", &Carry::token, "of the effect"},
               Field{"commit", &Carry::commit, "whose effect"},
               Field{"index", &Carry::index, "which of its effects"},
               Field{"parameters", &Carry::parameters, "the job, in words",
                     at_most<jobs::parameters_bytes_max>}};
};
template <> struct axiom::Schema<axiom::jobs::AskJob> {
    static constexpr auto fields = Fields{Field{"commit", &jobs::AskJob::commit, "whose job"}};
};
template <> struct axiom::Schema<axiom::jobs::CancelJob> {
    static constexpr auto fields = Fields{Field{"commit", &jobs::CancelJob::commit, "whose job"}};
};

namespace axiom::jobs {

using JobsApi = Api<Carry, AskJob, CancelJob>;

} // namespace axiom::jobs
