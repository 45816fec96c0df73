#include <services/jobs/service.hpp>

#include <algorithm>

#include <services/jobs/job_record.hpp>
#include <services/jobs/machine/machine.hpp>

namespace axiom::jobs {

namespace {

constexpr kernel::Nanoseconds patience{60'000'000'000};
constexpr kernel::Nanoseconds pause{100'000'000}; // before what was lost is begun again

// Which word of a job is to blame (job_request.hpp).
constexpr std::uint64_t program_word = 1;
constexpr std::uint64_t input_word = 2;
constexpr std::uint64_t memory_word = 4;

// Whether it is so however often it is tried.
bool is_final(Code code) noexcept {
    return code == Code::job_refused || code == Code::objects_full ||
           code == Code::object_damaged || code == Code::store_full;
}

// What is not there is a mistake in the job.
Failure missing(Error const& error, std::uint64_t word) noexcept {
    return error.code == Code::no_such_row ? fail(Code::job_refused, word) : std::unexpected{error};
}

class RecordText final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        AXIOM_ASSERT(piece.size() <= letters_.size() - size_);
        std::copy_n(piece.data(), piece.size(), letters_.data() + size_);
        size_ += piece.size();
    }
    [[nodiscard]] Bytes bytes() const noexcept {
        return bytes_of(std::string_view{letters_.data(), size_});
    }

  private:
    std::array<char, record_bytes_max> letters_{};
    std::size_t size_{};
};
static_assert(record_bytes_max <= objects::piece_bytes_max);

} // namespace

template <MethodRequest Asks>
Task<typename Asks::Answer> JobService::ask_worker(Asks request) noexcept {
    auto answer = co_await ask(*loop_, slots_.worker, request, patience, held_[0]);
    if (!answer && answer.error().code != Code::out_of_range) {
        co_return fail(Code::unanswered, answer.error().where, 1); // it has lost the job
    }
    co_return answer;
}

template <MethodRequest Asks>
Task<typename Asks::Answer> JobService::ask_objects(Asks request) noexcept {
    auto answer = co_await ask(*loop_, slots_.objects, request, patience, held_[1]);
    co_return answer;
}

std::size_t JobService::bytes_for() noexcept {
    return Arena::bytes_for<Job>(jobs_max) + Arena::bytes_for<MessageBytes>(2);
}

JobService::JobService(Loop& loop, Arena& arena, JobSlots slots) noexcept
    : loop_{&loop}, slots_{slots}, jobs_{arena.make<Job>(jobs_max)},
      held_{arena.make<MessageBytes>(2)} {}

// ── what is asked ──────────────────────────────────────────────────────────────────────────────

Result<JobStatus> JobService::on(Request const& /*request*/, Carry const& asks) noexcept {
    for (Job const& job : jobs_) {
        if (job.order != 0 && job.token == asks.token) {
            return job.status;
        }
    }
    Job* const free = place();
    if (free == nullptr) {
        return fail(Code::no_room, jobs_max);
    }
    *free = {.order = ++last_order_, .token = asks.token, .request = {}, .status = {}};
    free->status.commit = asks.commit;
    free->status.index = asks.index;
    auto const parsed = parse_job(axiom::text_of(asks.parameters));
    if (!parsed) {
        settle(*free, parsed.error());
        return free->status;
    }
    free->request = *parsed;
    free->status.fuel = parsed->fuel;
    free->status.program = parsed->program;
    free->status.input = parsed->input.value_or(Hash256{});
    loop_->wake(given_);
    return free->status;
}

Result<JobStatus> JobService::on(Request const& /*request*/, AskJob const& asks) noexcept {
    Job const* const job = find(asks.commit);
    return job != nullptr ? Result<JobStatus>{job->status} : fail(Code::no_such_row, asks.commit);
}

Result<JobStatus> JobService::on(Request const& /*request*/, CancelJob const& asks) noexcept {
    Job* const job = find(asks.commit);
    if (job == nullptr) {
        return fail(Code::no_such_row, asks.commit);
    }
    if (!has_ended(*job)) {
        job->status.state = JobState::cancelled; // the slice that runs is the last
    }
    return job->status;
}

JobService::Job* JobService::find(std::uint64_t commit) noexcept {
    Job* first = nullptr;
    for (Job& job : jobs_) {
        bool const is_its = job.order != 0 && job.status.commit == commit;
        if (is_its && (first == nullptr || job.status.index < first->status.index)) {
            first = &job;
        }
    }
    return first;
}

// A free place, or that of the oldest that has ended.
JobService::Job* JobService::place() noexcept {
    Job* oldest = nullptr;
    for (Job& job : jobs_) {
        bool const gives_way = job.order == 0 || (has_ended(job) && &job != current_);
        if (gives_way && (oldest == nullptr || job.order < oldest->order)) {
            oldest = &job;
        }
    }
    return oldest;
}

