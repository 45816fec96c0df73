// axiom job verify: runs a job again and compares.

#include <optional>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/job_files.hpp>
#include <terminal/cli/stored_objects.hpp>

namespace axiom::cli {

namespace {

// The content that the record names, from the objects of a system if that is where it is, else from
// where it was or from where the caller says.
std::vector<std::byte> recorded_content(StoredObjects* objects, NamedContent const& recorded,
                                        std::optional<std::string> const& elsewhere,
                                        std::string const& option, std::uint64_t bytes_max) {
    std::string const path = elsewhere.value_or(recorded.path);
    std::vector<std::byte> content;
    if (objects != nullptr && !elsewhere) {
        content = path.empty() ? content : objects->content(recorded.digest);
    } else if (!path.empty()) {
        if (path == "-" && !elsewhere) {
            throw usage("the " + option + " was stdin and is not kept",
                        "give it again: --" + option + " FILE");
        }
        content = whole_file(path, bytes_max);
    }
    if (content.size() != recorded.bytes || host::content_digest(content) != recorded.digest) {
        throw Failure{.exit = Exit::tampering,
                      .code = "commitment_mismatch",
                      .sentence = path + " is not the " + option + " that was run",
                      .cause = "recorded: " + std::to_string(recorded.bytes) + " bytes, content " +
                               host::hex_text(recorded.digest),
                      .next = "name the right one: --" + option + " FILE"};
    }
    return content;
}

// Members of two outcomes that differ, by name.
Json differences(JobRecord const& recorded, JobRecord const& again) {
    Json const before = record_json(recorded)["outcome"];
    Json const now = record_json(again)["outcome"];
    Json found = Json::array();
    for (auto const& [name, value] : before.items()) {
        if (now[name] != value) {
            found.push_back({{"member", name}, {"recorded", value}, {"again", now[name]}});
        }
    }
    return found;
}

bool same_as_file(std::string const& path, Bytes output) {
    auto const kept = whole_file(path, std::uint64_t{1} << 40U);
    return equal_bytes(kept, output);
}

Hash256 id_in(std::string const& word) {
    auto const id = hash_from_hex(word);
    if (!id) {
        throw usage(word + " is no id of an object", "axiom attach -c 'job status JOB' shows it");
    }
    return *id;
}

Exit run(Invocation const& given, Console& console) {
    std::string const name = given.text("outcome");
    std::optional<StoredObjects> kept;
    if (given.has("data")) {
        kept.emplace(given.text("data"));
    }
    StoredObjects* const objects = kept ? &*kept : nullptr;
    JobRecord const recorded = objects != nullptr
                                   ? record_from(objects->content(id_in(name)), "object " + name)
                                   : record_from_file(name);
    auto const program = recorded_content(objects, recorded.program, given.given("program"),
                                          "program", job_program_bytes_max);
    auto const input = recorded_content(objects, recorded.input, given.given("input"), "input",
                                        job_input_bytes_max);
    auto const finished =
        run_shown({.program = program, .input = input, .limits = recorded.limits},
                  given.given("program").value_or(recorded.program.path), console);
    JobRecord again = recorded;
    again.outcome = finished.outcome;
    Json found = differences(recorded, again);
    if (auto const file = given.given("output"); file && !same_as_file(*file, finished.output)) {
        found.push_back({{"member", "output"}, {"recorded", *file}, {"again", "other bytes"}});
    }
    if (objects != nullptr && objects->content(recorded.outcome.output_digest) != finished.output) {
        found.push_back({{"member", "output"}, {"recorded", "object"}, {"again", "other bytes"}});
    }
    if (console.json()) {
        console.document("axiom.job-verify/1", {{"same", found.empty()}, {"differences", found}});
    } else if (found.empty()) {
        console.line("same: " + ending_text(finished.outcome.ending) + ", " +
                     std::to_string(finished.outcome.fuel_used) + " fuel, " +
                     std::to_string(finished.outcome.output_bytes) + " bytes, content " +
                     host::hex_text(finished.outcome.output_digest));
    } else {
        for (Json const& difference : found) {
            console.line(difference["member"].get<std::string>() + ": recorded " +
                         difference["recorded"].dump() + ", again " + difference["again"].dump());
        }
    }
    return found.empty() ? Exit::success : Exit::diverged;
}

} // namespace

extern VerbRow const job_verify_verb;
VerbRow const job_verify_verb{
    .name = "job verify",
    .group = "jobs",
    .sentence = "run a job again and compare with its outcome",
    .text = "Reads an outcome that `axiom job run --outcome` wrote, checks that program and input "
            "are the ones it names, runs them with the same limits, and compares ending, fuel and "
            "bytes.\n\nOf a job that a system ran, OUTCOME is the id of its result (`job status`), "
            "and --data the folder of the system: program, input and output are objects "
            "there.\n\nExit 5 when anything differs, 3 when program or input are not the ones that "
            "were run.",
    .options = {{.name = "data",
                 .kind = ValueKind::path,
                 .value = "DIR",
                 .sentence = "the folder of the system that ran it"},
                {.name = "outcome",
                 .kind = ValueKind::path,
                 .value = "OUTCOME",
                 .sentence = "the file that was written, or the id of a result",
                 .positional = true,
                 .required = true},
                {.name = "program",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where the program is now"},
                {.name = "input",
                 .letter = 'i',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where the input is now; - is stdin"},
                {.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "an output that was kept, to be compared byte by byte"}},
    .examples = {{"axiom job verify tree.outcome", "anywhere, at any time"},
                 {"axiom job verify --data d 3f0c…", "what a system ran"}},
    .run = run};

} // namespace axiom::cli
