#pragma once
// Values of a TOML file as people write them. Whatever is wrong is thrown as a `Mistake`, with its
// place.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace axiom::host {

/// What the parser takes for granted and some files do not give it, `[` at the end of a line: by
/// itself it would stop the program.
[[noreturn]] void toml_is_not_as_assumed();

} // namespace axiom::host

#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(holds)                                                                         \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            ::axiom::host::toml_is_not_as_assumed();                                               \
        }                                                                                          \
    } while (false)
#include <toml++/impl/forward_declarations.h>
// Of letters beyond ASCII that are near a space of some alphabet, the parser's table of spaces says
// that they cannot be (undefined behaviour). They can, and they are none.
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE __builtin_unreachable()
#include <toml++/toml.h>

namespace axiom::host {

/// Where it is, and what is wrong.
struct Mistake {
    toml::source_position at;
    std::string what;
};

/// The file's text, `name` being how people call it.
[[nodiscard]] toml::table parse_toml(std::string_view text, std::string const& name);

[[nodiscard]] toml::source_position place(toml::node const& node);

/// What to say behind a word that is none of these: the nearest, or all.
[[nodiscard]] std::string perhaps(std::string_view word, std::span<std::string const> known);

/// That the table has no other keys.
void check_keys(toml::table const& table, std::vector<std::string> const& known);

// ── the value at a key ─────────────────────────────────────────────────────────────────────────

[[nodiscard]] std::string text_at(toml::table const& table, std::string_view key);
/// From 0 to `most`; `otherwise` if there is none.
[[nodiscard]] std::uint64_t number_at(toml::table const& table, std::string_view key,
                                      std::uint64_t most, std::uint64_t otherwise);
/// False if there is none.
[[nodiscard]] bool flag_at(toml::table const& table, std::string_view key);
/// Bytes, written as `32 MiB`; not 0.
[[nodiscard]] std::uint64_t memory_at(toml::table const& table, std::string_view key);

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
/// `3 MiB`, `10ms`: the number times its unit's factor; none for anything else.
[[nodiscard]] std::optional<std::uint64_t> measured(std::string_view text,
                                                    std::span<Unit const> units);

} // namespace axiom::host
