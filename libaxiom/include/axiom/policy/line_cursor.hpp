#pragma once
// LineCursor: what readers of the line format are made from: the line that is read now, and
// refusals that point at one of its words.

#include <expected>

#include <axiom/policy/lexer.hpp>

namespace axiom::policy {

using Done = std::expected<void, Diagnostic>;

class LineCursor {
  protected:
    explicit LineCursor(std::string_view text) noexcept : lexer_{text} {}
    ~LineCursor() = default;

    /// To the next line; to one without words at the end of the text.
    Done advance() noexcept;

    /// Of the line that is read now.
    [[nodiscard]] Done refuse(Code code, std::size_t word, std::string_view what,
                              std::string_view suggestion) const noexcept;

    Line line_{};

  private:
    Lexer lexer_;
};

} // namespace axiom::policy
