// axiom test properties: what can be done to a system, in random sequences, against a model of it.

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include <sim-host/attach/hosted_system.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

namespace {

constexpr char const* program_name = "running_properties";

// Another program, because RapidCheck is linked into that one alone.
Exit run(Invocation const& given, Console& console) {
    if (console.json()) {
        throw usage("the properties have no JSON", "axiom test properties");
    }
    std::string program = host::programs_folder() / program_name;
    std::vector<std::string> words{program};
    for (char const* const passed : {"seed", "runs", "commands"}) {
        if (given.has(passed)) {
            words.insert(words.end(), {std::string{"--"} + passed, given.text(passed)});
        }
    }
    if (given.has("no-shrink")) {
        words.emplace_back("--no-shrink");
    }
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    console.flush();
    ::execv(program.c_str(), arguments.data());
    throw Failure{.exit = Exit::environment,
                  .code = "no_properties",
                  .sentence = "the properties of the running system cannot be started",
                  .cause = program + ": " + std::strerror(errno),
                  .next = "cmake --build --preset host --target running_properties"};
}

} // namespace

extern VerbRow const test_properties_verb;
VerbRow const test_properties_verb{
    .name = "test properties",
    .group = "system",
    .sentence = "does random things to a real system, and holds it against a model of it",
    .text =
        "Makes sequences of commands at random: actions with effects of each kind, grants and "
        "revokes, calls, contents, jobs, requests that are denied, services that are killed, "
        "restarted, stopped and started, the whole machine ended in order or killed. Each sequence "
        "is carried out on a system of its own, through its attach socket, and after each command "
        "the system must answer what a plain model of its documents says.\n\n"
        "At the end of each, and whenever the machine ends within it: the log verifies, sealed if "
        "the end was in order, and replays; every head, state and action that was acknowledged is "
        "found in it; every effect is outside as often as its kind promises, and none without its "
        "entry.\n\n"
        "A sequence that fails is made as short as still fails, and the last line is the command "
        "that draws the same again; what processes were just doing is the host's to decide. Exit 1 "
        "when something does not hold.",
    .options = {{.name = "runs",
                 .letter = 'n',
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "how many sequences; else ten",
                 .number_max = 1'000'000},
                {.name = "seed",
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "what is drawn; else any"},
                {.name = "commands",
                 .kind = ValueKind::number,
                 .value = "N",
                 .sentence = "how long a sequence may be; else sixteen",
                 .number_max = 1000},
                {.name = "no-shrink",
                 .kind = ValueKind::flag,
                 .sentence = "report the first sequence that fails as it is"}},
    .examples = {{"axiom test properties --runs 100", "a campaign"}},
    .run = run};

} // namespace axiom::cli
