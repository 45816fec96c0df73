// Exact counts. A process of its own runs every operation under callgrind, which collects only
// within `run`, and writes what it has counted to a file that names the operation:
//
//     desc: Trigger: Client Request: null
//     totals: 586012
//
// The count covers the loop around the operation, a handful of instructions.

#include <bench/support/kernel_parts.hpp>

#include <algorithm>
#include <fstream>
#include <map>

#include <valgrind/callgrind.h>

#include <bench/support/child.hpp>
#include <bench/support/failure.hpp>
#include <bench/support/kernel_operations.hpp>

namespace axiom::bench {

namespace {

constexpr std::string_view counts_name = "counts"; // and a number, of each file of callgrind's

// By operation, what each of callgrind's files says.
std::map<std::string, double> counts_in(std::filesystem::path const& folder) {
    constexpr std::string_view trigger = "desc: Trigger: Client Request: ";
    constexpr std::string_view totals = "totals: ";
    std::map<std::string, double> counts;
    for (auto const& file : std::filesystem::directory_iterator{folder}) {
        if (!file.path().filename().string().starts_with(counts_name)) {
            continue;
        }
        std::ifstream stream{file.path()};
        std::string id;
        for (std::string line; std::getline(stream, line);) {
            if (line.starts_with(trigger)) {
                id = line.substr(trigger.size());
            } else if (line.starts_with(totals) && !id.empty()) {
                counts[id] = std::stod(line.substr(totals.size()));
            }
        }
    }
    return counts;
}

std::string id_of(OperationLine const& line) {
    return std::string{line.id} + ".instructions";
}

} // namespace

void run_under_callgrind(Options const& options) {
    for (auto const& line : kernel_operations()) {
        std::string const id = id_of(line);
        if (!options.wants(id)) {
            continue;
        }
        auto const operation = line.make(options);
        operation->prepare();
        operation->run();
        operation->prepare();
        CALLGRIND_ZERO_STATS;
        CALLGRIND_TOGGLE_COLLECT;
        operation->run();
        CALLGRIND_TOGGLE_COLLECT;
        CALLGRIND_DUMP_STATS_AT(id.c_str());
    }
}

void measure_instructions(Options const& options, Results& results) {
    if (std::ranges::none_of(kernel_operations(),
                             [&](auto const& line) { return options.wants(id_of(line)); })) {
        return;
    }
    progress("instructions, under callgrind");
    Scratch const scratch{options, "callgrind"};
    // Without debug information, which is newer than this valgrind's reader.
    std::string const program = scratch.path() / "program";
    (void)run_program(
        {"strip", "--strip-debug", "-o", program, std::filesystem::read_symlink("/proc/self/exe")});
    std::string const counted = scratch.path() / counts_name;
    std::vector<std::string> words{"valgrind",
                                   "--tool=callgrind",
                                   "--collect-atstart=no",
                                   "--quiet",
                                   "--callgrind-out-file=" + counted,
                                   program,
                                   "--part",
                                   "instructions"};
    for (auto const& only : options.only) {
        words.insert(words.end(), {"--only", only});
    }
    if (options.quick) {
        words.emplace_back("--quick");
    }
    (void)run_program(std::move(words));
    auto const counts = counts_in(scratch.path());
    for (auto const& line : kernel_operations()) {
        std::string const id = id_of(line);
        if (options.wants(id)) {
            auto const times = static_cast<double>(line.make(options)->times());
            results.add(Figure{.id = id,
                               .what = std::string{line.what},
                               .unit = "instructions",
                               .samples = {counts.at(id) / times},
                               .limit = line.instructions});
        }
    }
}

} // namespace axiom::bench
