#pragma once
// LogReplay: the log domain's state, rebuilt from the entries of a recovered log.
//
// How large its tables are is written in entry 0, so the state comes into being with genesis; or it
// begins as a copy of what a snapshot holds, and what comes before is not applied again.

#include <memory>
#include <optional>
#include <vector>

#include <axiom/log/log_state.hpp>
#include <axiom/store/entry_cursor.hpp>

namespace axiom::host {

/// Memory of exactly the size that a state asked for.
class OwnedArena {
  public:
    explicit OwnedArena(std::size_t bytes)
        : bytes_{bytes}, memory_{std::make_unique<std::byte[]>(bytes)} {}

    [[nodiscard]] Arena arena() noexcept { return Arena{MutableBytes{memory_.get(), bytes_}}; }

  private:
    std::size_t bytes_;
    std::unique_ptr<std::byte[]> memory_;
};

/// Whether no table is larger than any may be.
[[nodiscard]] bool capacities_make_sense(Capacities const& capacities) noexcept;

/// What a log's tables may take in memory unless whoever opens it allows more: entry 0 says how
/// large they are, and it may be anybody's.
inline constexpr std::size_t state_bytes_default = std::size_t{256} << 20U;

/// Before anything is allocated: `out_of_range` for tables that no log has, `state_too_large`
/// (where: bytes asked for, detail: bytes allowed) for `state_bytes` above `allowed`.
[[nodiscard]] Result<void> check_capacities(Capacities const& capacities, std::size_t state_bytes,
                                            std::size_t allowed) noexcept;

class LogReplay final : public EntrySink {
  public:
    /// Hands every entry that it applies on to `also`, which may be null.
    explicit LogReplay(EntrySink* also, std::size_t state_bytes_max = state_bytes_default) noexcept
        : also_{also}, state_bytes_max_{state_bytes_max} {}

    /// Begins behind the last entry of `state`; before the first entry.
    Result<void> begin_behind(LogState const& state);

    void entry(Ordered<Entry> const& entry) noexcept override;
    void reduced(Sequence sequence, Hash256 const& leaf) noexcept override;

    /// Set when pruned entries had to be applied: where the first is, and as detail the snapshot
    /// that the log's `Prune` entry names in their place.
    [[nodiscard]] std::optional<Error> const& missing() const noexcept { return missing_; }

    /// The state after the last entry; null when there was no readable genesis.
    [[nodiscard]] std::unique_ptr<LogState> take_state() noexcept { return std::move(state_); }
    /// Why there is none, if genesis was refused.
    [[nodiscard]] std::optional<Error> const& refused() const noexcept { return refused_; }
    [[nodiscard]] std::unique_ptr<OwnedArena> take_arena() noexcept { return std::move(arena_); }

  private:
    Result<void> begin(Entry const& genesis) noexcept;
    void note_prune(Entry const& entry);

    EntrySink* also_;
    std::size_t state_bytes_max_;
    std::optional<Error> refused_;
    Sequence from_{}; // entries before this are part of the state already
    std::optional<Error> missing_;
    std::unique_ptr<OwnedArena> arena_;
    std::unique_ptr<LogState> state_;
};

} // namespace axiom::host
