// Paths from the root on; see terminal/cli/whole_path.hpp.

#include <terminal/cli/whole_path.hpp>

#include <new>

namespace axiom::cli {

namespace fs = std::filesystem;

void throw_if_no_memory(std::error_code const& error) {
    if (error == std::errc::not_enough_memory) {
        throw std::bad_alloc{};
    }
}

fs::path whole_path(std::string const& path) {
    std::error_code error;
    fs::path const absolute = fs::absolute(path, error);
    throw_if_no_memory(error);
    fs::path whole = fs::weakly_canonical(absolute, error);
    throw_if_no_memory(error);
    return error ? absolute.lexically_normal() : whole;
}

} // namespace axiom::cli
