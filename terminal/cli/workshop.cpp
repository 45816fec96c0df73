#include <terminal/cli/workshop.hpp>

#include <cstdlib>

#include <terminal/cli/failure.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

Workshop::Workshop(std::string const& name, bool keep) : keep_{keep} {
    std::string pattern = (fs::temp_directory_path() / (name + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_temporary_folder",
                      .sentence = "no temporary folder can be made",
                      .cause = pattern,
                      .next = "set TMPDIR to a folder that can be written"};
    }
    path_ = pattern;
}

Workshop::~Workshop() {
    std::error_code ignored;
    if (!keep_) {
        fs::remove_all(path_, ignored);
    }
}

} // namespace axiom::cli
