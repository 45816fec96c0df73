#include <terminal/cli/typed_session.hpp>

#include <cstdio>
#include <string>

#include <histedit.h>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/line_reader.hpp>
#include <terminal/core/completion.hpp>

namespace axiom::cli {

namespace {

// The editor of lines, with a history that is kept.
class Editor {
  public:
    explicit Editor(terminal::Session& session)
        : history_{::history_init()}, editor_{::el_init("axiom", stdin, stdout, stderr)} {
        HistEvent event{};
        ::history(history_, &event, H_SETSIZE, 1000);
        ::history(history_, &event, H_SETUNIQUE, 1);
        ::el_set(editor_, EL_CLIENTDATA, &session);
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

    // What all that fits goes on with; all of it, when that is nothing.
    static unsigned char complete(EditLine* editor, int /*key*/) {
        void* session = nullptr;
        ::el_get(editor, EL_CLIENTDATA, &session);
        LineInfo const* const info = ::el_line(editor);
        std::string const typed{info->buffer, info->cursor};
        host::StringSink fitting;
        auto const found =
            terminal::complete(*static_cast<terminal::Session*>(session), typed, &fitting);
        if (!found.rest.view().empty()) {
            ::el_insertstr(editor, std::string{found.rest.view()}.c_str());
            return CC_REFRESH;
        }
        if (found.fitting < 2) {
            return CC_ERROR;
        }
        std::fputc('\n', stdout);
        std::fputs(fitting.value().c_str(), stdout);
        return CC_REDISPLAY;
    }

    History* history_;
    EditLine* editor_;
};

std::sig_atomic_t volatile interrupted = 0;

void note_interrupt(int /*signal*/) {
    interrupted = 1;
}

// Of one line: it is carried out with ^C for itself.
terminal::LineOutcome run_interruptible(terminal::Session& session, Console& console,
                                        std::string_view line) {
    Interruptible onlooker{console};
    session.onlooker = &onlooker;
    auto const outcome = terminal::run_line(session, line);
    session.onlooker = nullptr;
    console.flush();
    return outcome;
}

class Script {
  public:
    Script(terminal::Session& session, Console& console, ScriptView view) noexcept
        : session_{session}, console_{console}, view_{view} {}

    /// Whether the script goes on.
    bool carry_out(std::string_view line) {
        if (view_ == ScriptView::shown && !show(line)) {
            return true;
        }
        bool const shall_be_refused = line.starts_with('!');
        line.remove_prefix(shall_be_refused ? 1 : 0);
        auto const outcome = run_interruptible(session_, console_, line);
        if (shall_be_refused && outcome.done) {
            console_.remark("this was to be refused: " + std::string{line});
            exit_ = Exit::answer_is_no;
            return false;
        }
        exit_ = shall_be_refused ? Exit::success : exit_of(outcome);
        return exit_ == Exit::success && !session_.ends;
    }

    [[nodiscard]] Exit exit() const noexcept { return exit_; }

  private:
    // Whether there is something to carry out.
    bool show(std::string_view line) {
        if (line.empty()) {
            return false;
        }
        if (line.starts_with('#')) {
            line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
            console_.line().write(Style::bold, line).line();
            return false;
        }
        std::string shown{"axiom> "};
        shown += line.substr(line.starts_with('!') ? 1 : 0);
        console_.write(Style::cyan, shown).line();
        return true;
    }

    terminal::Session& session_;
    Console& console_;
    ScriptView view_;
    Exit exit_{Exit::success};
};

} // namespace

Interruptible::Interruptible(Console& console) noexcept : console_{&console} {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = &note_interrupt;
    ::sigaction(SIGINT, &action, &before_);
}

Interruptible::~Interruptible() {
    ::sigaction(SIGINT, &before_, nullptr);
}

bool Interruptible::goes_on() noexcept {
    console_->flush();
    return interrupted == 0;
}

Exit exit_of(terminal::LineOutcome const& outcome) noexcept {
    if (outcome.mistyped) {
        return Exit::usage;
    }
    return outcome.done ? Exit::success : exit_for(outcome.error.code);
}

Exit converse(terminal::Session& session, Console& console, host::AttachLink const& link) {
    Editor editor{session};
    std::string line;
    while (!session.ends && !link.is_broken() && editor.read(line)) {
        run_interruptible(session, console, line);
    }
    if (link.is_broken() && !session.ends) {
        console.remark("the system has ended, or let this terminal go");
        return Exit::timed_out;
    }
    return Exit::success;
}

Exit follow_script(terminal::Session& session, Console& console, int descriptor, ScriptView view) {
    LineReader reader{descriptor, terminal::line_bytes_max};
    int const volatile interrupted = 0; // a signal ends the program
    Script script{session, console, view};
    while (auto const line = reader.next(interrupted)) {
        if (!script.carry_out(*line)) {
            break;
        }
    }
    return script.exit();
}

} // namespace axiom::cli
