#pragma once
// Lines and words of a policy or test file.
//
// A line holds at most eight words, separated by blanks: bare ones, and quoted ones in which `\"`
// and `\\` are the only escapes. `#` at the start of a word begins a comment. Lines end in LF; the
// text is UTF-8 without control characters. Everything else is refused at its place.

#include <array>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include <axiom/policy/limits.hpp>
#include <axiom/policy/source.hpp>

namespace axiom::policy {

struct Word {
    std::string_view text{}; // of a quoted word what stands between the quotes, escapes as written
    bool quoted{};
    std::uint32_t column{};
};

inline constexpr std::size_t words_max = 8;

struct Line {
    std::uint32_t number{};
    std::uint32_t count{};
    std::array<Word, words_max> words{};

    [[nodiscard]] std::span<Word const> all() const noexcept {
        return std::span{words}.first(count);
    }
    [[nodiscard]] Place place(std::size_t word) const noexcept {
        return {number, word < count ? words[word].column : 1};
    }
    /// Whether the word exists, is bare and says this.
    [[nodiscard]] bool is(std::size_t word, std::string_view text) const noexcept {
        return word < count && !words[word].quoted && words[word].text == text;
    }
};

class Lexer {
  public:
    explicit Lexer(std::string_view text) noexcept : rest_{text} {}

    /// The next line that has words; a line with none when the text has ended.
    std::expected<Line, Diagnostic> next() noexcept;

  private:
    std::string_view rest_;
    std::uint32_t number_{};
};

/// Decimal without leading zeros, or 0x and hex digits; nothing that does not fit 64 bits.
[[nodiscard]] std::optional<std::uint64_t> number_of(Word const& word) noexcept;

/// A number with an optional unit (ms, s, m, h, d); milliseconds.
[[nodiscard]] std::optional<std::uint64_t> duration_of(Word const& word) noexcept;

/// The number of a domain by name or number.
[[nodiscard]] std::optional<std::uint64_t> domain_of(Word const& word) noexcept;

/// A quoted word's text with escapes undone, in `space`; a bare word's text as it is.
[[nodiscard]] std::string_view unescaped(Word const& word,
                                         std::array<char, line_bytes_max>& space) noexcept;

/// The candidate that differs from `word` in at most two letters and least of all; empty when none
/// does.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<std::string_view const> candidates) noexcept;

} // namespace axiom::policy
