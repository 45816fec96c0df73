#pragma once
// Foreign text made fit for a terminal, and lines that end where the screen does.

#include <string_view>

#include <axiom/codec/text_sink.hpp>

namespace axiom::terminal {

/// Text with what would move a cursor, end a line or show other text than is there written as
/// \xNN or \uNNNN: control characters (C0, DEL, C1), separators, direction marks, and bytes that
/// are not UTF-8.
void put_printable(TextSink& to, std::string_view text) noexcept;

/// Lines of foreign text: the same but that a line feed ends a line.
void put_lines(TextSink& to, std::string_view text) noexcept;

/// How many columns text takes that is put so, in one line.
[[nodiscard]] std::size_t printable_width(std::string_view text) noexcept;

/// Makes text printable and ends it after so many columns, the last two of them dots.
class CutSink final : public TextSink {
  public:
    CutSink(TextSink& to, std::size_t columns) noexcept : to_{&to}, left_{columns} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override;

  private:
    TextSink* to_;
    std::size_t left_;
    bool cut_{};
};

} // namespace axiom::terminal
