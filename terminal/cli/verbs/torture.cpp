// axiom torture processes: kills processes of a real system, and looks whether what was promised
// holds.

#include <random>

#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/process_torture.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/workshop.hpp>

namespace axiom::cli {

namespace {

Json json_of(TortureCounts const& counts, std::uint64_t seed) {
    Json whole = Json::object();
    whole["seed"] = seed;
    whole["runs"] = counts.runs;
    whole["kernels_killed"] = counts.kernels_killed;
    whole["services_killed"] = counts.services_killed;
    whole["inits_killed"] = counts.inits_killed;
    whole["ended_in_order"] = counts.ended_in_order;
    whole["acknowledged"] = counts.acknowledged;
    whole["entries"] = counts.entries;
    whole["effects"] = counts.effects;
    whole["effects_done"] = counts.done;
    whole["effects_unknown"] = counts.unknown;
    whole["violations"] = counts.violations;
    return whole;
}

void print(TortureCounts const& counts, std::uint64_t seed, Console& console) {
    for (std::string const& violation : counts.violations) {
        console.line("violation: " + violation);
    }
    console.line("seed " + std::to_string(seed) + ": " + std::to_string(counts.runs) + " runs, " +
                 std::to_string(counts.kernels_killed) + " kernel processes, " +
                 std::to_string(counts.inits_killed) + " first processes and " +
                 std::to_string(counts.services_killed) + " services killed, " +
                 std::to_string(counts.ended_in_order) + " ends in order; " +
                 std::to_string(counts.entries) + " entries replayed, " +
                 std::to_string(counts.acknowledged) + " acknowledgements looked for, " +
                 std::to_string(counts.effects) + " effects, " + std::to_string(counts.done) +
                 " of them done and " + std::to_string(counts.unknown) + " unknown, " +
                 std::to_string(counts.violations.size()) + " violations");
}

Exit run(Invocation const& given, Console& console) {
    std::uint64_t const runs = given.number("runs");
    std::uint64_t const seed = given.has("seed") ? given.number("seed") : std::random_device{}();
    Workshop const workshop{"axiom-torture", given.has("keep")};
    ProcessTorture torture{workshop.path(), seed};
    {
        Progress progress{console, "runs", runs};
        for (std::uint64_t run = 0; run < runs; ++run) {
            progress.update(run);
            torture.run_once();
        }
        torture.finish();
    }
    if (console.json()) {
        console.document("axiom.torture/1", json_of(torture.counts(), seed));
    } else {
        print(torture.counts(), seed, console);
    }
    if (given.has("keep")) {
        console.remark("kept in " + workshop.path().string());
    }
    return torture.counts().violations.empty() ? Exit::success : Exit::answer_is_no;
}

} // namespace

extern VerbRow const torture_processes_verb;
VerbRow const torture_processes_verb{
    .name = "torture processes",
    .group = "system",
    .sentence = "kills processes of a real system at random instants, and checks what was promised",
    .text =
        "Starts a system of its own in a temporary folder, has it write and carry out actions with "
        "an effect of each kind (repeatable, queryable, once), and kills one of its processes with "
        "SIGKILL: in half of the runs the kernel process, with everything below it, else one that "
        "it has begun, init among them. Then it starts the system again over the same log; every "
        "ten runs begin with a new log.\n\n"
        "Checked: a killed service is back within 20 seconds and the system ends in order; the "
        "log verifies, sealed unless the kernel process or init was killed; every head and state "
        "hash that axiomd acknowledged, and every action that the policy engine did, is found in "
        "the log again by reading and by replay. No effect is outside without its entry, none "
        "twice; what is done is there, but for lines that the kernel process had not written when "
        "it was killed; and when the last start over a log has ended nothing is owed.\n\n"
        "The seed decides whom it kills and when, not what those were just doing: the same seed "
        "need not find the same again. Exit 1 when something does not hold.",
    .options = {{.name = "runs",
                 .letter = 'n',
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "how often",
                 .fallback = "20",
                 .number_max = 1'000'000},
                {.name = "seed",
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "whom and when; else any"},
                {.name = "keep", .kind = ValueKind::flag, .sentence = "keep the temporary folder"}},
    .examples = {{"axiom torture processes --runs 200", "a campaign"}},
    .run = run};

} // namespace axiom::cli
