#pragma once
// Entries as people read them: the names of their kinds, and their bodies by their schemas.

#include <axiom/domain/kind.hpp>
#include <axiom/log/entry.hpp>

namespace axiom::terminal {

/// The domain of this number or name, and the row of a kind; null when this program knows none.
[[nodiscard]] DomainInfo const* find_domain(DomainNumber number) noexcept;
[[nodiscard]] DomainInfo const* find_domain(std::string_view name) noexcept;
[[nodiscard]] KindInfo const* find_kind(EntryHeader const& header) noexcept;

/// `records.line`; numbers where this program knows no name.
void put_kind(TextSink& to, EntryHeader const& header) noexcept;

/// The body as JSON; its bytes in hex when the kind is unknown or the body is none of its.
void put_body(TextSink& to, Entry const& entry) noexcept;

/// A line of at most so many columns: sequence, kind, whose, and how its body begins.
void put_entry_line(TextSink& to, Entry const& entry, std::size_t columns) noexcept;

/// All that its header and its body say, a line for each part.
void put_entry(TextSink& to, Entry const& entry) noexcept;

} // namespace axiom::terminal
