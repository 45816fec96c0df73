#pragma once
// The option table: what each verb takes, in rows from which parsing, help, man pages and shell
// completion follow.
//
// A verb is one pair of files that defines one VerbRow, and one line in registry.cpp.

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <terminal/cli/exit_code.hpp>

namespace axiom::cli {

class Console;
class Invocation;

enum class ValueKind : std::uint8_t {
    flag,      // no value
    text,      // anything, empty included
    name,      // text that is not empty
    number,    // decimal digits, at most `number_max`
    path,      // a file or folder, not empty
    reference, // an entry: a sequence, a hash prefix, @, @~3, boot:-1, a mark; or a range A..B
    choice,    // one of `choices`, separated by |
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which rows are written
struct OptionRow {
    std::string_view name; // without dashes; of a positional, what help calls it
    char letter{};         // the short form, or 0
    ValueKind kind{ValueKind::flag};
    std::string_view value{}; // what help calls the value
    std::string_view sentence{};
    std::string_view fallback{}; // the value when it is not given; shown in help
    std::string_view choices{};
    std::uint64_t number_max{std::numeric_limits<std::uint64_t>::max()};
    bool positional{};
    bool required{};
    bool repeated{};
};

struct Example {
    std::string_view command;
    std::string_view sentence;
};

struct VerbRow {
    std::string_view name;     // one word, or two: "receipt check"
    std::string_view group;    // read, write, trust, time, authority, jobs, help
    std::string_view sentence; // what it does, as in the list of verbs
    std::string_view text;     // the man page's description; paragraphs parted by an empty line
    bool reads_log{};          // takes --from
    bool ends_unread{};        // stops when nobody reads stdout any more: all that it does is show
    std::vector<OptionRow> options{};
    std::vector<Example> examples{};
    Exit (*run)(Invocation const& given, Console& console){};
};

/// The rows that every verb takes besides its own: --from if it reads a log, --json, --color, …
[[nodiscard]] std::span<OptionRow const> common_options() noexcept;
[[nodiscard]] OptionRow const& from_option() noexcept;

/// Whether the verb writes to the log that it is given: all that do keep its copies.
[[nodiscard]] bool writes_log(VerbRow const& verb) noexcept;

/// All rows of a verb: its own, --from if it reads a log, the common ones.
[[nodiscard]] std::vector<OptionRow> all_options(VerbRow const& verb);

/// Every verb, in the order of help.
[[nodiscard]] std::span<VerbRow const* const> verbs() noexcept;

/// The verb of this exact name, or null.
[[nodiscard]] VerbRow const* find_verb(std::string_view name) noexcept;

} // namespace axiom::cli
