#pragma once
// What to do about a library's code, in the words of this command where the library's own name no
// verb of it.

#include <string_view>

#include <axiom/base/error.hpp>

namespace axiom::cli {

[[nodiscard]] constexpr std::string_view next_step(Code code) noexcept {
    switch (code) {
    case Code::log_full:
        return "prune finished boots (axiom prune), or add space";
    case Code::not_sealed:
        return "ask for a newer checkpoint: axiom seal";
    case Code::read_only:
        return "work on a copy, or make the place writable";
    case Code::size_changed:
        return "what is missing is in a copy, if anywhere: axiom repair --mirror COPY, or "
               "--from-archive DIR";
    case Code::store_full:
        return "add space, or move the log to where there is more";
    default:
        return text_of(code).next;
    }
}

} // namespace axiom::cli
