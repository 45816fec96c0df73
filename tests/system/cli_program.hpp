#pragma once
// The program `axiom` as a person or a script meets it: words in, bytes on two streams and a status
// out.

#include <string>
#include <vector>

#include <tests/support/temporary_folder.hpp>

namespace axiom::test {

struct Outcome {
    int status{}; // the exit status; 256 + the signal that ended it
    std::string out;
    std::string err;
};

/// Runs build/…/bin/axiom with its configuration and cache inside one temporary folder.
class CliProgram {
  public:
    /// `input` is all that comes on stdin.
    [[nodiscard]] Outcome run(std::vector<std::string> const& words,
                              std::string const& input = {}) const;

    /// The same, but the program is killed with SIGKILL after `ms` milliseconds.
    [[nodiscard]] Outcome run_and_kill(std::vector<std::string> const& words,
                                       std::string const& input, unsigned ms) const;

    /// A line of the shell in which `$AXIOM` is the program.
    [[nodiscard]] Outcome shell(std::string const& script) const;

    [[nodiscard]] std::string path(std::string const& name) const { return folder_.name(name); }

  private:
    [[nodiscard]] Outcome start(std::vector<std::string> const& words, std::string const& input,
                                unsigned kill_after_ms) const;

    TemporaryFolder folder_;
};

} // namespace axiom::test
