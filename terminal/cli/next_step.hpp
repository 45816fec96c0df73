#pragma once
// What to do about a library's code, in the words of this command where the library's own name no
// verb of it.

#include <string_view>

#include <axiom/base/error.hpp>

namespace axiom::cli {

[[nodiscard]] constexpr std::string_view next_step(Code code) noexcept {
    return code == Code::size_changed
               ? "what is missing is in a copy, if anywhere: axiom repair --mirror COPY, or "
                 "--from-archive DIR"
               : text_of(code).next;
}

} // namespace axiom::cli
