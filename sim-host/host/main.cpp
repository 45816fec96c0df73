// sim-host: the kernel process. Ends when the system switches itself off.

#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <sys/resource.h>

#include <sim-host/host/archive_digests.hpp>
#include <sim-host/host/key_file.hpp>
#include <sim-host/host/system.hpp>

namespace {

using namespace axiom;

constexpr int usage = 2;
constexpr int lacks_something = 10; // docs: exit codes
constexpr int failed = 70;

void write_to_stderr(Bytes text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void tell_fault(std::uint32_t thread, kernel::Fault const& fault) {
    std::fprintf(stderr, "sim-host: thread %u: fault %u at %#" PRIx64 ", %#" PRIx64 "\n", thread,
                 static_cast<unsigned>(fault.kind), fault.at, fault.detail);
}

sigset_t ending_signals() {
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGINT);
    ::sigaddset(&ends, SIGTERM);
    return ends;
}

// Each block of frames is a descriptor.
void allow_many_descriptors() {
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
        descriptors.rlim_cur = descriptors.rlim_max;
        static_cast<void>(::setrlimit(RLIMIT_NOFILE, &descriptors)); // else there are fewer blocks
    }
}

int run(host::SystemPlace const& place) {
    allow_many_descriptors();
    sigset_t const ends = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr); // before there are threads
    std::filesystem::create_directories(place.data);
    auto options = host::system_options(place);
    if (!options) {
        std::fprintf(stderr, "%s\n", options.error().text.c_str());
        return usage;
    }
    for (host::ArchiveDigest const& archive : host::archive_digests()) {
        std::fprintf(stderr, "sim-host: %s sha256 %s\n", archive.name.data(),
                     archive.sha256.data());
    }
    options->debug_output = write_to_stderr;
    options->on_fault = tell_fault;
    auto const booted = host::HostKernel::boot(*options);
    if (!booted) {
        std::fprintf(stderr, "sim-host: %s\n", booted.error().text.c_str());
        return lacks_something;
    }
    // SIGINT and SIGTERM press the power button; the system then ends in order.
    std::jthread const button{[&machine = (*booted)->machine()](std::stop_token const& stop) {
        timespec const look{.tv_sec = 0, .tv_nsec = 50'000'000};
        sigset_t const ends = ending_signals();
        while (!stop.stop_requested()) {
            if (::sigtimedwait(&ends, nullptr, &look) > 0) {
                machine.press_power_button();
            }
        }
    }};
    if (!(*booted)->run()) {
        std::fputs("sim-host: the first process has ended, and the machine with it; its log ends "
                   "where it was\n",
                   stderr);
        return failed;
    }
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    CLI::App options{"The kernel process of Axiom OS on this host."};
    host::SystemPlace place;
    options.add_option("--data", place.data, "Folder that the system keeps; made if need be")
        ->required();
    options.add_option("--manifest", place.manifest, "What the system is made of")
        ->default_str("system.toml beside this program");
    options.add_option("--key", place.key, "File of the key that seals the log; made if need be")
        ->default_str(host::default_key_path().string());
    options.add_option("--cpus", place.cpus, "Virtual CPUs")->check(CLI::Range(1, 64));
    CLI11_PARSE(options, count, arguments);
    try {
        place.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        if (place.manifest.empty()) {
            place.manifest = place.programs / "system.toml";
        }
        if (place.key.empty()) {
            place.key = host::default_key_path();
        }
        place.data = std::filesystem::absolute(place.data);
        return run(place);
    } catch (std::exception const& problem) {
        std::fprintf(stderr, "sim-host: %s\n", problem.what());
        return lacks_something;
    }
}
