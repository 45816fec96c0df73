// Group `jobs`: the machine that runs jobs beside qemu-riscv64, which compiles what we interpret.
// Prints its samples as JSON on stdout and what it is doing on stderr; report.py runs it and makes
// the table.
//
// Both sides run the same file on the same input: sources of Debian's package binutils-source, a
// folder of them for the pairs, tens of megabytes for the whole runs.

#include <chrono>
#include <cmath>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <bench/support/child.hpp>
#include <bench/support/contender.hpp>
#include <bench/support/failure.hpp>
#include <bench/support/options.hpp>
#include <bench/support/results.hpp>
#include <sim-host/jobs/job_run.hpp>

namespace axiom::bench {

namespace {

namespace files = std::filesystem;

constexpr host::JobLimits limits{.fuel = std::uint64_t{1} << 60U,
                                 .memory_bytes = std::uint64_t{1} << 30U,
                                 .output_bytes = std::uint64_t{1} << 32U,
                                 .message_bytes = 65536};

std::vector<std::byte> contents(files::path const& path) {
    std::ifstream stream{path, std::ios::binary};
    require(stream.good(), path.string() + " cannot be read");
    std::string const text{std::istreambuf_iterator<char>{stream}, {}};
    Bytes const bytes = bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

files::path programs_folder() {
    return files::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "jobs";
}

// A tar archive of folders of the package's tree.
files::path archive(files::path const& folder, std::string const& name, std::string const& parts) {
    files::path const made = folder / (name + ".tar");
    std::string const script = "set -e; cd '" + folder.string() +
                               "'; source=$(echo /usr/src/binutils/binutils-*.tar.xz); "
                               "top=$(basename \"$source\" .tar.xz); "
                               "for part in " +
                               parts +
                               "; do tar -xJf \"$source\" \"$top/$part\"; done; "
                               "tar --sort=name --format=ustar --owner=0 --group=0 -cf '" +
                               made.filename().string() + "' \"$top\"; rm -r \"$top\"";
    static_cast<void>(run_program({"sh", "-c", script}));
    return made;
}

class OurMachine final : public Contender {
  public:
    OurMachine(files::path const& program, files::path const& input)
        : program_{contents(program)}, input_{contents(input)} {}

    [[nodiscard]] std::string_view name() const noexcept override { return "machine"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            auto const done =
                host::run_job({.program = program_, .input = input_, .limits = limits});
            require(done.has_value() && done->outcome.ending.reason == jobs::Reason::exited &&
                        done->outcome.ending.detail == 0,
                    "the job did not exit with 0");
            fuel_ = static_cast<double>(done->outcome.fuel_used);
        }
    }

    [[nodiscard]] double fuel() const noexcept { return fuel_; }

  private:
    std::vector<std::byte> program_;
    std::vector<std::byte> input_;
    double fuel_{};
};

class Qemu final : public Contender {
  public:
    Qemu(files::path const& program, files::path const& input)
        : command_{"qemu-riscv64 '" + program.string() + "' < '" + input.string() +
                   "' > /dev/null"} {}

    [[nodiscard]] std::string_view name() const noexcept override { return "qemu-riscv64"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            static_cast<void>(run_program({"sh", "-c", command_}));
        }
    }

  private:
    std::string command_;
};

constexpr std::string_view names[] = {"compress", "index", "transform"};

void measure_speed(Options const& options, files::path const& folder, Results& results) {
    files::path const input = archive(folder, "folder", "zlib");
    for (std::string_view const name : names) {
        Comparison comparison{.id = "jobs." + std::string{name},
                              .what = "job " + std::string{name} + ": instructions",
                              .unit = "1/s"};
        if (!options.wants(comparison.id)) {
            continue;
        }
        progress(comparison.id);
        files::path const program = programs_folder() / (std::string{name} + ".elf");
        OurMachine ours{program, input};
        Qemu peer{program, input};
        PairPlan const plan{.pairs = options.pairs, .batches = 1};
        auto const samples = measure_pairs(ours, peer, plan);
        comparison.ours_work = comparison.peer_work = ours.fuel();
        comparison.goal = 0.25;
        results.add(comparison, ours.name(), peer.name(), samples);
    }
}

// Whole runs: how long somebody waits who gives a job a tree of tens of megabytes.
void measure_trees(Options const& options, files::path const& folder, Results& results) {
    if (options.quick || !options.wants("jobs.tree")) {
        return;
    }
    files::path const input = archive(folder, "tree", "bfd");
    auto const input_bytes = static_cast<double>(files::file_size(input));
    for (std::string_view const name : names) {
        progress("jobs.tree." + std::string{name});
        OurMachine ours{programs_folder() / (std::string{name} + ".elf"), input};
        auto const start = std::chrono::steady_clock::now();
        ours.run(1);
        std::chrono::duration<double> const taken = std::chrono::steady_clock::now() - start;
        results.add({.id = "jobs.tree." + std::string{name},
                     .what = "job " + std::string{name} + ": a tree of " +
                             std::to_string(std::llround(input_bytes / 1e6)) + " MB",
                     .unit = "s",
                     .samples = {taken.count()}});
    }
}

} // namespace

} // namespace axiom::bench

int main(int count, char** arguments) {
    using namespace axiom::bench;
    try {
        auto const options = parse_options(count, arguments);
        Results results;
        Scratch const scratch{options, "jobs"};
        auto const folder = std::filesystem::absolute(scratch.path());
        measure_speed(options, folder, results);
        measure_trees(options, folder, results);
        std::cout << results.text() << '\n';
        return 0;
    } catch (std::exception const& problem) {
        std::cerr << "bench_jobs: " << problem.what() << '\n';
        return 2;
    }
}
