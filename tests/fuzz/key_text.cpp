// A key file of any bytes: a key exactly when it is 64 hex digits, with or without a newline.

#include <algorithm>
#include <cstdint>

#include <axiom/base/assert.hpp>
#include <terminal/cli/key_text.hpp>

namespace {

bool is_hex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    auto const seed = axiom::cli::key_from_text(text);
    bool const length = size == 64 || (size == 65 && text.back() == '\n');
    bool const digits = std::ranges::all_of(text.substr(0, 64), is_hex);
    AXIOM_ASSERT(seed.has_value() == (length && digits));
    return 0;
}
