#pragma once
// A folder for one test, gone with the object.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <axiom/base/assert.hpp>

namespace axiom::test {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "axiom-test-XXXXXX").string();
        char const* const made = ::mkdtemp(pattern.data());
        AXIOM_ASSERT(made != nullptr);
        path_ = made;
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    [[nodiscard]] std::string name(std::string const& inside) const { return path_ / inside; }

  private:
    std::filesystem::path path_;
};

} // namespace axiom::test
