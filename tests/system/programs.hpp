#pragma once
// Programs of tests/programs on a kernel of this test's own.

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include <sim-host/machine/host_kernel.hpp>

namespace axiom::host::test {

/// What programs have written to the debug output.
class Written {
  public:
    void add(Bytes text) {
        std::scoped_lock const alone{mutex_};
        text_.append(reinterpret_cast<char const*>(text.data()), text.size());
    }
    [[nodiscard]] std::string text() const {
        std::scoped_lock const alone{mutex_};
        return text_;
    }

  private:
    mutable std::mutex mutex_;
    std::string text_;
};

/// The executable of tests/programs/NAME.cpp.
inline std::string program_path(std::string const& name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / ("program_" + name);
}

/// A machine of two CPUs and 64 MiB, on which the first of these programs runs first.
inline HostKernelOptions options_for(std::vector<std::string> const& programs,
                                     std::uint64_t argument, Written& written) {
    constexpr std::uint32_t frames = 16U * 1024;
    HostKernelOptions options{.cpus = 2,
                              .frames = frames,
                              .rows = {.accounts = 16,
                                       .processes = 16,
                                       .threads = 32,
                                       .spaces = 16,
                                       .regions = 64,
                                       .endpoints = 32,
                                       .notifications = 32,
                                       .contexts = 32,
                                       .interrupts = 4,
                                       .ports = 4,
                                       .capabilities = 1024,
                                       .rings = 4},
                              .limit = {.pages = frames,
                                        .objects = 400,
                                        .capabilities = 1000,
                                        .threads = 30,
                                        .cpu_us = 2'000'000,
                                        .log_bytes = 1'000'000},
                              .programs = {},
                              .argument = argument,
                              .module = {},
                              .debug_output = [&written](Bytes text) { written.add(text); },
                              .on_fault = {}};
    for (std::string const& name : programs) {
        options.programs.push_back({.path = program_path(name), .folder = {}});
    }
    return options;
}

} // namespace axiom::host::test
