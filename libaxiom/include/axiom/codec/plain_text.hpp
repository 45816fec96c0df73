#pragma once
// Numbers, hashes and bytes as text that has one spelling: what texts that are signed are made of.
//
// Decimal has no leading zero, hex no upper case, base64 (RFC 4648, 4) its padding and zero bits
// behind the last byte. Reading accepts exactly what writing makes.

#include <cstdint>
#include <string_view>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/codec/writer.hpp>

namespace axiom {

/// The characters that base64 takes for so many bytes.
[[nodiscard]] constexpr std::size_t base64_characters(std::size_t bytes) noexcept {
    return (bytes + 2) / 3 * 4;
}

Result<void> write_text(Writer& to, std::string_view text) noexcept;
Result<void> write_decimal(Writer& to, std::uint64_t number) noexcept;
Result<void> write_hex(Writer& to, Hash256 const& hash) noexcept;
Result<void> write_base64(Writer& to, Bytes bytes) noexcept;

/// `bad_text` unless `text` is the one spelling of a number below 2^64.
[[nodiscard]] Result<std::uint64_t> read_decimal(std::string_view text) noexcept;

/// `bad_text` unless `text` is 64 lower-case hex digits.
[[nodiscard]] Result<Hash256> read_hex(std::string_view text) noexcept;

/// How many bytes `text` stands for. `bad_text` unless it is canonical base64.
[[nodiscard]] Result<std::size_t> base64_bytes(std::string_view text) noexcept;

/// Fills `to` from `text`. `bad_text` unless `text` is canonical base64 of exactly that many bytes.
[[nodiscard]] Result<void> read_base64(MutableBytes to, std::string_view text) noexcept;

/// Where `what` first stands in `text`; the text's size when it does not. The standard's own search
/// calls into a C library that the archive does without.
[[nodiscard]] std::size_t find_text(std::string_view text, std::string_view what) noexcept;

/// Takes lines off the front of a text; every line ends in a newline.
class Lines {
  public:
    explicit Lines(std::string_view text) noexcept : rest_{text} {}

    /// The next line without its newline. `truncated` at the end or when the newline is missing.
    Result<std::string_view> next() noexcept;

    /// The next line behind `prefix`. `bad_text` when the line does not begin with it.
    Result<std::string_view> next_after(std::string_view prefix) noexcept;

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  private:
    std::string_view rest_;
};

} // namespace axiom
