#pragma once
// The portable HashEngine: BLAKE3's official portable C, the same on every machine, one input at a
// time.
//
// Every other engine is checked against this one. SHA-256 is no part of the archive (we write no
// ciphers): the composition root brings its own.

#include <axiom/port/hash_engine.hpp>

namespace axiom {

/// SHA-256 of the concatenation of `count` parts.
using Sha256Function = Hash256 (*)(Bytes const* parts, std::size_t count) noexcept;

[[nodiscard]] HashEngine make_portable_engine(Sha256Function sha256) noexcept;

} // namespace axiom
