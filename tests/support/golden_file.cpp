// Vectors that lie in the tree; see golden_file.hpp.

#include <tests/support/golden_file.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace axiom::test {

void expect_golden(std::string_view path, Bytes bytes) {
    std::filesystem::path const file = std::filesystem::path{"tests/golden"} / path;
    std::string const expected{text_of(bytes)};
    if (std::getenv("AXIOM_WRITE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << expected;
        ADD_FAILURE() << file << " was written; run again without AXIOM_WRITE_GOLDEN";
        return;
    }
    std::ifstream stream{file, std::ios::binary};
    ASSERT_TRUE(stream) << file << " is missing; AXIOM_WRITE_GOLDEN=1 writes it";
    std::string const held{std::istreambuf_iterator<char>{stream}, {}};
    EXPECT_TRUE(held == expected) << file << " differs from what this program makes";
}

} // namespace axiom::test
