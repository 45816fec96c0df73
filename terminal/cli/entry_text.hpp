#pragma once
// An entry as people and programs read it: names, one JSON object, short texts.

#include <optional>
#include <string>

#include <axiom/domain/kind.hpp>
#include <sim-host/inspect/opened_log.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

/// The row of the entry's kind; null when this program does not know it.
[[nodiscard]] KindInfo const* kind_of(EntryHeader const& header) noexcept;

/// `records.line`; numbers where this program knows no name.
[[nodiscard]] std::string kind_text(EntryHeader const& header);

/// A producer's id as every verb prints it: 0x and 16 hex digits.
[[nodiscard]] std::string producer_text(ProducerId producer);

/// The first `digits` digits of an entry's hash.
[[nodiscard]] std::string short_hash(Hash256 const& hash, std::size_t digits = 12);

/// What the entry is about: a line's object, a stream's, mark's or principal's name; empty when
/// nothing.
[[nodiscard]] std::string object_of(host::EntryView const& view);

/// Whether that is `name`, or is shown as `name`: an object with a line break in it is named the
/// way it is printed.
[[nodiscard]] bool is_about(host::EntryView const& view, std::string_view name);

/// The body by its schema; its bytes in hex when the kind is unknown.
[[nodiscard]] Json body_json(host::EntryView const& view);

/// What `log --json` prints. `data` is the attachment: as text if it is UTF-8, else in hex.
[[nodiscard]] Json entry_json(host::EntryView const& view);

/// The attachment, or the body, on one line for `log`.
[[nodiscard]] std::string summary_of(host::EntryView const& view, std::size_t columns);

} // namespace axiom::cli
