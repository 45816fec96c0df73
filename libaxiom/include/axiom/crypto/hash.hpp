#pragma once
// Short names for the two ways in which the libraries hash: a whole value, or two hashes side by
// side.

#include <array>

#include <axiom/crypto/context.hpp>

namespace axiom {

[[nodiscard]] inline Hash256 hash_bytes(HashEngine const& engine, HashContext const& context,
                                        Bytes input) noexcept {
    return engine.hash_one(context.key, input);
}

/// Hash of `left` then `right`: one compression.
[[nodiscard]] inline Hash256 hash_pair(HashEngine const& engine, HashContext const& context,
                                       Hash256 const& left, Hash256 const& right) noexcept {
    std::array<Hash256, 2> const pair{left, right};
    auto const* const input = reinterpret_cast<std::byte const*>(pair.data());
    Hash256 output;
    engine.hash_many(context.key, &input, 1, 1, &output);
    return output;
}

} // namespace axiom
