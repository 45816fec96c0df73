// Nanoseconds, for the absolute targets: each sample is one run of an operation, a few thousand of
// it or one long one.

#include <bench/support/kernel_parts.hpp>

#include <chrono>

#include <bench/support/kernel_operations.hpp>

namespace axiom::bench {

void measure_times(Options const& options, Results& results) {
    for (auto const& line : kernel_operations()) {
        std::string const id = std::string{line.id} + ".time";
        if (!options.wants(id)) {
            continue;
        }
        progress(id);
        auto const operation = line.make(options);
        auto const times = static_cast<double>(operation->times());
        Figure figure{.id = id,
                      .what = std::string{line.what},
                      .unit = "ns",
                      .samples = {},
                      .limit = line.ns};
        for (std::size_t sample = 0; sample <= options.pairs; ++sample) { // the first warms up
            operation->prepare();
            auto const begin = std::chrono::steady_clock::now();
            operation->run();
            std::chrono::duration<double, std::nano> const spent =
                std::chrono::steady_clock::now() - begin;
            if (sample != 0) {
                figure.samples.push_back(spent.count() / times);
            }
        }
        results.add(figure);
    }
}

} // namespace axiom::bench
