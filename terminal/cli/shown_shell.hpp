#pragma once
// ShownShell: lines of the shell that are shown and then really run, as somebody would type them.

#include <filesystem>
#include <string>
#include <string_view>

#include <terminal/cli/console.hpp>

namespace axiom::cli {

class ShownShell {
  public:
    /// In this folder. `axiom` in a line is this program.
    ShownShell(Console& console, std::filesystem::path place);

    /// A sentence for whoever watches.
    void say(std::string_view text);

    /// Shows and runs a line, and shows the beginning of what it prints. Returns its exit status.
    int run(std::string const& line);

    /// The same; throws when it does not end with 0.
    void must(std::string const& line);

  private:
    void show(std::string_view text);

    Console& console_;
    std::filesystem::path place_;
    std::string program_;
};

/// A word as the shell takes it: in quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view word);

} // namespace axiom::cli
