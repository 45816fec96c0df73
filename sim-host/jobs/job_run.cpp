// Serving a machine's pauses from memory; see sim-host/jobs/job_run.hpp.

#include <sim-host/jobs/job_run.hpp>

#include <algorithm>
#include <memory>

#include <axiom/crypto/hash.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::host {

namespace {

// Storage of one machine. Memory is left as it came: the machine clears what it hands out, and the
// system need not find pages for the rest.
struct Room {
    Room(jobs::ImagePlan const& plan, Job const& job)
        : memory_bytes{job.limits.memory_bytes},
          memory{std::make_unique_for_overwrite<std::byte[]>(memory_bytes)},
          code(job.predecode ? plan.instruction_count + 1 : 0) {}

    [[nodiscard]] jobs::Machine::Storage storage() {
        return {.memory = {memory.get(), memory_bytes}, .code = code};
    }

    std::size_t memory_bytes;
    std::unique_ptr<std::byte[]> memory;
    std::vector<jobs::Instruction> code;
};

void append(std::vector<std::byte>& to, Bytes from) {
    to.insert(to.end(), from.begin(), from.end());
}

Bytes give_input(jobs::Machine& machine, Bytes rest) {
    MutableBytes const wanted = machine.wanted_input();
    Bytes const given = rest.first(std::min(wanted.size(), rest.size()));
    copy_bytes(wanted, given);
    machine.give_input(given.size());
    return rest.subspan(given.size());
}

JobOutcome outcome_of(jobs::MachineState const& state, FinishedJob const& job) {
    return {.ending = state.ending,
            .fuel_used = state.fuel_used,
            .memory_used_bytes = state.accessible_bytes,
            .input_read_bytes = state.input_bytes,
            .output_bytes = job.output.size(),
            .output_digest = content_digest(job.output),
            .message_bytes = job.messages.size(),
            .message_digest = content_digest(job.messages)};
}

} // namespace

Hash256 content_digest(Bytes content) {
    return hash_bytes(fastest_engine(), context::content, content);
}

std::expected<FinishedJob, jobs::ImageProblem> run_job(Job const& job) {
    auto const plan = jobs::read_image(job.program, job.limits.memory_bytes);
    if (!plan) {
        return std::unexpected(plan.error());
    }
    Room room{*plan, job};
    jobs::Machine machine{job.program,
                          *plan,
                          room.storage(),
                          {.fuel = job.limits.fuel,
                           .output_bytes = job.limits.output_bytes,
                           .message_bytes = job.limits.message_bytes}};
    FinishedJob finished;
    Bytes rest = job.input;
    while (true) {
        switch (machine.run(job.slice_fuel)) {
        case jobs::Pause::slice_over:
            if (job.slice) {
                job.slice(machine.state());
            }
            break;
        case jobs::Pause::input:
            rest = give_input(machine, rest);
            break;
        case jobs::Pause::output:
            append(finished.output, machine.offered());
            machine.release_offered();
            break;
        case jobs::Pause::message:
            append(finished.messages, machine.offered());
            machine.release_offered();
            break;
        case jobs::Pause::ended:
            finished.outcome = outcome_of(machine.state(), finished);
            return finished;
        }
    }
}

} // namespace axiom::host
