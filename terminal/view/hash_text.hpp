#pragma once
// Hashes as people read them.

#include <array>

#include <axiom/base/hash256.hpp>
#include <axiom/codec/text_sink.hpp>

namespace axiom::terminal {

/// All of its digits, in lower case.
inline void put_hash(TextSink& to, Hash256 const& hash) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    for (std::byte const byte : hash.bytes) {
        auto const value = std::to_integer<unsigned>(byte);
        std::array const pair{hex[value >> 4U], hex[value & 0xFU]};
        to.text({pair.data(), pair.size()});
    }
}

} // namespace axiom::terminal
