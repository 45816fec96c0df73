// Output; see terminal/cli/console.hpp.

#include <terminal/cli/console.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;

std::string_view code_of(Style style) {
    switch (style) {
    case Style::plain:
        return "";
    case Style::bold:
        return "\x1b[1m";
    case Style::dim:
        return "\x1b[2m";
    case Style::red:
        return "\x1b[31m";
    case Style::green:
        return "\x1b[32m";
    case Style::yellow:
        return "\x1b[33m";
    case Style::cyan:
        return "\x1b[36m";
    }
    return "";
}

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

bool colour_wanted(std::string_view when, bool terminal) {
    if (when != "auto") {
        return when == "always";
    }
    char const* const no_colour = std::getenv("NO_COLOR");
    char const* const term = std::getenv("TERM");
    bool const forbidden = no_colour != nullptr && *no_colour != '\0';
    bool const dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
    return terminal && !forbidden && !dumb;
}

// Writes everything; 0, or the errno that stopped it.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        ssize_t const written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EAGAIN) {
            pollfd full{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&full, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return errno;
        }
        if (written > 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    return 0;
}

// `done`: what was done for good before.
Failure output_failed(int error, std::string const& done) {
    bool const unusable = error == EBADF;
    std::string next =
        unusable ? "give the command a standard output" : "make room where the output goes";
    if (!done.empty()) {
        next = "do not repeat it: look at what was done with axiom log";
    }
    return {.exit = unusable ? Exit::environment : Exit::storage,
            .code = "output_failed",
            .sentence = "standard output does not take what is written" +
                        (done.empty() ? std::string{} : "; but " + done),
            .cause = std::strerror(error),
            .next = std::move(next)};
}

} // namespace

void claim_standard_descriptors() noexcept {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // beyond `ulimit -f` a write is refused instead
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            // The wrong way round on purpose: reading stdin and writing stdout then fail. The
            // lowest free descriptor is this one, since those below it are taken.
            int const mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
            if (::open("/dev/null", mode) != descriptor) {
                std::_Exit(static_cast<int>(Exit::environment));
            }
        }
    }
}

Console::Console()
    : out_is_terminal_{is_terminal(STDOUT_FILENO)}, err_is_terminal_{is_terminal(STDERR_FILENO)},
      out_{STDOUT_FILENO} {
    configure({});
}

Console::~Console() {
    if (pager_pid_ >= 0) {
        ::close(out_);
        ::waitpid(pager_pid_, nullptr, 0);
    }
}

void Console::configure(Options const& options) {
    options_ = options;
    colour_out_ = colour_wanted(options.color, out_is_terminal_);
    colour_err_ = colour_wanted(options.color, err_is_terminal_);
}

std::size_t Console::columns() const noexcept {
    winsize size{};
    bool const known = out_is_terminal_ && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    std::size_t const columns = known ? size.ws_col : 80;
    return columns == 0 ? 80 : std::max<std::size_t>(20, std::min<std::size_t>(columns, 500));
}

void Console::append(std::string_view text) {
    buffer_.append(text);
    if (buffer_.size() >= buffer_bytes) {
        drain();
    }
}

void Console::drain() {
    std::string const text = std::move(buffer_);
    buffer_.clear();
    if (text.empty() || lost_) {
        return;
    }
    int const error = write_all(out_, text);
    if (error == EPIPE) {
        lost_ = true;
        end_pager();
        if (!options_.ends_unread) {
            return;
        }
        throw OutputClosed{};
    }
    if (error != 0) {
        lost_ = true;
        throw output_failed(error, done_);
    }
}

void Console::check_output() const {
    int const flags = ::fcntl(out_, F_GETFL);
    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY) {
        throw output_failed(EBADF, {});
    }
}

Console& Console::write(std::string_view text) {
    append(printable_lines(text));
    return *this;
}

Console& Console::write(Style style, std::string_view text) {
    bool const styled = colour_out_ && style != Style::plain;
    append(styled ? code_of(style) : "");
    append(printable_lines(text));
    append(styled ? "\x1b[0m" : "");
    return *this;
}

Console& Console::line(std::string_view text) {
    write(text);
    append("\n");
    return *this;
}

void Console::raw(std::string_view bytes) {
    append(bytes);
}

