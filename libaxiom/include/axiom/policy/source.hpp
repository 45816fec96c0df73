#pragma once
// Where in a text something is wrong, what, and what to write instead: the refusal of a whole file.

#include <cstdint>
#include <expected>
#include <string_view>

#include <axiom/base/error.hpp>
#include <axiom/codec/text_sink.hpp>

namespace axiom::policy {

struct Place {
    std::uint32_t line{};   // from 1
    std::uint32_t column{}; // from 1, in bytes
};

struct Diagnostic {
    Code code{};
    Place place{};
    std::string_view what{};       // a sentence without its end
    std::string_view subject{};    // the words of the source that it is about; may be empty
    std::string_view suggestion{}; // what to do instead; may be empty
    std::string_view nearest{};    // a known word that may have been meant; may be empty
};

/// `12:5: policy_unknown_name: unknown field "princpal"; did you mean "principal"?`
void render(TextSink& to, Diagnostic const& diagnostic) noexcept;

} // namespace axiom::policy
