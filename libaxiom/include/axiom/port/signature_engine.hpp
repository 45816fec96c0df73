#pragma once
// SignatureEngine: Ed25519 (RFC 8032) as a table that is passed in; never our own arithmetic.

#include <array>
#include <cstddef>

#include <axiom/base/bytes.hpp>

namespace axiom {

struct PublicKey {
    std::array<std::byte, 32> bytes{};
    friend bool operator==(PublicKey const&, PublicKey const&) noexcept = default;
};

struct Signature {
    std::array<std::byte, 64> bytes{};
    friend bool operator==(Signature const&, Signature const&) noexcept = default;
};

/// The 32-byte seed from which an Ed25519 key pair follows. Whoever holds one can sign.
struct SigningSeed {
    std::array<std::byte, 32> bytes{};
};

struct SignatureEngine {
    PublicKey (*public_key)(SigningSeed const& seed) noexcept;
    Signature (*sign)(SigningSeed const& seed, Bytes message) noexcept;

    /// Refuses non-canonical points and scalars, small-order keys included.
    bool (*verify)(PublicKey const& key, Bytes message, Signature const& signature) noexcept;
};

} // namespace axiom
