#pragma once
// Picks a few members out of one line of NDJSON, without building the document.
//
// The parser is nlohmann's, fed by events: nesting costs it a bit a level and no stack, so a
// hostile line costs at most its own length. Only members of the outermost object count; of a
// member that is given twice the last does, as for who builds the document. A line that is not JSON
// has no members.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace axiom::host {

inline constexpr std::size_t picked_fields_max = 3;
inline constexpr std::size_t picked_value_bytes_max = 256;

struct PickedFields {
    bool is_object{};
    /// The value of each field that was asked for: a string's text, a number's digits, true or
    /// false. None when it is absent, null or unusable.
    std::array<std::optional<std::string>, picked_fields_max> values;
    /// A container, or longer than picked_value_bytes_max.
    std::array<bool, picked_fields_max> unusable{};
};

/// Empty names ask for nothing.
[[nodiscard]] PickedFields pick_fields(std::string_view line,
                                       std::array<std::string_view, picked_fields_max> names);

} // namespace axiom::host