// The one that waits longest.
JobService::Job* JobService::next() noexcept {
    Job* oldest = nullptr;
    for (Job& job : jobs_) {
        bool const waits = job.order != 0 && job.status.state == JobState::waiting;
        if (waits && (oldest == nullptr || job.order < oldest->order)) {
            oldest = &job;
        }
    }
    return oldest;
}

// ── running ────────────────────────────────────────────────────────────────────────────────────

Detached JobService::work() noexcept {
    for (;;) {
        Job* const job = next();
        if (job == nullptr) {
            co_await loop_->turn(given_);
            continue;
        }
        job->status.state = JobState::running;
        current_ = job;
        auto const ran = co_await run(*job);
        current_ = nullptr;
        if (!ran) {
            settle(*job, ran.error());
            auto const abandoned = co_await abandon();
            static_cast<void>(abandoned);
            co_await loop_->after(pause);
        }
    }
}

// What an error makes of a job: it is refused, or it is begun again.
void JobService::settle(Job& job, Error const& error) noexcept {
    if (job.status.state == JobState::cancelled) {
        return;
    }
    bool const took_worker = error.code == Code::unanswered && error.detail == 1;
    job.losses += took_worker ? 1 : 0;
    if (is_final(error.code) || job.losses >= losses_max) {
        job.status.state = JobState::refused;
        job.status.code = static_cast<std::uint16_t>(error.code);
        job.status.where = error.where;
    } else {
        job.status.state = JobState::waiting;
    }
}

Task<Nothing> JobService::run(Job& job) noexcept {
    running_ = {};
    job.status.fuel_used = 0;
    CO_DO(load(job));
    CO_TRY(objects::Upload const output, ask_objects(objects::Begin{}));
    running_.output_upload = output.upload;
    CO_TRY(objects::Upload const messages, ask_objects(objects::Begin{}));
    running_.message_upload = messages.upload;
    CO_DO(go_on(job));
    if (job.status.state == JobState::cancelled) {
        co_return fail(Code::expired);
    }
    CO_DO(conclude(job));
    co_return Nothing{};
}

Task<Nothing> JobService::load(Job& job) noexcept {
    auto const program = co_await ask_objects(objects::Stat{.id = job.request.program});
    if (!program) {
        co_return missing(program.error(), program_word);
    }
    running_.program_bytes = program->bytes;
    if (job.request.input) {
        auto const input = co_await ask_objects(objects::Stat{.id = *job.request.input});
        if (!input) {
            co_return missing(input.error(), input_word);
        }
        running_.input_bytes = input->bytes;
    }
    auto const loaded =
        co_await ask_worker(worker::Load{.program_bytes = running_.program_bytes,
                                         .fuel = job.request.fuel,
                                         .memory_bytes = job.request.memory_bytes,
                                         .output_bytes = job.request.output_bytes,
                                         .message_bytes = job.request.message_bytes});
    if (!loaded) {
        bool const is_too_much = loaded.error().code == Code::out_of_range;
        bool const is_program = running_.program_bytes > worker::program_bytes_max;
        co_return is_too_much ? fail(Code::job_refused, is_program ? program_word : memory_word)
                              : std::unexpected{loaded.error()};
    }
    for (std::uint64_t at = 0; at < running_.program_bytes;) {
        CO_TRY(objects::Fetched const fetched,
               ask_objects(objects::Fetch{.id = job.request.program, .offset = at}));
        CO_DO(ask_worker(worker::Program{.offset = at, .piece = fetched.piece}));
        at += fetched.piece.size();
    }
    CO_TRY(worker::Started const started, ask_worker(worker::Start{}));
    if (!started.runs) {
        co_return fail(Code::job_refused, refused_rule_base + started.rule, started.where);
    }
    co_return Nothing{};
}

Task<Nothing> JobService::go_on(Job& job) noexcept {
    std::uint64_t given = 0;
    for (;;) {
        CO_TRY(running_.standing, ask_worker(worker::Run{.fuel = slice_fuel, .given = given}));
        given = 0;
        if (running_.standing.reason >= reason_texts.size()) {
            co_return fail(Code::unanswered, running_.standing.reason, 1); // that is no worker's
        }
        job.status.fuel_used = running_.standing.fuel_used;
        job.status.input_bytes = running_.standing.input_bytes;
        job.status.output_bytes = running_.output_bytes;
        if (job.status.state == JobState::cancelled) {
            co_return Nothing{};
        }
        switch (static_cast<Pause>(running_.standing.pause)) {
        case Pause::slice_over:
            break;
        case Pause::input: {
            CO_TRY(given, give_input(job));
            break;
        }
        case Pause::output:
            CO_DO(take(running_.output_upload, running_.output_bytes));
            break;
        case Pause::message:
            CO_DO(take(running_.message_upload, running_.message_bytes));
            break;
        case Pause::ended:
            co_return Nothing{};
        }
    }
}

