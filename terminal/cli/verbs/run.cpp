// axiom run: the whole system on this machine, and its terminal.

#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/attach/hosted_system.hpp>
#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/host/archive_digests.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/log_hashes.hpp>
#include <terminal/cli/shown_shell.hpp>
#include <terminal/cli/terminal_files.hpp>
#include <terminal/cli/typed_session.hpp>
#include <terminal/cli/workshop.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

host::Descriptor open_script(std::string const& path) {
    host::Descriptor script{path == "-" ? ::dup(STDIN_FILENO)
                                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!script.is_open()) {
        throw not_found(path + " cannot be read", "name a file of lines to type");
    }
    return script;
}

std::vector<std::string> options_of(Invocation const& given, fs::path const& data,
                                    bool is_temporary) {
    std::vector<std::string> options{"--data", data.string()};
    for (char const* const passed : {"manifest", "key", "cpus"}) {
        if (given.has(passed)) {
            options.insert(options.end(), {std::string{"--"} + passed, given.text(passed)});
        }
    }
    if (is_temporary && !given.has("key")) {
        options.insert(options.end(), {"--key", (data / "checkpoint.key").string()});
    }
    return options;
}

// What somebody would type to start the same.
void show_line(Console& console, fs::path const& program, std::vector<std::string> const& options) {
    std::string line = "$ " + shell_word(program.string());
    for (std::string const& option : options) {
        line += ' ' + shell_word(option);
    }
    console.write(Style::cyan, line).line();
    console.flush();
}

// Whoever holds the log comes to the same hashes as the machine.
void look_back(Console& console, fs::path const& data) {
    std::error_code error;
    ShownShell shell{console, fs::current_path(error)};
    shell.say("The machine is off. What is left is its log, which anybody may check and replay:");
    shell.must("axiom verify --from " + shell_word((data / "log").string()));
    console.line();
    for (host::ArchiveDigest const& archive : host::archive_digests()) {
        console.line(std::string{archive.name} + " sha256 " + std::string{archive.sha256});
    }
    print_hashes(console, (data / "log").string());
}

template <class T> T started(host::HostResult<T> result) {
    if (!result) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_system",
                      .sentence = "the system cannot be started",
                      .cause = result.error().text,
                      .next = "mend what it says; axiom doctor"};
    }
    return std::move(*result);
}

Exit run(Invocation const& given, Console& console) {
    if (console.json()) {
        throw usage("a session at the system has no JSON", "axiom run");
    }
    bool const typed = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    bool const scripted = !typed || given.has("script");
    fs::path const programs = host::programs_folder();
    std::string const script_path =
        given.has("script") ? given.text("script") : (programs / "tour.script").string();
    // Before anything is started.
    host::Descriptor const script = scripted ? open_script(script_path) : host::Descriptor{};
    bool const is_temporary = !given.has("data");
    std::optional<Workshop> workshop;
    if (is_temporary) {
        workshop.emplace("axiom-data", false);
    }
    fs::path const data = is_temporary ? workshop->path() : fs::absolute(given.text("data"));
    std::error_code error;
    fs::create_directories(data, error);
    if (error) {
        throw usage(data.string() + " cannot be made: " + error.message(), "name a folder");
    }
    fs::path const program = programs / "sim-host";
    auto const options = options_of(given, data, is_temporary);
    show_line(console, program, options);
    Exit exit{};
    {
        auto const system =
            started(host::HostedSystem::start(program, options, data / "sim-host.log"));
        auto const link = started(system->attach(data));
        ConsoleSink out{console};
        TerminalFiles files;
        terminal::Session session{
            .link = link.get(), .out = &out, .files = &files, .columns = console.columns()};
        // Where programs lie, for scripts: those of this machine, and those of jobs.
        static_cast<void>(session.variables.set("programs", programs.string()));
        static_cast<void>(
            session.variables.set("jobs", (programs.parent_path() / "share/jobs").string()));
        exit = scripted ? follow_script(session, console, script.number(), ScriptView::shown)
                        : converse(session, console, *link);
        system->press_power_button();
        if (int const status = system->wait_for_end(); status != 0) {
            throw Failure{.exit = Exit::internal,
                          .code = "system_failed",
                          .sentence = "the system did not end in order",
                          .cause = system->last_words(),
                          .next = "axiom verify --from " + (data / "log").string()};
        }
    }
    look_back(console, data);
    return exit;
}

} // namespace

extern VerbRow const run_verb;
VerbRow const run_verb{
    .name = "run",
    .group = "start",
    .sentence = "the whole system on this machine, and its terminal",
    .text =
        "Starts the kernel process, which starts the services of system.toml, each in a process "
        "of its own, over one log; the line that does it is shown. With a terminal, what is typed "
        "is carried out until `exit`; without one a script is, by default a tour of the system. "
        "Then the system is switched off, its log verified and replayed, and the last lines are "
        "the digests of the archives that were linked, the head and the state hash.\n\n"
        "A script is a file of lines to type. A line that begins with # is shown as a sentence, "
        "one behind ! is to be refused; the first other line that is refused ends the script.\n\n"
        "What the kernel process says is in sim-host.log in the data folder.",
    .options =
        {{.name = "data",
          .kind = ValueKind::path,
          .value = "DIR",
          .sentence = "keep the system in this folder: the next run carries on with it"},
         {.name = "script",
          .kind = ValueKind::path,
          .value = "FILE",
          .sentence = "carry out its lines, - for stdin, with a terminal too"},
         {.name = "manifest",
          .kind = ValueKind::path,
          .value = "FILE",
          .sentence = "what the system is made of, instead of its own system.toml"},
         {.name = "key",
          .kind = ValueKind::path,
          .value = "FILE",
          .sentence = "the key that seals the log; made if need be"},
         {.name = "cpus", .kind = ValueKind::number, .value = "N", .sentence = "virtual CPUs"}},
    .examples = {{"axiom run", "the system, until `exit`"},
                 {"axiom run --data d", "one that is kept"},
                 {"axiom run </dev/null", "the tour"}},
    .run = run};

} // namespace axiom::cli
