#pragma once
// Numbers for the scorecard (THREATS.md): what was tried and what failed, counted where it happens.
// scripts/status adds the lines of all tests up; nothing is written down anywhere else.

#include <cstdint>
#include <iostream>
#include <string_view>

namespace axiom::test {

/// `claim` is one word of scripts/scorecard.py.
inline void score(std::string_view claim, std::uint64_t tried, std::uint64_t failed) {
    std::cout << "score: " << claim << ' ' << tried << ' ' << failed << '\n';
}

/// That a replay of `what` came to `hash`.
inline void score_replay(std::string_view what, std::string_view hash) {
    std::cout << "score: replay " << what << ' ' << hash << '\n';
}

} // namespace axiom::test
