#pragma once
// Ids of objects as people type them, and contents on their way to files and from them.

#include <services/objects/api.hpp>
#include <terminal/core/session.hpp>

namespace axiom::terminal {

inline constexpr std::string_view objects_name = "objects";

/// `bad_text` for what is no id: 64 small hex digits.
[[nodiscard]] Result<Hash256> id_in(std::string_view word) noexcept;

void put_id(TextSink& to, Hash256 const& id) noexcept;

/// The session's file of this path, into the store.
[[nodiscard]] Result<objects::Stored> put_file(Session& session, std::string_view path) noexcept;

/// The object, into a new file of this path. How long it is.
[[nodiscard]] Result<std::uint64_t> get_file(Session& session, Hash256 const& id,
                                             std::string_view path) noexcept;

/// The object, as text on the session's output; what would move a cursor is shown as `?`.
[[nodiscard]] Result<void> show_object(Session& session, Hash256 const& id) noexcept;

} // namespace axiom::terminal
