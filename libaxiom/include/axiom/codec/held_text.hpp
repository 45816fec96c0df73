#pragma once
// Text held in place, for rows that outlive the entry they came from. Encoded like any text.

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <axiom/base/assert.hpp>

namespace axiom {

template <std::size_t Max> class HeldText {
  public:
    static constexpr std::size_t max = Max;

    constexpr HeldText() noexcept = default;

    /// Copies `text`, which is at most `Max` bytes long.
    explicit HeldText(std::string_view text) noexcept : bytes_{text.size()} {
        AXIOM_ASSERT(text.size() <= Max);
        for (std::size_t index = 0; index < text.size(); ++index) {
            letters_[index] = text[index];
        }
    }

    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), bytes_}; }

    friend bool operator==(HeldText const& left, HeldText const& right) noexcept {
        return left.view() == right.view();
    }

  private:
    std::array<char, Max> letters_{};
    std::size_t bytes_{};
};

template <class T> struct IsHeldText : std::false_type {};
template <std::size_t Max> struct IsHeldText<HeldText<Max>> : std::true_type {};

} // namespace axiom
