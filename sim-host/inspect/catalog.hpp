#pragma once
// The tables of every domain that this program knows: what gives entries their names.

#include <span>

#include <axiom/domain/kind.hpp>

namespace axiom::host {

[[nodiscard]] std::span<DomainInfo const* const> known_domains() noexcept;

} // namespace axiom::host
