#pragma once
// Table: rows in columns that fit, as people read them.

#include <array>
#include <span>

#include <axiom/base/bytes.hpp>
#include <axiom/codec/text_sink.hpp>
#include <terminal/view/printable.hpp>

namespace axiom::terminal {

struct Column {
    std::string_view title;
    std::uint8_t width{}; // in letters; longer cells push the rest to the right
    bool is_number{};     // stands at the right
};

/// Writes a heading, then rows. Foreign text in a cell is shown escaped.
class Table {
  public:
    Table(TextSink& to, std::span<Column const> columns) noexcept;

    Table& cell(std::string_view text) noexcept;
    Table& cell(std::uint64_t number) noexcept;
    void end_row() noexcept;

  private:
    TextSink* to_;
    std::span<Column const> columns_;
    std::size_t next_{};
};

void put_number(TextSink& to, std::uint64_t number) noexcept;

} // namespace axiom::terminal
