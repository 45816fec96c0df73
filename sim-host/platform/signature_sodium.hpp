#pragma once
// Ed25519 by libsodium.
//
// Its verifier refuses scalars that are not reduced (S + L), points that are not canonical, and
// keys and commitments of small order, which is what the port asks for. Secrets are wiped when no
// longer needed.

#include <axiom/base/result.hpp>
#include <axiom/port/signature_engine.hpp>

namespace axiom::host {

/// The engine; the first call prepares libsodium.
[[nodiscard]] SignatureEngine const& signature_engine();

/// A new seed from the system's randomness.
[[nodiscard]] SigningSeed new_signing_seed();

/// Overwrites the seed in a way that no compiler removes.
void wipe(SigningSeed& seed) noexcept;
void wipe(MutableBytes secret) noexcept;

} // namespace axiom::host
