#pragma once
// EntryFilter: which entries `log` and `export` show, from their options.

#include <optional>
#include <string>
#include <vector>

#include <sim-host/inspect/opened_log.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

/// The option rows that make a filter; verbs append them to their own.
[[nodiscard]] std::vector<OptionRow> filter_options();

class EntryFilter {
  public:
    /// Throws Exit::usage for times, numbers and kinds that are none.
    explicit EntryFilter(Invocation const& given);

    /// Whether no option was given that leaves anything out.
    [[nodiscard]] bool takes_all() const noexcept;

    [[nodiscard]] bool takes(host::EntryView const& view) const;

  private:
    std::optional<WallTime> since_;
    std::optional<WallTime> until_;
    std::optional<std::uint64_t> boot_;
    std::optional<std::uint64_t> actor_;
    std::optional<std::string> object_;
    std::optional<std::string> kind_;
    std::optional<std::string> grep_;
};

} // namespace axiom::cli
