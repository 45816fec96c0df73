#pragma once
// Pages that follow from the option table: help, man pages, shell completion.

#include <string>

#include <terminal/cli/verb.hpp>

namespace axiom::cli {

struct VariableText {
    std::string_view name;
    std::string_view sentence;
    bool needs_log{}; // means nothing to a verb that takes no --from
};

/// What the command takes from its environment.
inline constexpr VariableText variables[] = {
    {"AXIOM_LOG", "the log when --from is not given; else ./axiom", true},
    {"AXIOM_STATE_MIB", "what the tables of a log may take in memory, in MiB [256]: a log says "
                        "itself how large they are"},
    {"XDG_CONFIG_HOME", "where checkpoint keys lie, in axiom/; else ~/.config"},
    {"XDG_CACHE_HOME", "where projections for SQL lie, in axiom/; else ~/.cache"},
    {"NO_COLOR", "no colour unless --color asks for it"},
    {"AXIOM_PAGER, PAGER", "what long output goes through on a terminal"},
};

/// What `axiom --help` shows: the verbs by group, what the exit status says, the environment.
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
