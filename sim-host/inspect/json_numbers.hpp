#pragma once
// Numbers of JSON as they are written.
//
// RFC 8259 bounds no number, so `{"a":1e999}` is an object; the parser, which keeps numbers as
// doubles, refuses it. Such a number is given to the parser as the text that it is written as.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace axiom::host {

/// `text` with each number that no double holds, where a value stands, between quotes; nullopt when
/// there is none. What is no JSON stays none.
[[nodiscard]] std::optional<std::string> with_large_numbers_as_text(std::string_view text);

/// JSON whose values that are numbers are all 0, and what they are written as, in order.
struct NumbersApart {
    std::string text;
    std::vector<std::string> numbers;
};

/// What is no JSON stays none.
[[nodiscard]] NumbersApart numbers_apart(std::string_view text);

} // namespace axiom::host
