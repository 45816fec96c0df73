#include <sim-host/attach/hosted_system.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace axiom::host {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds look_again{10};
constexpr std::size_t last_lines = 3;

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

} // namespace

HostResult<std::unique_ptr<HostedSystem>>
HostedSystem::start(fs::path const& program, std::vector<std::string> const& options,
                    fs::path diagnostics) {
    if (::access(program.c_str(), X_OK) != 0) {
        return system_problem(program.string(), "start", errno);
    }
    int const output = ::open(diagnostics.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) {
        return system_problem(diagnostics.string(), "open", errno);
    }
    off_t const said_before = ::lseek(output, 0, SEEK_END);
    std::string name = program.string();
    std::vector<std::string> held = options;
    std::vector<char*> words{name.data()};
    for (std::string& option : held) {
        words.push_back(option.data());
    }
    words.push_back(nullptr);
    pid_t const parent = ::getpid();
    pid_t const process = ::fork();
    if (process == 0) {
        become(words.data(), output, parent);
    }
    int const problem = errno;
    ::close(output);
    if (process < 0) {
        return system_problem(name, "start", problem);
    }
    return std::unique_ptr<HostedSystem>{
        new HostedSystem{process, std::move(diagnostics), said_before}};
}

HostedSystem::~HostedSystem() {
    press_power_button();
    reap();
}

void HostedSystem::reap() noexcept {
    while (!ended_) {
        ended_ = ::waitpid(process_, &status_, 0) == process_ || errno != EINTR;
    }
}

void HostedSystem::kill() noexcept {
    if (!has_ended()) {
        ::kill(process_, SIGKILL);
        reap();
    }
}

std::vector<pid_t> HostedSystem::children() const {
    std::vector<pid_t> found;
    std::error_code error;
    for (auto const& entry : fs::directory_iterator{"/proc", error}) {
        std::ifstream stat{entry.path() / "stat"};
        pid_t process = 0;
        std::string name; // without spaces: they are our programs'
        char state = 0;
        pid_t parent = 0;
        if (stat >> process >> name >> state >> parent && parent == process_ && state != 'Z') {
            found.push_back(process);
        }
    }
    return found;
}

HostResult<std::unique_ptr<AttachLink>> HostedSystem::attach(fs::path const& data) {
    auto const until = std::chrono::steady_clock::now() + ready_within;
    for (;;) {
        auto link = AttachLink::open(data);
        if (link || link.error().error.code == Code::not_permitted) {
            return link; // an answer, whichever it is
        }
        if (has_ended()) {
            return found_problem(Code::unanswered, data.string(),
                                 "the system ended before anybody could attach: " + last_words());
        }
        if (std::chrono::steady_clock::now() > until) {
            return found_problem(Code::unanswered, data.string(),
                                 link.error().text + "; it said: " + last_words());
        }
        std::this_thread::sleep_for(look_again);
    }
}

void HostedSystem::press_power_button() noexcept {
    if (!ended_) {
        ::kill(process_, SIGTERM);
    }
}

int HostedSystem::wait_for_end() noexcept {
    reap();
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 256 + WTERMSIG(status_);
}

bool HostedSystem::has_ended() noexcept {
    ended_ = ended_ || ::waitpid(process_, &status_, WNOHANG) == process_;
    return ended_;
}

std::string HostedSystem::last_words() const {
    std::ifstream file{diagnostics_, std::ios::binary};
    file.seekg(said_before_);
    std::deque<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
        if (lines.size() > last_lines) {
            lines.pop_front();
        }
    }
    std::string text;
    for (std::string const& line : lines) {
        text += (text.empty() ? "" : "; ") + line;
    }
    return text.empty() ? "it said nothing" : text;
}

fs::path programs_folder() {
    std::error_code error;
    fs::path const program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path{"."} : program.parent_path();
}

} // namespace axiom::host
