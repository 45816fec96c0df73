#pragma once
// The tables of every domain that this program knows: what gives entries their names. The one list
// of them.

#include <span>

#include <axiom/domain/kind.hpp>

namespace axiom::host {

/// The log's first.
[[nodiscard]] std::span<DomainInfo const* const> known_domains() noexcept;

} // namespace axiom::host
