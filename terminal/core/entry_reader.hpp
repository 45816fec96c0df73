#pragma once
// EntryReader: entries of the live log, as axiomd tells them: the newest in runs, older ones one by
// one from the medium.

#include <optional>

#include <axiom/log/entry.hpp>
#include <terminal/core/session.hpp>

namespace axiom::terminal {

/// An entry as people name it: its sequence, `@` for the newest, `@~3` for the third before that;
/// `next` is the log's first free sequence. `bad_text`, `no_such_row`.
[[nodiscard]] Result<Sequence> reference_in(std::string_view text, std::uint64_t next) noexcept;

class EntryReader {
  public:
    /// From this entry on.
    EntryReader(Session& session, Sequence from) noexcept : session_{&session}, next_{from} {}

    /// The next entry that is durable; its body lies in the session until the next question.
    /// Nothing: there is none within so many milliseconds. `entry_missing` for one that pruning has
    /// reduced.
    [[nodiscard]] Result<std::optional<Entry>> next(std::uint32_t wait_ms = 0) noexcept;

  private:
    [[nodiscard]] Result<bool> fetch(std::uint32_t wait_ms) noexcept;
    [[nodiscard]] Result<void> fetch_rest(std::uint32_t rest) noexcept;
    [[nodiscard]] Result<void> fetch_old() noexcept;
    [[nodiscard]] Result<void> keep(Bytes piece) noexcept;

    Session* session_;
    Sequence next_;
    Bytes run_;          // entries that are here
    std::size_t kept_{}; // bytes of the session's room
};

} // namespace axiom::terminal
