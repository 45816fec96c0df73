#pragma once
// Pages that follow from the option table: help, man pages, shell completion.

#include <string>

#include <terminal/cli/verb.hpp>

namespace axiom::cli {

/// What `axiom --help` shows: the verbs by group.
[[nodiscard]] std::string overview_page();

/// What `axiom VERB --help` shows.
[[nodiscard]] std::string help_page(VerbRow const& verb);

/// `axiom-VERB.1` in roff; the overview `axiom.1` when `verb` is null.
[[nodiscard]] std::string man_page(VerbRow const* verb);

/// `axiom-receipt-check.1`
[[nodiscard]] std::string man_page_name(VerbRow const* verb);

/// A completion script; `shell` is bash, zsh or fish.
[[nodiscard]] std::string completion_script(std::string_view shell);

/// `-n, --count NUMBER`, as help and man pages write an option.
[[nodiscard]] std::string option_heading(OptionRow const& row);

/// `axiom log [OPTION]... [RANGE]`
[[nodiscard]] std::string synopsis(VerbRow const& verb);

} // namespace axiom::cli
