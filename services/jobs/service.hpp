#pragma once
// JobService: brings each job's bytes to the worker, a slice at a time, and its output to the store
// of objects.
//
//     objects ── program, input ──▶ service ──▶ worker ── output, messages ──▶ service ──▶ objects
//
// One job after another. A job that was lost with the worker, or with this service, is run again
// from its beginning: it comes to the same bytes and the same fuel, so whoever asks under its token
// gets one answer, however often it was begun. Progress is told and a cancellation is heeded
// between slices.

#include <services/jobs/api.hpp>
#include <services/jobs/job_request.hpp>
#include <services/objects/api.hpp>
#include <services/runtime/ask.hpp>
#include <services/worker/api.hpp>

namespace axiom::jobs {

/// Whom it asks.
struct JobSlots {
    kernel::Slot objects{}; // write
    kernel::Slot worker{};  // write
};

class JobService {
  public:
    static constexpr std::size_t jobs_max = 32;
    static constexpr std::uint64_t slice_fuel = std::uint64_t{1} << 22U;
    /// A job that takes the worker with it so often cannot be run.
    static constexpr std::uint32_t losses_max = 5;

    [[nodiscard]] static std::size_t bytes_for() noexcept;

    /// Both outlive it.
    JobService(Loop& loop, Arena& arena, JobSlots slots) noexcept;

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Runs what waits, from now on.
    [[nodiscard]] Detached work() noexcept;

    [[nodiscard]] Result<JobStatus> on(Request const& request, Carry const& asks) noexcept;
    [[nodiscard]] Result<JobStatus> on(Request const& request, AskJob const& asks) noexcept;
    [[nodiscard]] Result<JobStatus> on(Request const& request, CancelJob const& asks) noexcept;

  private:
    struct Job {
        std::uint64_t order{}; // 0: free; in which it came
        Hash256 token;
        JobRequest request;
        JobStatus status;
        std::uint32_t losses{};
    };
    // Of the one that runs.
    struct Running {
        std::uint64_t program_bytes{};
        std::uint64_t input_bytes{};
        std::uint64_t input_at{};
        std::uint64_t output_upload{};
        std::uint64_t message_upload{};
        std::uint64_t output_bytes{};
        std::uint64_t message_bytes{};
        worker::Standing standing;
    };

    [[nodiscard]] static bool has_ended(Job const& job) noexcept {
        return job.status.state > JobState::running;
    }
    [[nodiscard]] Job* find(std::uint64_t commit) noexcept;
    [[nodiscard]] Job* place() noexcept;
    [[nodiscard]] Job* next() noexcept;
    void settle(Job& job, Error const& error) noexcept;

    [[nodiscard]] Task<Nothing> run(Job& job) noexcept;
    [[nodiscard]] Task<Nothing> load(Job& job) noexcept;
    [[nodiscard]] Task<Nothing> go_on(Job& job) noexcept;
    [[nodiscard]] Task<std::uint64_t> give_input(Job& job) noexcept;
    [[nodiscard]] Task<Nothing> take(std::uint64_t& upload, std::uint64_t& bytes) noexcept;
    [[nodiscard]] Task<Hash256> finish_upload(std::uint64_t upload) noexcept;
    [[nodiscard]] Task<Nothing> conclude(Job& job) noexcept;
    [[nodiscard]] Task<Nothing> abandon() noexcept;

    template <MethodRequest Asks>
    [[nodiscard]] Task<typename Asks::Answer> ask_worker(Asks request) noexcept;
    template <MethodRequest Asks>
    [[nodiscard]] Task<typename Asks::Answer> ask_objects(Asks request) noexcept;

    Loop* loop_;
    JobSlots slots_;
    std::span<Job> jobs_;
    std::span<MessageBytes> held_; // what the worker said last, and the store of objects
    std::uint64_t last_order_{};
    Running running_{};
    Job* current_{}; // the one that runs keeps its place, cancelled or not
    WaitList given_;
};

} // namespace axiom::jobs
