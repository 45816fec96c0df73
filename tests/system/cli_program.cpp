#include <tests/system/cli_program.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace axiom::test {

namespace {

std::string program() {
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "axiom").string();
}

std::string contents(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void redirect(int descriptor, std::string const& path, int flags) {
    int const file = ::open(path.c_str(), flags, 0600);
    if (file < 0) {
        std::_Exit(127);
    }
    ::dup2(file, descriptor);
    ::close(file);
}

} // namespace

Outcome CliProgram::start(std::vector<std::string> const& words, std::string const& input,
                          unsigned kill_after_ms) const {
    std::string const in = path(".in");
    std::string const out = path(".out");
    std::string const err = path(".err");
    std::ofstream{in, std::ios::binary} << input;
    pid_t const child = ::fork();
    if (child == 0) {
        redirect(0, in, O_RDONLY);
        redirect(1, out, O_WRONLY | O_CREAT | O_TRUNC);
        redirect(2, err, O_WRONLY | O_CREAT | O_TRUNC);
        ::setenv("XDG_CONFIG_HOME", path("config").c_str(), 1);
        ::setenv("XDG_CACHE_HOME", path("cache").c_str(), 1);
        ::setenv("AXIOM", program().c_str(), 1);
        ::unsetenv("AXIOM_LOG");
        if (::chdir(folder_.path().c_str()) != 0) {
            std::_Exit(126);
        }
        std::vector<char*> arguments;
        for (std::string const& word : words) {
            arguments.push_back(const_cast<char*>(word.c_str()));
        }
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        std::_Exit(127);
    }
    AXIOM_ASSERT(child > 0); // a signal to -1 would go to everybody
    if (kill_after_ms != 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{kill_after_ms});
        ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status),
            .out = contents(out),
            .err = contents(err)};
}

Outcome CliProgram::run(std::vector<std::string> const& words, std::string const& input) const {
    std::vector<std::string> all{program()};
    all.insert(all.end(), words.begin(), words.end());
    return start(all, input, 0);
}

Outcome CliProgram::run_and_kill(std::vector<std::string> const& words, std::string const& input,
                                 unsigned ms) const {
    std::vector<std::string> all{program()};
    all.insert(all.end(), words.begin(), words.end());
    return start(all, input, ms);
}

Outcome CliProgram::shell(std::string const& script) const {
    return start({"sh", "-c", script}, {}, 0);
}

} // namespace axiom::test
