#pragma once
// The message of the calculator.

#include <services/runtime/serve.hpp>

namespace axiom::calculator {

inline constexpr std::uint32_t text_bytes_max = 256;

struct Value {
    std::uint64_t magnitude{};
    bool negative{};
};
/// `bad_text` where it is no expression (`where`: the offset), `out_of_range` where a value does
/// not fit 64 bits with a sign, or a divisor is zero.
struct Evaluate {
    static constexpr std::uint64_t method = 1;
    using Answer = Value;
    std::string_view text;
};

} // namespace axiom::calculator

template <> struct axiom::Schema<axiom::calculator::Value> {
    static constexpr auto fields =
        Fields{Field{"magnitude", &calculator::Value::magnitude, "without its sign"},
               Field{"negative", &calculator::Value::negative, "whether it is below zero"}};
};
template <> struct axiom::Schema<axiom::calculator::Evaluate> {
    static constexpr auto fields =
        Fields{Field{"text", &calculator::Evaluate::text, "numbers, + - * / % and parentheses",
                     at_most<calculator::text_bytes_max>}};
};

namespace axiom::calculator {

using CalculatorApi = Api<Evaluate>;

} // namespace axiom::calculator
