// Group `host`: processes of a host that share memory (goals 9 and 10). Prints its samples as JSON
// on stdout and what it is doing on stderr; report.py runs it and makes the table.

#include <exception>
#include <iostream>

#include <bench/support/host_parts.hpp>

int main(int count, char** arguments) {
    using namespace axiom::bench;
    try {
        auto const options = parse_options(count, arguments);
        Results results;
        measure_rings(options, results);
        measure_hand_over(options, results);
        std::cout << results.text() << '\n';
        return 0;
    } catch (std::exception const& problem) {
        std::cerr << "bench_host: " << problem.what() << '\n';
        return 2;
    }
}
