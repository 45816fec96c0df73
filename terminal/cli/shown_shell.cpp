#include <terminal/cli/shown_shell.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <terminal/cli/failure.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t shown_lines_max = 24;

// Runs a script of the shell; `text` is what it printed. Returns what `waitpid` says of it.
int run_script(std::string const& script, std::string& text) {
    std::array<int, 2> ends{};
    pid_t const child = ::pipe2(ends.data(), O_CLOEXEC) == 0 ? ::fork() : -1;
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        std::signal(SIGPIPE, SIG_DFL);
        ::execlp("sh", "sh", "-c", script.c_str(), static_cast<char*>(nullptr));
        std::_Exit(127);
    }
    if (child < 0) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_shell",
                      .sentence = "the tour cannot start a shell",
                      .cause = std::strerror(errno),
                      .next = "axiom doctor"};
    }
    ::close(ends[1]);
    std::array<char, 4096> piece{};
    ssize_t count = 0;
    while ((count = ::read(ends[0], piece.data(), piece.size())) > 0 ||
           (count < 0 && errno == EINTR)) {
        text.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

std::string shell_word(std::string_view word) {
    bool const plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789-_./=:@~,+") == std::string_view::npos;
    if (plain && !word.empty()) {
        return std::string{word};
    }
    std::string out = "'";
    for (char const letter : word) {
        out += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
    }
    return out + "'";
}

ShownShell::ShownShell(Console& console, fs::path place)
    : console_{console}, place_{std::move(place)} {
    std::error_code error;
    fs::path const program = fs::read_symlink("/proc/self/exe", error);
    program_ = error ? "axiom" : program.string();
}

void ShownShell::say(std::string_view text) {
    console_.line().write(Style::bold, text).line();
    console_.flush();
}

int ShownShell::run(std::string const& line) {
    console_.write(Style::cyan, "$ " + line).line();
    console_.flush();
    std::string const script = "cd " + shell_word(place_.string()) + "; axiom() { " +
                               shell_word(program_) + " \"$@\"; }; { " + line + "\n} 2>&1";
    std::string text;
    int const status = run_script(script, text);
    show(text);
    int const code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code != 0) {
        console_.write(Style::dim, "  (exit " + std::to_string(code) + ")").line();
    }
    return code;
}

void ShownShell::must(std::string const& line) {
    if (int const code = run(line); code != 0) {
        throw Failure{.exit = Exit::internal,
                      .code = "shown_command",
                      .sentence = "a command that was shown ended with " + std::to_string(code),
                      .cause = line,
                      .next = "axiom doctor"};
    }
}

void ShownShell::show(std::string_view text) {
    std::size_t lines = 0;
    while (!text.empty() && lines < shown_lines_max) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        console_.line("  " + std::string{text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
        ++lines;
    }
    if (!text.empty()) {
        console_.line("  …");
    }
}

} // namespace axiom::cli
