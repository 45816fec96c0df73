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

bool is_control(char letter) noexcept {
    auto const code = static_cast<unsigned char>(letter);
    return code < 0x20 || code == 0x7F;
}

// A letter is a byte that begins a character; one that is escaped takes four places.
std::size_t width_of(std::string_view text) noexcept {
    std::size_t width = 0;
    for (char const letter : text) {
        bool const goes_on = (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U;
        width += is_control(letter) ? 4U : goes_on ? 0U : 1U;
    }
    return width;
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

void put_printable(TextSink& to, std::string_view text) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_control(text[at])) {
            to.text(text.substr(start, at - start));
            auto const code = static_cast<unsigned char>(text[at]);
            std::array const escaped{'\\', 'x', hex[code >> 4U], hex[code & 0xFU]};
            to.text({escaped.data(), escaped.size()});
            start = at + 1;
        }
    }
    to.text(text.substr(start));
}

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
    std::size_t const width = width_of(text);
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
