#pragma once
// Invocation: the words of a command, parsed by its verb's rows and checked by their kinds.
//
// Invariant: when it exists, every value is of its kind, every required one is there, and nothing
// has been opened, written or started yet: what is wrong with the words is found before anything
// happens. Asking for an option that the verb's rows do not have is a bug.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <terminal/cli/verb.hpp>

namespace axiom::cli {

class Invocation {
  public:
    /// Parses the words behind the verb. Throws `Failure` with Exit::usage.
    Invocation(VerbRow const& verb, std::vector<std::string> const& words);

    [[nodiscard]] VerbRow const& verb() const noexcept { return *verb_; }

    /// Whether it was given.
    [[nodiscard]] bool has(std::string_view option) const;

    /// The value, else the row's fallback (which may be empty).
    [[nodiscard]] std::string text(std::string_view option) const;

    [[nodiscard]] std::optional<std::string> given(std::string_view option) const;
    [[nodiscard]] std::vector<std::string> const& all(std::string_view option) const;

    /// The value of a number option, else its fallback.
    [[nodiscard]] std::uint64_t number(std::string_view option) const;

    /// Where the log is: --from, else $AXIOM_LOG, else ./axiom; of a system's data folder, the log
    /// in it.
    [[nodiscard]] std::string log_path() const;

  private:
    [[nodiscard]] OptionRow const& row(std::string_view option) const;
    void check(OptionRow const& row, std::string const& value) const;

    VerbRow const* verb_;
    std::vector<OptionRow> rows_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

} // namespace axiom::cli
