#pragma once
// The hash engines of a host: portable, and one for each vector extension that this CPU has.
//
// All give the same hashes; which is fastest depends on the machine (under emulation the vector
// ones lose), so the choice is a timing, made once. SHA-256 is OpenSSL's in each of them: it uses
// the CPU's SHA instructions, which makes a leaf of the public tree about five times cheaper than
// libsodium does.

#include <span>

#include <axiom/port/hash_engine.hpp>

namespace axiom::host {

/// Every engine that this CPU can run, the portable one first.
[[nodiscard]] std::span<HashEngine const> hash_engines();

/// The engine that hashed a sample of entries fastest when this was first called.
[[nodiscard]] HashEngine const& fastest_engine();

/// The portable engine: what every other is checked against.
[[nodiscard]] HashEngine const& portable_engine();

} // namespace axiom::host
