#pragma once
// What effects left outside, held against the log: nothing is there without its entry, and each
// effect as often as its kind promises.
//
//     kind         executor       where it is seen             done   failed   no outcome   unknown
//     repeatable   board.put      a line of the board's file   1      0        0 or 1       -
//     queryable    board.post     a line of the board's file   1      0        0 or 1       -
//     once         console.print  a line of what the kernel    0, 1   0        0 or 1       0 or 1
//                                 process said
//
// Of what is printed the last lines may be lost with the kernel process that said them; no other
// may be: `all_was_said`.

#include <filesystem>
#include <vector>

#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

struct LeftOutside {
    std::filesystem::path board; // the file that the board keeps; none yet: nothing was done
    std::filesystem::path said;  // what the kernel process has said, in all its lives
    bool all_was_said{};         // none of those was killed
    bool all_is_done{};          // nothing may be owed any more
};

struct EffectsLeft {
    std::uint64_t effects{}; // in the log
    std::uint64_t done{};
    std::uint64_t failed{};
    std::uint64_t unknown{};
    std::uint64_t owed{};
    std::vector<std::string> violations; // in words
};

/// Printed texts are told apart by what they say: each is to be another.
[[nodiscard]] EffectsLeft effects_left(OpenedLog& log, LeftOutside const& left);

} // namespace axiom::host
