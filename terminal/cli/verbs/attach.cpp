// axiom attach: the terminal of a running system.

#include <filesystem>

#include <unistd.h>

#include <terminal/cli/invocation.hpp>
#include <terminal/cli/terminal_files.hpp>
#include <terminal/cli/typed_session.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

Exit run(Invocation const& given, Console& console) {
    fs::path const data = given.text("data");
    auto const link = host::AttachLink::open(data);
    if (!link && link.error().error.code == Code::not_permitted) {
        throw Failure{.exit = Exit::denied,
                      .code = "not_permitted",
                      .sentence = "the system lets nobody like this attach",
                      .cause = link.error().text,
                      .next = "ask whoever keeps its policy for that grant"};
    }
    if (!link) {
        throw Failure{.exit = Exit::not_found,
                      .code = "no_system",
                      .sentence = "no system can be reached there",
                      .cause = link.error().text,
                      .next = "axiom run --data " + data.string()};
    }
    if (!(*link)->notice().empty()) {
        console.remark((*link)->notice());
    }
    ConsoleSink out{console};
    TerminalFiles files;
    terminal::Session session{
        .link = link->get(), .out = &out, .files = &files, .columns = console.columns()};
    auto const lines = given.all("command");
    for (std::string const& line : lines) {
        auto const outcome = terminal::run_line(session, line);
        if (!outcome.done || session.ends) {
            return exit_of(outcome);
        }
    }
    if (!lines.empty()) {
        return Exit::success;
    }
    bool const typed = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    return typed ? converse(session, console, **link)
                 : follow_script(session, console, STDIN_FILENO, ScriptView::output_only);
}

} // namespace

extern VerbRow const attach_verb;
VerbRow const attach_verb{
    .name = "attach",
    .group = "system",
    .sentence = "the terminal of a running system",
    .text =
        "Attaches to the system that keeps a data folder, and carries out what is typed. "
        "`help` lists the commands. With a terminal there are history (arrows, ^R) and "
        "completion (tab); without one, lines come from stdin, and the first that is refused "
        "ends the session with its exit code, but for a line behind `!`, which is to be "
        "refused.\n\n"
        "What a terminal may reach is what the system's manifest gives its console. Of this host "
        "the system reaches nothing by it: `object put` and `object get` read and make the "
        "files that you name, with your rights.",
    .options = {{.name = "data",
                 .kind = ValueKind::path,
                 .value = "DIR",
                 .sentence = "the folder that the system keeps",
                 .fallback = "axiom-data"},
                {.name = "command",
                 .letter = 'c',
                 .kind = ValueKind::text,
                 .value = "LINE",
                 .sentence = "carry out this line, and end",
                 .repeated = true}},
    .examples = {{"axiom attach --data d", "the terminal"},
                 {"axiom attach --data d -c 'service list'", "one command"}},
    .run = run};

} // namespace axiom::cli
