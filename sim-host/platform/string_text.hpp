#pragma once
// Text in strings: what a host keeps of what the libraries write into sinks.

#include <string>

#include <axiom/base/hash256.hpp>
#include <axiom/codec/text_sink.hpp>

namespace axiom::host {

class StringSink final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override { value.append(piece); }
    std::string value;
};

/// 64 lower-case digits.
[[nodiscard]] inline std::string hex_text(Hash256 const& hash) {
    return std::string{text_of(to_hex(hash))};
}

} // namespace axiom::host