void Console::document(std::string_view schema, Json const& members) {
    Json whole = Json::object();
    whole["schema"] = schema;
    whole.update(members);
    append(whole.dump(2, ' ', false, Json::error_handler_t::replace));
    append("\n");
}

void Console::record(std::string_view schema, Json const& members) {
    Json whole = Json::object();
    whole["schema"] = schema;
    whole.update(members);
    append(whole.dump(-1, ' ', false, Json::error_handler_t::replace));
    append("\n");
}

void Console::remark(std::string_view text) {
    if (!options_.quiet) {
        write_all(STDERR_FILENO, "axiom: " + printable_lines(text) + "\n");
    }
}

void Console::warn(std::string_view text) {
    write_all(STDERR_FILENO, "axiom: warning: " + printable_lines(text) + "\n");
}

void Console::print(Failure const& failure) {
    try {
        drain();
    } catch (...) {
        lost_ = true;
    }
    if (options_.json) {
        Json const members{{"schema", "axiom.error/1"}, {"exit", static_cast<int>(failure.exit)},
                           {"code", failure.code},      {"sentence", failure.sentence},
                           {"cause", failure.cause},    {"next", failure.next}};
        write_all(STDERR_FILENO,
                  members.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
        return;
    }
    std::string text = colour_err_ ? "\x1b[31maxiom: error\x1b[0m" : "axiom: error";
    text += " [" + printable(failure.code) + "] " + printable(failure.sentence) + "\n";
    if (!failure.cause.empty()) {
        text += "  cause: " + printable(failure.cause) + "\n";
    }
    if (!failure.next.empty()) {
        text += "  next:  " + printable(failure.next) + "\n";
    }
    write_all(STDERR_FILENO, text);
}

void Console::print_no_memory() noexcept {
    try {
        drain();
    } catch (...) {
        lost_ = true;
    }
    CodeText const& text = text_of(Code::no_memory);
    std::array<char, 512> line{};
    int written = 0;
    if (options_.json) {
        written = std::snprintf(line.data(), line.size(),
                                R"({"schema":"axiom.error/1","exit":%d,"code":"%s",)"
                                R"("sentence":"%s","cause":"","next":"%s"})"
                                "\n",
                                static_cast<int>(exit_for(text.code)), text.name.data(),
                                text.what.data(), text.next.data());
    } else {
        written = std::snprintf(line.data(), line.size(), "axiom: error [%s] %s\n  next:  %s\n",
                                text.name.data(), text.what.data(), text.next.data());
    }
    write_all(STDERR_FILENO, {line.data(), static_cast<std::size_t>(std::max(written, 0))});
}

// What a call of getenv gives, the next may take away.
std::string pager_command() {
    for (char const* const name : {"AXIOM_PAGER", "PAGER"}) {
        if (char const* const command = std::getenv(name); command != nullptr) {
            return command;
        }
    }
    return "less";
}

void Console::start_pager() {
    if (!out_is_terminal_ || !options_.pager || options_.json || pager_pid_ >= 0) {
        return;
    }
    std::string const command = pager_command();
    if (command.empty() || command == "cat") {
        return;
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    flush();
    ::setenv("LESS", "FRX", 0);
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(ends[0], STDIN_FILENO);
        std::signal(SIGPIPE, SIG_DFL);
        std::signal(SIGXFSZ, SIG_DFL);
        ::execlp("sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
        std::_Exit(127);
    }
    ::close(ends[0]);
    if (child < 0) {
        ::close(ends[1]);
        return;
    }
    pager_pid_ = child;
    out_ = ends[1];
}

void Console::flush() {
    drain();
}

void Console::finish() {
    drain();
    end_pager();
}

// What the shell says of a program that it does not find.
void Console::end_pager() {
    constexpr int not_found_status = 127;
    if (pager_pid_ < 0) {
        return;
    }
    ::close(out_);
    out_ = STDOUT_FILENO;
    int status = 0;
    ::waitpid(std::exchange(pager_pid_, -1), &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_found_status) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_pager",
                      .sentence = "the pager cannot be run, so nothing was shown",
                      .cause = "AXIOM_PAGER, else PAGER, else less",
                      .next = "give --no-pager, or set AXIOM_PAGER"};
    }
}

} // namespace axiom::cli
