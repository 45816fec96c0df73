#pragma once
// The domains that this program knows are axiomd's.

#include <services/axiomd/catalog.hpp>

namespace axiom::host {

using axiomd::known_domains;

} // namespace axiom::host
