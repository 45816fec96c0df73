#include <sim-host/machine/isolation_report.hpp>

#include <array>
#include <cerrno>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sim-host/fabric/descriptor.hpp>

namespace axiom::host {

namespace {

// All that the program writes until it ends.
HostResult<std::string> output_of(std::string const& program) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return system_problem(program, "start", errno);
    }
    Descriptor const reads{ends[0]};
    Descriptor writes{ends[1]};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writes.number(), STDOUT_FILENO);
    std::string name = program;
    std::array<char*, 2> const words{name.data(), nullptr};
    std::array<char*, 1> const no_environment{nullptr};
    pid_t id = 0;
    int const problem =
        ::posix_spawn(&id, program.c_str(), &actions, nullptr, words.data(), no_environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (problem != 0) {
        return system_problem(program, "start", problem);
    }
    writes.close();
    std::string said;
    std::array<char, 4096> part{};
    for (ssize_t got = 1; got > 0 || (got < 0 && errno == EINTR);) {
        got = ::read(reads.number(), part.data(), part.size());
        said.append(part.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    ::waitpid(id, nullptr, 0);
    return said;
}

} // namespace

HostResult<std::vector<LayerReport>> probe_isolation(std::filesystem::path const& programs) {
    auto const said = output_of((programs / "isolation_probe").string());
    if (!said) {
        return std::unexpected{said.error()};
    }
    std::vector<LayerReport> layers;
    std::istringstream lines{*said};
    LayerReport layer;
    std::string active;
    std::string outcome;
    while (std::getline(lines, layer.layer, '\t') && std::getline(lines, active, '\t') &&
           std::getline(lines, outcome, '\t') && std::getline(lines, layer.attempt)) {
        layer.is_active = active == "active";
        layer.holds = outcome == "refused";
        layers.push_back(layer);
    }
    return layers;
}

} // namespace axiom::host
