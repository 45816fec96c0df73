#pragma once
// The bytes of a file, read whole or damaged in one place.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace axiom::test {

inline std::string bytes_in(std::filesystem::path const& file) {
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream all;
    all << stream.rdbuf();
    return all.str();
}

/// Changes these bits of the byte at `at`.
inline void flip(std::filesystem::path const& file, std::uint64_t at, char mask = 1) {
    std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
    stream.seekg(static_cast<std::streamoff>(at));
    char const byte = static_cast<char>(stream.get());
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ mask));
}

} // namespace axiom::test
