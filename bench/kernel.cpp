// Group `kernel`: what the kernel's operations cost, in instructions and in time (goals 6, 8, 13
// and the absolute targets). Prints its samples as JSON on stdout and what it is doing on stderr;
// report.py runs it and makes the table.
//
// `--part instructions` is how the program runs itself under callgrind.

#include <exception>
#include <iostream>
#include <string>

#include <bench/support/kernel_parts.hpp>

int main(int count, char** arguments) {
    using namespace axiom::bench;
    try {
        constexpr int part_words = 2;
        if (count > part_words && std::string{arguments[1]} == "--part") {
            run_under_callgrind(parse_options(count - part_words, arguments + part_words));
            return 0;
        }
        auto const options = parse_options(count, arguments);
        Results results;
        measure_instructions(options, results);
        measure_times(options, results);
        measure_throughput(options, results);
        std::cout << results.text() << '\n';
        return 0;
    } catch (std::exception const& problem) {
        std::cerr << "bench_kernel: " << problem.what() << '\n';
        return 2;
    }
}
