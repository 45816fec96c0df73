// axiom job run: a program on the deterministic machine, and what came of it.

#include <unistd.h>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/job_files.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

constexpr std::string_view stdio = "-";

void refuse_existing(std::string const& path) {
    if (::access(path.c_str(), F_OK) == 0) {
        throw usage(path + " exists already", "name a file that does not exist yet");
    }
}

// What is wrong with the words is found before the job runs.
void check_words(Invocation const& given, Console const& console) {
    bool const output_is_stdout = given.text("output") == stdio;
    if (console.json() && output_is_stdout) {
        throw usage("both the outcome and the job's output would go to stdout",
                    "with --json name a file: --output FILE");
    }
    if (given.text("program") == stdio && given.text("input") == stdio) {
        throw usage("program and input cannot both be stdin", "name a file for one of them");
    }
    if (!output_is_stdout) {
        refuse_existing(given.text("output"));
    }
    if (given.has("outcome")) {
        refuse_existing(given.text("outcome"));
    }
}

NamedContent named(std::string const& path, Bytes content) {
    return {.path = path, .bytes = content.size(), .digest = host::content_digest(content)};
}

void show_messages(Bytes messages, Console& console) {
    std::string_view rest = text_of(messages);
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find('\n'), rest.size());
        console.remark("job: " + printable(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

std::vector<std::string> outcome_lines(host::JobOutcome const& outcome) {
    return {ending_text(outcome.ending),
            std::to_string(outcome.fuel_used) + " fuel, " +
                std::to_string(outcome.memory_used_bytes) + " bytes of memory",
            std::to_string(outcome.output_bytes) + " bytes of output, content " +
                host::hex_text(outcome.output_digest)};
}

void show(JobRecord const& record, bool output_is_stdout, Console& console) {
    if (console.json()) {
        console.document("axiom.job-outcome/1", record_json(record));
        return;
    }
    for (std::string const& line : outcome_lines(record.outcome)) {
        if (output_is_stdout) {
            console.remark(line);
        } else {
            console.line(line);
        }
    }
}

void write_record(std::string const& path, JobRecord const& record) {
    Json whole = Json::object();
    whole["schema"] = "axiom.job-outcome/1";
    whole.update(record_json(record));
    write_new_file(path, bytes_of(whole.dump(2) + "\n"));
}

Exit run(Invocation const& given, Console& console) {
    check_words(given, console);
    std::string const program_path = given.text("program");
    auto const program = whole_file(program_path, job_program_bytes_max);
    auto const input_path = given.given("input");
    auto const input =
        input_path ? whole_file(*input_path, job_input_bytes_max) : std::vector<std::byte>{};
    host::JobLimits const limits{.fuel = given.number("fuel"),
                                 .memory_bytes = given.number("memory"),
                                 .output_bytes = given.number("output-max"),
                                 .message_bytes = given.number("messages-max")};
    auto const finished =
        run_shown({.program = program, .input = input, .limits = limits}, program_path, console);
    JobRecord const record{.program = named(program_path, program),
                           .input = named(input_path.value_or(""), input),
                           .limits = limits,
                           .outcome = finished.outcome};
    show_messages(finished.messages, console);
    bool const output_is_stdout = given.text("output") == stdio;
    if (output_is_stdout) {
        console.raw(text_of(Bytes{finished.output}));
    } else {
        write_new_file(given.text("output"), finished.output);
    }
    if (given.has("outcome")) {
        write_record(given.text("outcome"), record);
    }
    show(record, output_is_stdout, console);
    jobs::Ending const& ending = record.outcome.ending;
    return ending.reason == jobs::Reason::exited && ending.detail == 0 ? Exit::success
                                                                       : Exit::answer_is_no;
}

} // namespace

extern VerbRow const job_run_verb;
VerbRow const job_run_verb{
    .name = "job run",
    .group = "jobs",
    .sentence = "run a program on the deterministic machine",
    .text = "The program is a static ELF file for rv64im; it reads the input, writes the output, "
            "and has nothing else. The same program, input and limits give the same bytes and the "
            "same fuel on every machine. docs/job-machine.md says how programs are built.\n\n"
            "Exit 0 when the program exited with 0, 1 when it exited otherwise or was ended by a "
            "rule, which is named.",
    .options = {{.name = "program",
                 .kind = ValueKind::path,
                 .value = "PROGRAM",
                 .sentence = "the ELF file",
                 .positional = true,
                 .required = true},
                {.name = "input",
                 .letter = 'i',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "what the program reads; - is stdin; by default nothing"},
                {.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "a new file for what it writes; - is stdout",
                 .fallback = "-"},
                {.name = "outcome",
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "a new file for the outcome, for `axiom job verify`"},
                {.name = "fuel",
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "instructions it may run",
                 .fallback = "1000000000000"},
                {.name = "memory",
                 .kind = ValueKind::number,
                 .value = "BYTES",
                 .sentence = "memory it may use, its image included",
                 .fallback = "268435456",
                 .number_max = std::uint64_t{64} << 30U},
                {.name = "output-max",
                 .kind = ValueKind::number,
                 .value = "BYTES",
                 .sentence = "output it may write",
                 .fallback = "4294967296"},
                {.name = "messages-max",
                 .kind = ValueKind::number,
                 .value = "BYTES",
                 .sentence = "messages it may write",
                 .fallback = "65536"}},
    .examples = {{"tar cf - tree | axiom job run compress.elf -i - -o tree.tar.gz",
                  "compress a tree, repeatably"}},
    .run = run};

} // namespace axiom::cli
