// posix_spawn rather than fork: databases leave threads behind, and their pages would count as the
// child's.

#include <bench/support/child.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include <bench/support/failure.hpp>

extern char** environ;

namespace axiom::bench {

namespace {

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        auto const bytes = ::read(descriptor, buffer.data(), buffer.size());
        require_call(bytes >= 0, "read from a part");
        if (bytes == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
}

} // namespace

std::string run_program(std::vector<std::string> words) {
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);

    std::array<int, 2> ends{};
    require_call(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child{};
    auto const status =
        ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    require(status == 0, "could not start " + words[0]);
    auto text = read_all(ends[0]);
    ::close(ends[0]);
    int ended{};
    require_call(::waitpid(child, &ended, 0) == child, "wait for a part");
    require(WIFEXITED(ended) && WEXITSTATUS(ended) == 0, words[0] + " failed");
    return text;
}

std::string run_part(std::string_view name, std::vector<std::string> const& arguments) {
    std::vector<std::string> words{"/proc/self/exe", "--part", std::string{name}};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_program(std::move(words));
}

double peak_resident_bytes() {
    // Not getrusage: its peak outlives exec, so a child would begin with its parent's.
    std::ifstream status{"/proc/self/status"};
    std::string word;
    while (status >> word) {
        if (word == "VmHWM:") {
            double kibibytes{};
            status >> kibibytes;
            return kibibytes * 1024;
        }
    }
    throw std::runtime_error("/proc/self/status does not tell the peak of memory");
}

} // namespace axiom::bench
