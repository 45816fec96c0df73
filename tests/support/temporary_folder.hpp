#pragma once
// A folder for one test, gone with the object; logs in it are read by both verifiers before that.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <axiom/base/assert.hpp>
#include <tests/support/every_log.hpp>

namespace axiom::test {

class TemporaryFolder {
  public:
    TemporaryFolder() : TemporaryFolder{std::filesystem::temp_directory_path()} {}

    explicit TemporaryFolder(std::filesystem::path const& parent) {
        std::string pattern = (parent / "axiom-test-XXXXXX").string();
        char const* const made = ::mkdtemp(pattern.data());
        AXIOM_ASSERT(made != nullptr);
        path_ = made;
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    ~TemporaryFolder() {
        if (may_hold_logs_ && take_folder_of_logs(path_)) {
            return;
        }
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    /// Logs in it are another's copies: they are not read again when the test ends.
    void hold_no_logs() noexcept { may_hold_logs_ = false; }

    /// Where files cost no disk, if the system has such a place: for loops that flush thousands of
    /// times.
    [[nodiscard]] static std::filesystem::path quick_parent() {
        std::filesystem::path const shared = "/dev/shm";
        return ::access(shared.c_str(), W_OK) == 0 ? shared
                                                   : std::filesystem::temp_directory_path();
    }

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    [[nodiscard]] std::string name(std::string const& inside) const { return path_ / inside; }

  private:
    bool may_hold_logs_{true};
    std::filesystem::path path_;
};

} // namespace axiom::test
