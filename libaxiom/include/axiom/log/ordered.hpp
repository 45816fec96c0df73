#pragma once
// `Ordered<T>` and `Durable<T>`: proofs, as types, that a value stands in the log.
//
// Whatever changes state takes an `Ordered<T>`; whatever is visible outside takes a `Durable<T>`.
// Only the log makes them (`LogPass` is its private key), so code that changes authority without an
// entry, or acts before its entry is on stable storage, does not compile.

#include <utility>

#include <axiom/log/ids.hpp>

namespace axiom {

/// Held by the log, by recovery and by the verifier's cursor, and by nobody else.
class LogPass {
    constexpr LogPass() noexcept = default;
    friend class Log;
    friend class EntryCursor;
};

/// A value that has its place in the log: numbered, and in replay verified.
template <class T> class Ordered {
  public:
    constexpr Ordered(LogPass /*pass*/, Sequence sequence, T value) noexcept
        : sequence_{sequence}, value_{std::move(value)} {}

    [[nodiscard]] constexpr Sequence sequence() const noexcept { return sequence_; }
    [[nodiscard]] constexpr T const& value() const noexcept { return value_; }

  private:
    Sequence sequence_;
    T value_;
};

/// An ordered value whose entry lies below the durable watermark.
template <class T> class Durable {
  public:
    constexpr Durable(LogPass /*pass*/, Ordered<T> ordered) noexcept
        : ordered_{std::move(ordered)} {}

    [[nodiscard]] constexpr Sequence sequence() const noexcept { return ordered_.sequence(); }
    [[nodiscard]] constexpr T const& value() const noexcept { return ordered_.value(); }

  private:
    Ordered<T> ordered_;
};

} // namespace axiom