Task<std::uint64_t> JobService::give_input(Job& job) noexcept {
    std::uint64_t const rest = running_.input_bytes - running_.input_at;
    std::uint64_t const wanted = std::min(running_.standing.bytes, rest);
    for (std::uint64_t given = 0; given < wanted;) {
        CO_TRY(objects::Fetched const fetched,
               ask_objects(objects::Fetch{.id = *job.request.input, .offset = running_.input_at}));
        std::size_t const bytes = std::min<std::uint64_t>(fetched.piece.size(), wanted - given);
        if (bytes == 0) {
            co_return fail(Code::object_damaged);
        }
        CO_DO(ask_worker(worker::Give{.offset = given, .piece = fetched.piece.first(bytes)}));
        given += bytes;
        running_.input_at += bytes;
    }
    co_return wanted;
}

// All that is offered, to the end of an upload.
Task<Nothing> JobService::take(std::uint64_t& upload, std::uint64_t& bytes) noexcept {
    for (std::uint64_t taken = 0; taken < running_.standing.bytes;) {
        CO_TRY(worker::Taken const piece, ask_worker(worker::Take{.offset = taken}));
        if (piece.piece.empty()) {
            co_return fail(Code::unanswered, 0, 1);
        }
        CO_DO(
            ask_objects(objects::Append{.upload = upload, .offset = bytes, .piece = piece.piece}));
        taken += piece.piece.size();
        bytes += piece.piece.size();
    }
    co_return Nothing{};
}

Task<Hash256> JobService::finish_upload(std::uint64_t upload) noexcept {
    CO_TRY(objects::Stored const stored, ask_objects(objects::Finish{.upload = upload}));
    co_return stored.id;
}

// Output first: whoever finds the result finds what it names.
Task<Nothing> JobService::conclude(Job& job) noexcept {
    CO_TRY(Hash256 const output, finish_upload(running_.output_upload));
    CO_TRY(Hash256 const messages, finish_upload(running_.message_upload));
    worker::Standing const& end = running_.standing;
    HashHex const program = to_hex(job.request.program);
    HashHex const input = to_hex(job.request.input.value_or(Hash256{}));
    // Of nothing that was read the digest is that of nothing, as of no output.
    CO_TRY(objects::Upload const nothing, ask_objects(objects::Begin{}));
    CO_TRY(Hash256 const empty, finish_upload(nothing.upload));
    JobRecord const record{
        .program = {.path = axiom::text_of(program),
                    .bytes = running_.program_bytes,
                    .digest = job.request.program},
        .input = {.path = job.request.input ? axiom::text_of(input) : std::string_view{},
                  .bytes = running_.input_bytes,
                  .digest = job.request.input.value_or(empty)},
        .limits = {.fuel = job.request.fuel,
                   .memory_bytes = job.request.memory_bytes,
                   .output_bytes = job.request.output_bytes,
                   .message_bytes = job.request.message_bytes},
        .outcome = {.reason = text_of(static_cast<Reason>(end.reason)).name,
                    .pc = end.pc,
                    .detail = end.detail,
                    .fuel_used = end.fuel_used,
                    .memory_used_bytes = end.memory_bytes,
                    .input_read_bytes = end.input_bytes,
                    .output_bytes = running_.output_bytes,
                    .output_digest = output,
                    .message_bytes = running_.message_bytes,
                    .message_digest = messages}};
    RecordText text;
    json_value(text, record);
    CO_TRY(objects::Upload const upload, ask_objects(objects::Begin{}));
    CO_DO(
        ask_objects(objects::Append{.upload = upload.upload, .offset = 0, .piece = text.bytes()}));
    CO_TRY(Hash256 const result, finish_upload(upload.upload));
    job.status.output_bytes = running_.output_bytes;
    job.status.output = output;
    job.status.messages = messages;
    job.status.result = result;
    job.status.reason = end.reason;
    job.status.detail = end.detail;
    job.status.state = JobState::ended; // even if it was cancelled meanwhile: it is done
    co_return Nothing{};
}

Task<Nothing> JobService::abandon() noexcept {
    for (std::uint64_t const upload : {running_.output_upload, running_.message_upload}) {
        if (upload != 0) {
            auto const abandoned = co_await ask_objects(objects::Abandon{.upload = upload});
            static_cast<void>(abandoned); // it may be gone
        }
    }
    co_return Nothing{};
}

} // namespace axiom::jobs
