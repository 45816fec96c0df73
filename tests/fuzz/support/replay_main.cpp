// Runs a fuzz target once over every file of the given folders: what libFuzzer does with -runs=0,
// for builds without libFuzzer. A folder that does not exist or is empty is an error, so that a
// target without seeds cannot pass.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes);

namespace {

std::vector<std::filesystem::path> seeds_in(std::filesystem::path const& folder) {
    std::vector<std::filesystem::path> seeds;
    std::error_code error;
    for (auto const& item : std::filesystem::directory_iterator{folder, error}) {
        if (item.is_regular_file()) {
            seeds.push_back(item.path());
        }
    }
    std::ranges::sort(seeds);
    return seeds;
}

void run(std::filesystem::path const& seed) {
    std::printf("%s\n", seed.c_str());
    std::fflush(stdout);
    std::ifstream file{seed, std::ios::binary};
    std::vector<char> const bytes{std::istreambuf_iterator<char>{file}, {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 2) {
        std::fprintf(stderr, "usage: %s FOLDER...\n", arguments[0]);
        return 2;
    }
    for (int index = 1; index < argument_count; ++index) {
        auto const seeds = seeds_in(arguments[index]);
        if (seeds.empty()) {
            std::fprintf(stderr, "no seeds in %s\n", arguments[index]);
            return 1;
        }
        std::ranges::for_each(seeds, run);
    }
    return 0;
}
