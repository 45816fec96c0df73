// axiom attach: the terminal of a running system.

#include <cstdlib>
#include <filesystem>

#include <histedit.h>
#include <unistd.h>

#include <sim-host/attach/attach_link.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/line_reader.hpp>
#include <terminal/core/command.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

class ConsoleSink final : public TextSink {
  public:
    explicit ConsoleSink(Console& console) noexcept : console_{&console} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override { console_->write(piece); }

  private:
    Console* console_;
};

// The editor of lines, with a history that is kept.
class Editor {
  public:
    Editor() : history_{::history_init()}, editor_{::el_init("axiom", stdin, stdout, stderr)} {
        HistEvent event{};
        ::history(history_, &event, H_SETSIZE, 1000);
        ::history(history_, &event, H_SETUNIQUE, 1);
        ::el_set(editor_, EL_PROMPT, &prompt);
        ::el_set(editor_, EL_EDITOR, "emacs");
        ::el_set(editor_, EL_HIST, ::history, history_);
        ::el_set(editor_, EL_ADDFN, "complete", "completes a command", &complete);
        ::el_set(editor_, EL_BIND, "^I", "complete", nullptr);
        ::el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
        ::el_source(editor_, nullptr);
    }
    Editor(Editor const&) = delete;
    Editor& operator=(Editor const&) = delete;
    ~Editor() {
        ::el_end(editor_);
        ::history_end(history_);
    }

    /// False at the end of the input.
    bool read(std::string& line) {
        int count = 0;
        char const* const read = ::el_gets(editor_, &count);
        if (read == nullptr || count <= 0) {
            return false;
        }
        line.assign(read, static_cast<std::size_t>(count));
        if (line.find_first_not_of(" \t\n") != std::string::npos) {
            HistEvent event{};
            ::history(history_, &event, H_ENTER, line.c_str());
        }
        return true;
    }

  private:
    static char* prompt(EditLine* /*editor*/) {
        static char text[] = "axiom> ";
        return text;
    }

    // What every command that begins like the line goes on with.
    static unsigned char complete(EditLine* editor, int /*key*/) {
        LineInfo const* const info = ::el_line(editor);
        std::string const typed{info->buffer, info->cursor};
        std::string common;
        std::size_t fitting = 0;
        for (terminal::Command const* const command : terminal::commands()) {
            std::string const name = std::string{command->name} + ' ';
            if (name.starts_with(typed)) {
                std::size_t same = 0;
                while (fitting > 0 && same < std::min(common.size(), name.size()) &&
                       common[same] == name[same]) {
                    ++same;
                }
                common = fitting++ == 0 ? name : name.substr(0, same);
            }
        }
        if (common.size() <= typed.size()) {
            return CC_ERROR;
        }
        ::el_insertstr(editor, common.c_str() + typed.size());
        return CC_REFRESH;
    }

    History* history_;
    EditLine* editor_;
};

Exit exit_of(terminal::LineOutcome const& outcome) {
    return outcome.done ? Exit::success : exit_for(outcome.error.code);
}

// Everything that is typed, until the end or `exit`.
Exit converse(terminal::Session& session, Console& console, host::AttachLink const& link) {
    Editor editor;
    std::string line;
    while (!session.ends && !link.is_broken() && editor.read(line)) {
        terminal::run_line(session, line);
        console.flush();
    }
    if (link.is_broken() && !session.ends) {
        console.remark("the system has ended, or let this terminal go");
        return Exit::timed_out;
    }
    return Exit::success;
}

// Lines of a script: the first that is refused ends it.
Exit follow(terminal::Session& session, Console& console) {
    LineReader reader{STDIN_FILENO, terminal::line_bytes_max};
    int const volatile interrupted = 0; // a signal ends the program
    while (auto const line = reader.next(interrupted)) {
        auto const outcome = terminal::run_line(session, *line);
        console.flush();
        if (!outcome.done || session.ends) {
            return exit_of(outcome);
        }
    }
    return Exit::success;
}

Exit run(Invocation const& given, Console& console) {
    fs::path const data = given.text("data");
    auto const link = host::AttachLink::open(data);
    if (!link) {
        throw Failure{.exit = Exit::not_found,
                      .code = "no_system",
                      .sentence = "no system can be reached there",
                      .cause = link.error().text,
                      .next = "axiom run --data " + data.string()};
    }
    ConsoleSink out{console};
    terminal::Session session{.link = link->get(), .out = &out};
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
    return typed ? converse(session, console, **link) : follow(session, console);
}

} // namespace

extern VerbRow const attach_verb;
VerbRow const attach_verb{
    .name = "attach",
    .group = "system",
    .sentence = "the terminal of a running system",
    .text = "Attaches to the system that keeps a data folder, and carries out what is typed. "
            "`help` lists the commands. With a terminal there are history (arrows, ^R) and "
            "completion (tab); without one, lines come from stdin, and the first that is refused "
            "ends the session with its exit code.\n\n"
            "What a terminal may reach is what the system's manifest gives its console.",
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
