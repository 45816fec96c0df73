#pragma once
// Words: a line as people type it, taken apart.
//
//     word      letters, or pieces in quotes, without a space between
//     'text'    as it is
//     "text"    with $name replaced, and \" \\ \$
//     $name     the value of a variable; nothing if there is none
//     \x        x, whatever it is
//     # text    at the start of a word: nobody's business

#include <array>
#include <span>

#include <axiom/base/result.hpp>
#include <axiom/codec/held_text.hpp>
#include <axiom/codec/list.hpp>

namespace axiom::terminal {

inline constexpr std::size_t line_bytes_max = 1024;
inline constexpr std::size_t words_max = 32;
inline constexpr std::size_t variables_max = 16;
inline constexpr std::size_t name_bytes_max = 16;
inline constexpr std::size_t value_bytes_max = 512; // a path, or a few ids

/// What `env` shows and `name=value` sets.
class Variables {
  public:
    struct Variable {
        HeldText<name_bytes_max> name;
        HeldText<value_bytes_max> value;
    };

    /// Nothing when it is not set.
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;

    /// `bad_text` for what is no name, `out_of_range` for a value that is too long, `table_full`.
    [[nodiscard]] Result<void> set(std::string_view name, std::string_view value) noexcept;

    [[nodiscard]] std::span<Variable const> all() const noexcept {
        return {variables_.begin(), variables_.end()};
    }

  private:
    List<Variable, variables_max> variables_;
};

/// Whether it may be a variable's name: a letter or _, then those and digits.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

class Words {
  public:
    /// `where` of a refusal is the offset in the line: `bad_text` for a quote that is not closed
    /// or text that is not UTF-8, `out_of_range` for more than fits.
    [[nodiscard]] Result<void> split(std::string_view line, Variables const& variables) noexcept;

    [[nodiscard]] std::span<std::string_view const> words() const noexcept {
        return {words_.begin(), words_.end()};
    }

  private:
    class Splitter;

    std::array<char, 2 * line_bytes_max> letters_{};
    List<std::string_view, words_max> words_;
};

} // namespace axiom::terminal
