// Group `log`: the Axiom against the raw file, four databases and BLAKE3 (goals 1 to 5). Prints its
// samples as JSON on stdout and what it is doing on stderr; report.py runs it and makes the table.
//
// `--part NAME ...` is how the program runs itself for what needs a process of its own.

#include <exception>
#include <iostream>
#include <string>

#include <bench/support/failure.hpp>
#include <bench/support/log_parts.hpp>

namespace {

using namespace axiom::bench;

void run_part_here(int count, char** arguments) {
    std::string const part{arguments[2]};
    require(count >= 4, "a part needs a folder");
    if (part == "append" && count == 5) {
        std::cout << run_append_part(arguments[3], std::stoull(arguments[4])) << '\n';
    } else if (part == "verify" && count == 4) {
        std::cout << run_verify_part(arguments[3]) << '\n';
    } else {
        throw std::runtime_error("unknown part " + part);
    }
}

void run_group(int count, char** arguments) {
    auto const options = parse_options(count, arguments);
    Results results;
    measure_appends(options, results);
    measure_chain(options, results);
    measure_reading(options, results);
    measure_costs(options, results);
    std::cout << results.text() << '\n';
}

} // namespace

int main(int count, char** arguments) {
    try {
        if (count > 2 && std::string{arguments[1]} == "--part") {
            run_part_here(count, arguments);
        } else {
            run_group(count, arguments);
        }
        return 0;
    } catch (std::exception const& problem) {
        std::cerr << "bench_log: " << problem.what() << '\n';
        return 2;
    }
}
