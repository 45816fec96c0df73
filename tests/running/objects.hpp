#pragma once
// Contents in the store of objects, as a terminal puts and gets them.

#include <optional>

#include <services/objects/api.hpp>
#include <tests/running/world.hpp>

namespace axiom::test::running {

/// Between these favours are granted: no manifest gives them.
inline constexpr std::array whoms{"console", "time", "jobs"};
inline constexpr std::array whats{"calculator", "time"};

/// Fails the sequence when it is not taken.
objects::Stored put_object(World& world, std::string const& content);

/// Nothing: it is not there. Fails the sequence when it cannot be read.
[[nodiscard]] std::optional<std::string> get_object(World& world, Hash256 const& id);

} // namespace axiom::test::running
