#pragma once
// `Result<T>`: a value, or the refusal or fault that explains why there is none.

#include <expected>
#include <utility>

#include <axiom/base/error.hpp>

namespace axiom {

template <class T> using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

[[nodiscard]] constexpr Failure fail(Code code, std::uint64_t where = 0,
                                     std::uint64_t detail = 0) noexcept {
    return Failure{Error{code, where, detail}};
}

} // namespace axiom

/// The value of a `Result` expression; returns its error from the enclosing function when there is
/// none.
#define TRY(expression)                                                                            \
    (__extension__({                                                                               \
        auto try_result_ = (expression);                                                           \
        if (!try_result_) [[unlikely]] {                                                           \
            return ::std::unexpected(::std::move(try_result_.error()));                            \
        }                                                                                          \
        ::axiom::detail::take(try_result_);                                                        \
    }))

namespace axiom::detail {

template <class T, class E> constexpr T take(std::expected<T, E>& result) noexcept {
    return std::move(*result);
}

template <class E> constexpr void take(std::expected<void, E>& /*result*/) noexcept {}

} // namespace axiom::detail
