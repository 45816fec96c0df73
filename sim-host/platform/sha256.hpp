#pragma once
// SHA-256 for the public tree and for key ids, by OpenSSL's libcrypto.

#include <cstddef>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>

namespace axiom::host {

/// SHA-256 of the concatenation of `count` parts.
[[nodiscard]] Hash256 sha256(Bytes const* parts, std::size_t count) noexcept;

} // namespace axiom::host
