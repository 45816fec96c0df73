#pragma once
// References: how people name an entry, and a range of them.
//
//     reference := base [ "~" number ]
//     base      := number              a sequence; from 8 digits on also a hash prefix, if no entry
//                                      has that sequence
//                | hex{4,64}           a prefix of exactly one entry's hash (its link)
//                | "entry:" number     a sequence, and nothing else: as causes of lines name
//                entries | "@"                 the newest entry | "boot:" number      the `Boot`
//                entry of that boot | "boot:-" number     counted from the newest: boot:-1 is the
//                newest | mark                a name given by `axiom mark`, which gives none that
//                could
//                                      be a hash prefix; in a log that has one, the hash wins
//     range     := reference | [ reference ] ".." [ reference ]      both ends included
//
// `~n` goes back n entries. Parsing is here and needs no log; resolving needs one.

#include <optional>
#include <string>
#include <string_view>

#include <sim-host/inspect/opened_log.hpp>

namespace axiom::host {

enum class ReferenceBase : std::uint8_t { sequence, head, boot, boot_from_newest, name };

struct Reference {
    ReferenceBase base{};
    std::uint64_t number{}; // of sequence and boots
    std::string name;       // a mark or a hash prefix; of a number its digits
    std::uint64_t back{};   // ~n
};

struct ReferenceRange {
    std::optional<Reference> first; // none: from genesis
    std::optional<Reference> last;  // none: to the newest
    bool single{};                  // no `..` was written
};

/// Whether `text` may be the beginning of an entry's hash.
[[nodiscard]] bool is_hash_prefix(std::string_view text);

/// `bad_text` with the offset of what is wrong.
[[nodiscard]] Result<Reference> parse_reference(std::string_view text);
[[nodiscard]] Result<ReferenceRange> parse_range(std::string_view text);

/// The entry that `text` names. `bad_text`, or `no_such_row` when the log has none, and
/// `already_exists` when a hash prefix fits several.
[[nodiscard]] HostResult<Sequence> resolve_reference(OpenedLog& log, std::string_view text);

[[nodiscard]] HostResult<EntryRange> resolve_range(OpenedLog& log, std::string_view text);

} // namespace axiom::host
