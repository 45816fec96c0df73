#pragma once
// The first entry in which two logs differ.
//
// Equal links are equal pasts, so the place where two logs part is found by binary search, reading
// a block a step.

#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

struct FieldDifference {
    std::string field; // as in the entry's JSON: `header.time`, `body.content.object`
    std::string left;  // JSON; `null` where only the other entry has the field
    std::string right;
};

struct LogDifference {
    Sequence sequence{}; // of the first entry that differs
    bool left_ended{};   // the log holds no such entry, and so far they are equal
    bool right_ended{};
    std::vector<FieldDifference> fields;
};

/// nullopt when both hold the same entries.
[[nodiscard]] HostResult<std::optional<LogDifference>> first_difference(OpenedLog& left,
                                                                        OpenedLog& right);

/// The fields in which two entries differ: the header's first, then the body's.
[[nodiscard]] std::vector<FieldDifference> differing_fields(OwnedEntry const& left,
                                                            OwnedEntry const& right);

} // namespace axiom::host
