#pragma once
// Where rendered text goes; the portable libraries never build strings of their own.

#include <cstddef>
#include <string_view>

namespace axiom {

class TextSink {
  public:
    virtual void text(std::string_view piece) noexcept = 0;

    /// A literal, whose length is its type's: without a runtime there is no strlen to ask.
    template <std::size_t Size> void text(char const (&literal)[Size]) noexcept {
        text(std::string_view{literal, Size - 1});
    }

  protected:
    ~TextSink() = default;
};

} // namespace axiom
