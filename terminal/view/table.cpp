#include <terminal/view/table.hpp>

#include <algorithm>

namespace axiom::terminal {

namespace {

using Digits = std::array<char, 20>;

std::string_view decimal(std::uint64_t number, Digits& digits) noexcept {
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return {digits.data() + at, digits.size() - at};
}

void put_spaces(TextSink& to, std::size_t count) noexcept {
    constexpr std::string_view spaces = "                                ";
    while (count > 0) {
        std::size_t const some = std::min(count, spaces.size());
        to.text(spaces.substr(0, some));
        count -= some;
    }
}

} // namespace

void put_number(TextSink& to, std::uint64_t number) noexcept {
    Digits digits{};
    to.text(decimal(number, digits));
}

Table::Table(TextSink& to, std::span<Column const> columns) noexcept : to_{&to}, columns_{columns} {
    for (Column const& column : columns_) {
        cell(column.title);
    }
    end_row();
}

Table& Table::cell(std::string_view text) noexcept {
    Column const& column = columns_[next_];
    bool const last = next_ + 1 == columns_.size();
    std::size_t const width = printable_width(text);
    std::size_t const rest = width < column.width ? column.width - width : 0;
    if (next_ > 0) {
        to_->text("  ");
    }
    if (column.is_number) {
        put_spaces(*to_, rest);
    }
    put_printable(*to_, text);
    if (!column.is_number && !last) {
        put_spaces(*to_, rest);
    }
    ++next_;
    return *this;
}

Table& Table::cell(std::uint64_t number) noexcept {
    Digits digits{};
    return cell(decimal(number, digits));
}

void Table::end_row() noexcept {
    to_->text("\n");
    next_ = 0;
}

} // namespace axiom::terminal
