#include <terminal/cli/hosted_system.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <terminal/cli/failure.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds look_again{10};
constexpr std::streamoff last_words_bytes = 2000;

// In the child: its own group, so that what is typed at this terminal does not reach it; and it
// ends in order when this command is gone.
[[noreturn]] void become(char* const* words, int output, pid_t parent) noexcept {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) {
        std::_Exit(0);
    }
    int const nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(words[0], words);
    std::_Exit(127);
}

Failure not_started(std::string const& what) {
    return {.exit = Exit::environment,
            .code = "not_started",
            .sentence = "the system cannot be started",
            .cause = what + ": " + std::strerror(errno),
            .next = "cmake --build build/host; axiom doctor"};
}

} // namespace

HostedSystem::HostedSystem(fs::path program, std::vector<std::string> const& options,
                           fs::path diagnostics)
    : diagnostics_{std::move(diagnostics)} {
    if (::access(program.c_str(), X_OK) != 0) {
        throw not_started(program.string());
    }
    int const output =
        ::open(diagnostics_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) {
        throw not_started(diagnostics_.string());
    }
    std::string name = program.string();
    std::vector<std::string> held = options;
    std::vector<char*> words{name.data()};
    for (std::string& option : held) {
        words.push_back(option.data());
    }
    words.push_back(nullptr);
    pid_t const parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        become(words.data(), output, parent);
    }
    int const problem = errno;
    ::close(output);
    if (process_ < 0) {
        errno = problem;
        throw not_started(name);
    }
}

HostedSystem::~HostedSystem() {
    press_power_button();
    while (!ended_ && ::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
}

std::unique_ptr<host::AttachLink> HostedSystem::attach(fs::path const& data) {
    auto const until = std::chrono::steady_clock::now() + ready_within;
    for (;;) {
        auto link = host::AttachLink::open(data);
        if (link) {
            return std::move(*link);
        }
        if (has_ended()) {
            throw Failure{.exit = Exit::environment,
                          .code = "no_system",
                          .sentence = "the system ended before anybody could attach",
                          .cause = last_words(),
                          .next = "axiom doctor"};
        }
        if (std::chrono::steady_clock::now() > until) {
            throw Failure{.exit = Exit::timed_out,
                          .code = "no_system",
                          .sentence = "the system cannot be reached",
                          .cause = link.error().text + "; it said: " + last_words(),
                          .next = "axiom doctor"};
        }
        std::this_thread::sleep_for(look_again);
    }
}

void HostedSystem::press_power_button() noexcept {
    if (!ended_) {
        ::kill(process_, SIGTERM);
    }
}

void HostedSystem::wait_for_end() {
    while (!ended_) {
        ended_ = ::waitpid(process_, &status_, 0) == process_;
    }
    if (!WIFEXITED(status_) || WEXITSTATUS(status_) != 0) {
        throw Failure{.exit = Exit::internal,
                      .code = "system_failed",
                      .sentence = "the system did not end in order",
                      .cause = last_words(),
                      .next = "axiom verify --from the log in its folder"};
    }
}

bool HostedSystem::has_ended() {
    ended_ = ended_ || ::waitpid(process_, &status_, WNOHANG) == process_;
    return ended_;
}

std::string HostedSystem::last_words() const {
    std::ifstream file{diagnostics_, std::ios::binary | std::ios::ate};
    std::streamoff const bytes = file.tellg();
    file.seekg(std::max<std::streamoff>(bytes - last_words_bytes, 0));
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    return text.empty() ? "it said nothing" : text;
}

fs::path programs_folder() {
    std::error_code error;
    fs::path const program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path{"."} : program.parent_path();
}

} // namespace axiom::cli
