// sim-host: the kernel process. Ends when the system switches itself off.

#include <cinttypes>
#include <cstdio>

#include <CLI/CLI.hpp>

#include <sim-host/host/system.hpp>

namespace {

using namespace axiom;

constexpr int lacks_something = 10; // docs: exit codes

void write_to_stderr(Bytes text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void tell_fault(std::uint32_t thread, kernel::Fault const& fault) {
    std::fprintf(stderr, "sim-host: thread %u: fault %u at %#" PRIx64 ", %#" PRIx64 "\n", thread,
                 static_cast<unsigned>(fault.kind), fault.at, fault.detail);
}

int run(host::SystemPlace const& place) {
    std::filesystem::create_directories(place.data);
    host::HostKernelOptions options = host::system_options(place);
    options.debug_output = write_to_stderr;
    options.on_fault = tell_fault;
    auto const booted = host::HostKernel::boot(options);
    if (!booted) {
        std::fprintf(stderr, "sim-host: %s\n", booted.error().text.c_str());
        return lacks_something;
    }
    (*booted)->run();
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    CLI::App options{"The kernel process of Axiom OS on this host."};
    host::SystemPlace place;
    options.add_option("--data", place.data, "Folder that the system keeps; made if need be")
        ->required();
    options.add_option("--cpus", place.cpus, "Virtual CPUs")->check(CLI::Range(1, 64));
    CLI11_PARSE(options, count, arguments);
    try {
        place.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        place.data = std::filesystem::absolute(place.data);
        return run(place);
    } catch (std::exception const& problem) {
        std::fprintf(stderr, "sim-host: %s\n", problem.what());
        return lacks_something;
    }
}
