#pragma once
// Text in strings: what a host keeps of what the libraries write into sinks.

#include <string>
#include <utility>

#include <axiom/base/hash256.hpp>
#include <axiom/codec/text_sink.hpp>
#include <sim-host/platform/held_exception.hpp>

namespace axiom::host {

class StringSink final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        held_.run([&] { value_.append(piece); });
    }

    /// All of it so far; throws std::bad_alloc when there was no memory for all of it.
    [[nodiscard]] std::string const& value() {
        held_.release();
        return value_;
    }
    [[nodiscard]] std::string take() {
        held_.release();
        return std::move(value_);
    }

  private:
    std::string value_;
    HeldException held_;
};

/// 64 lower-case digits.
[[nodiscard]] inline std::string hex_text(Hash256 const& hash) {
    return std::string{text_of(to_hex(hash))};
}

} // namespace axiom::host
