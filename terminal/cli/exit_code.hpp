#pragma once
// What the command says with its exit status; scripts rely on these numbers.

#include <axiom/base/error.hpp>

namespace axiom::cli {

enum class Exit : int {
    success = 0,      // done, or verified
    answer_is_no = 1, // ran, and the answer is no, as with grep and diff
    usage = 2,
    tampering = 3,  // or a bad signature
    incomplete = 4, // unsealed or cut tail, a gap
    diverged = 5,   // a replay gave another state
    denied = 6,     // by policy
    not_found = 7,
    incompatible = 8, // format or version
    timed_out = 9,
    environment = 10, // something is missing here; `axiom doctor` explains
    storage = 11,     // failed or full; what was acknowledged is safe
    internal = 70,
};

/// The exit status that a library's code stands for when nothing more is known.
[[nodiscard]] Exit exit_for(Code code) noexcept;

struct ExitText {
    Exit exit;
    std::string_view sentence;
};

inline constexpr ExitText exit_texts[] = {
    {Exit::success, "success, verified"},
    {Exit::answer_is_no, "ran, the answer is no (like grep, diff)"},
    {Exit::usage, "usage"},
    {Exit::tampering, "tampering or bad signature"},
    {Exit::incomplete, "incomplete: unsealed or cut tail, gap"},
    {Exit::diverged, "replay diverged (the first difference is printed)"},
    {Exit::denied, "denied by policy (the reason is printed)"},
    {Exit::not_found, "not found"},
    {Exit::incompatible, "incompatible format or version"},
    {Exit::timed_out, "timed out"},
    {Exit::environment, "the environment lacks something (axiom doctor explains)"},
    {Exit::storage, "storage failed or full; what was acknowledged is safe"},
    {Exit::internal, "internal error"},
};

} // namespace axiom::cli
