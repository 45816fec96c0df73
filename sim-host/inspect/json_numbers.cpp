// Large numbers; see sim-host/inspect/json_numbers.hpp.

#include <sim-host/inspect/json_numbers.hpp>

#include <algorithm>
#include <charconv>

namespace axiom::host {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view blanks = " \t\n\r";

// Takes what `letters` has off the front; how much that was.
std::size_t take(std::string_view& text, std::string_view letters) {
    std::size_t const count = std::min(text.find_first_not_of(letters), text.size());
    text.remove_prefix(count);
    return count;
}

bool take_one(std::string_view& text, std::string_view letters) {
    bool const fits = !text.empty() && letters.find(text[0]) != std::string_view::npos;
    text.remove_prefix(fits ? 1 : 0);
    return fits;
}

// number = [ "-" ] int [ "." digits ] [ ("e" | "E") [ "+" | "-" ] digits ]
bool is_number(std::string_view text) {
    take_one(text, "-");
    bool const zero = take_one(text, "0");
    if (!zero && take(text, digits) == 0) {
        return false;
    }
    if (take_one(text, ".") && take(text, digits) == 0) {
        return false;
    }
    if (take_one(text, "eE")) {
        take_one(text, "+-");
        if (take(text, digits) == 0) {
            return false;
        }
    }
    return text.empty();
}

bool fits_a_double(std::string_view number) {
    double value = 0;
    auto const read = std::from_chars(number.data(), number.data() + number.size(), value);
    return read.ec != std::errc::result_out_of_range;
}

// One past the string that begins at `at`, or the end of the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    ++at;
    while (at < text.size() && text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return std::min(at + 1, text.size());
}

// A number where a name of a member should stand is a mistake, and must stay one.
bool names_a_member(std::string_view behind) {
    take(behind, blanks);
    return take_one(behind, ":");
}

// `text` with what `instead` returns in place of each number that stands where a value does, unless
// it returns nothing.
template <typename Instead>
std::string with_numbers_changed(std::string_view text, Instead instead) {
    std::string changed;
    std::size_t copied = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '"') {
            at = end_of_string(text, at);
            continue;
        }
        std::size_t const end =
            std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
        std::string_view const number = text.substr(at, end - at);
        if (is_number(number) && !names_a_member(text.substr(end))) {
            if (std::optional<std::string> const other = instead(number)) {
                changed.append(text.substr(copied, at - copied)).append(*other);
                copied = end;
            }
        }
        at = std::max(end, at + 1);
    }
    return changed.append(text.substr(copied));
}

} // namespace

std::optional<std::string> with_large_numbers_as_text(std::string_view text) {
    bool any = false;
    auto quoted = [&](std::string_view number) -> std::optional<std::string> {
        if (fits_a_double(number)) {
            return std::nullopt;
        }
        any = true;
        return '"' + std::string{number} + '"';
    };
    std::string changed = with_numbers_changed(text, quoted);
    return any ? std::optional{std::move(changed)} : std::nullopt;
}

NumbersApart numbers_apart(std::string_view text) {
    NumbersApart apart;
    apart.text = with_numbers_changed(text, [&](std::string_view number) {
        apart.numbers.emplace_back(number);
        return std::optional<std::string>{"0"};
    });
    return apart;
}

} // namespace axiom::host
