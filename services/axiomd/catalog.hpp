#pragma once
// The tables of every domain that there is: what gives entries their names. The one list of them.

#include <span>

#include <axiom/domain/kind.hpp>
#include <axiom/log/genesis.hpp>

namespace axiom::axiomd {

/// By rising number; the log's first.
[[nodiscard]] std::span<DomainInfo const* const> known_domains() noexcept;

/// Each with the version of its reducer, as genesis and the boots of a log list them.
[[nodiscard]] DomainVersions known_versions() noexcept;

} // namespace axiom::axiomd
