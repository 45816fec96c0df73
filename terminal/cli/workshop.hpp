#pragma once
// Workshop: a folder that is gone when its work is done, unless it is to be kept.

#include <filesystem>

namespace axiom::cli {

class Workshop {
  public:
    /// A new folder for temporary files, whose name begins so. Throws Exit::environment.
    Workshop(std::string const& name, bool keep);
    ~Workshop();
    Workshop(Workshop const&) = delete;
    Workshop& operator=(Workshop const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

  private:
    bool keep_;
    std::filesystem::path path_;
};

} // namespace axiom::cli
