// Reading keys; see terminal/cli/key_text.hpp.

#include <terminal/cli/key_text.hpp>

#include <axiom/base/hash256.hpp>

namespace axiom::cli {

std::optional<SigningSeed> key_from_text(std::string_view text) {
    if (text.size() == key_text_bytes && text.back() == '\n') {
        text.remove_suffix(1);
    }
    auto const seed = hash_from_hex(text);
    return seed ? std::optional{SigningSeed{seed->bytes}} : std::nullopt;
}

} // namespace axiom::cli
