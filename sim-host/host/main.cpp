// sim-host: the kernel process. Ends when the system switches itself off.

#include <array>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <sim-host/attach/hosted_system.hpp>
#include <sim-host/diagnostics/diagnostics.hpp>
#include <sim-host/host/archive_digests.hpp>
#include <sim-host/host/key_file.hpp>
#include <sim-host/host/system.hpp>

namespace {

using namespace axiom;

constexpr int usage = 2;
constexpr int lacks_something = 10; // docs: exit codes
constexpr int failed = 70;

std::string hex(std::uint64_t number) {
    std::array<char, 19> text{};
    std::snprintf(text.data(), text.size(), "%#" PRIx64, number);
    return text.data();
}

std::string fault_text(std::uint32_t thread, kernel::Fault const& fault) {
    return "thread " + std::to_string(thread) + ": fault " +
           std::to_string(static_cast<unsigned>(fault.kind)) + " at " + hex(fault.at) + ", " +
           hex(fault.detail);
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

host::DiagnosticLevel level_named(std::string const& name) {
    using enum host::DiagnosticLevel;
    static std::map<std::string, host::DiagnosticLevel> const levels{
        {"debug", debug}, {"info", info}, {"warning", warning}, {"error", error}, {"off", off}};
    return levels.at(name);
}

// Another program, because RapidCheck is linked into that one alone; what follows the flag is its.
int become_properties(int count, char** arguments) {
    std::string program = host::programs_folder() / "running_properties";
    std::vector<char*> words{program.data()};
    words.insert(words.end(), arguments + 2, arguments + count);
    words.push_back(nullptr);
    ::execv(program.c_str(), words.data());
    std::fprintf(stderr, "sim-host: %s cannot be started\n", program.c_str());
    return lacks_something;
}

int run(host::SystemPlace const& place, host::DiagnosticsOptions const& said) {
    allow_many_descriptors();
    sigset_t const ends = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr); // before there are threads
    std::filesystem::create_directories(place.data);
    auto options = host::system_options(place);
    if (!options) {
        std::fprintf(stderr, "%s\n", options.error().text.c_str());
        return usage;
    }
    host::Diagnostics diagnostics{said};
    for (host::ArchiveDigest const& archive : host::archive_digests()) {
        diagnostics.say(host::DiagnosticLevel::info,
                        std::string{archive.name} + " sha256 " + std::string{archive.sha256});
    }
    options->debug_output = [&](Bytes text) { diagnostics.say_of_system(text); };
    options->on_fault = [&](std::uint32_t thread, kernel::Fault const& fault) {
        diagnostics.say(host::DiagnosticLevel::warning, fault_text(thread, fault));
    };
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
        diagnostics.say(host::DiagnosticLevel::error,
                        "the first process has ended, and the machine with it; its log ends where "
                        "it was");
        return failed;
    }
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    if (count > 1 && std::string_view{arguments[1]} == "--properties") {
        return become_properties(count, arguments);
    }
    CLI::App options{"The kernel process of Axiom OS on this host."};
    host::SystemPlace place;
    options.add_option("--data", place.data, "Folder that the system keeps; made if need be")
        ->required();
    options.add_option("--manifest", place.manifest, "What the system is made of")
        ->default_str("system.toml beside this program");
    options.add_option("--key", place.key, "File of the key that seals the log; made if need be")
        ->default_str(host::default_key_path().string());
    options.add_option("--cpus", place.cpus, "Virtual CPUs")->check(CLI::Range(1, 64));
    host::DiagnosticsOptions said;
    std::string level = "info";
    options.add_option("--log-level", level, "The least that is said")
        ->check(CLI::IsMember{{"debug", "info", "warning", "error", "off"}})
        ->default_str("info");
    options
        .add_option("--log-file", said.file, "Where it is said; rotates at 4 MiB, three are kept")
        ->default_str("stderr");
    options.footer("--properties [--seed N] [--runs N] [--commands N], as the first word: does "
                   "random things to systems of its own, and holds them against a model");
    try {
        options.parse(count, arguments);
    } catch (CLI::ParseError const& problem) {
        return options.exit(problem) == 0 ? 0 : usage;
    }
    said.level = level_named(level);
    try {
        place.programs = host::programs_folder();
        if (place.manifest.empty()) {
            place.manifest = place.programs / "system.toml";
        }
        if (place.key.empty()) {
            place.key = host::default_key_path();
        }
        place.data = std::filesystem::absolute(place.data);
        return run(place, said);
    } catch (std::exception const& problem) {
        std::fprintf(stderr, "sim-host: %s\n", problem.what());
        return lacks_something;
    }
}
