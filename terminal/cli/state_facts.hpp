#pragma once
// What the domains' state says, by name: what `axiom at` shows and `axiom diff` compares.

#include <map>
#include <string>

#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// Boot, epoch, log time, key and policy; accounts, marks, principals and producers as objects
/// whose members bear their ids or names as every verb prints them.
[[nodiscard]] Json state_facts(host::DomainSet& domains);

/// One text for each value of `facts` that is no object, by its path: `marks.before-update`,
/// `principals.2.enabled`. Strings are without quotes.
[[nodiscard]] std::map<std::string, std::string> flattened(Json const& facts);

} // namespace axiom::cli
