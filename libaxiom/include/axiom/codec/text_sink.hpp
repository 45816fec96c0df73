#pragma once
// Where rendered text goes; the portable libraries never build strings of their own.

#include <string_view>

namespace axiom {

class TextSink {
  public:
    virtual void text(std::string_view piece) noexcept = 0;

  protected:
    ~TextSink() = default;
};

} // namespace axiom
