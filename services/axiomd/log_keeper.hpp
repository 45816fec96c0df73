#pragma once
// LogKeeper: a recovered log on its medium, and the next blocks that the kernel drains to it.
//
//     recover ─▶ fence older writers ─▶ attach point ─▶ store block ─▶ store block … ─▶ finish
//
// A block is durable when `store_block` has returned. Its memory comes from one arena.

#include <axiom/base/arena.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/group_builder.hpp>
#include <axiom/store/recovery.hpp>
#include <kernel/abi/log.hpp>
#include <services/axiomd/api.hpp>
#include <services/axiomd/shadow_set.hpp>

namespace axiom::axiomd {

/// What the world gives whoever begins or goes on with a log.
struct Chance {
    Hash256 entropy{};
    WallTime time{};
    std::optional<Hash256> key{}; // that seals: a log with another one is not opened
};

class LogKeeper {
  public:
    LogKeeper(Store& store, HashEngine const& engine, Arena& arena) noexcept;

    [[nodiscard]] static std::size_t bytes_for(StoreGeometry const& geometry) noexcept;

    /// Whether the medium holds a log, or what is left of one.
    [[nodiscard]] Result<bool> holds_log() noexcept;

    /// Begins a log there that holds its genesis and nothing else. Only where there is none.
    [[nodiscard]] Result<void> create(Genesis const& genesis, WallTime time) noexcept;

    /// Recovers the log, rebuilds the state of every domain, and fences older writers off. What is
    /// refused is refused before anything is written.
    [[nodiscard]] Result<void> open(Chance const& chance) noexcept;

    /// Whether `key` is the one in force: whoever has it seals the log.
    [[nodiscard]] bool is_sealed_by(Hash256 const& key) const noexcept;

    /// What recovery cut, to be entered in the log; nothing if it cut nothing.
    [[nodiscard]] std::optional<Repaired> const& repaired() const noexcept { return repaired_; }

    /// What `log_attach` wants: the head, then the state behind it. How many bytes that was.
    [[nodiscard]] Result<std::size_t> put_attach(MutableBytes to) noexcept;

    /// A block as `log_drain` lays it into a region: first it is applied to the shadows, then it is
    /// stored.
    [[nodiscard]] Result<void> store_block(Bytes drained) noexcept;

    /// The entries of such a block, one behind the other.
    [[nodiscard]] static Bytes entries_of(Bytes drained) noexcept;

    /// A durable entry, its header and its padded body, copied into `to`, and which log it is of.
    /// `entry_missing`, `no_room`, and what its segment is refused for.
    struct OldEntry {
        Hash256 log_id{};
        Bytes bytes{};
    };
    [[nodiscard]] Result<OldEntry> read_entry(Sequence sequence, MutableBytes to) noexcept;

    /// Reads the segment that holds an entry again and hashes every byte of it, as `CheckSegment`
    /// says. `entry_missing`, and what is wrong with it.
    [[nodiscard]] Result<Checked> check_segment(Sequence sequence) noexcept;

    /// The entries of one segment that `asks` wants, as `Find` says. `entry_missing`, and what the
    /// segment is refused for.
    [[nodiscard]] Result<Found> find(Find const& asks) noexcept;

    /// Every domain, after the last entry that was recovered or drained.
    [[nodiscard]] ShadowSet& shadows() noexcept { return *shadows_; }

    /// The log ends in order.
    [[nodiscard]] Result<void> finish() noexcept;

    /// After the last block that is durable.
    [[nodiscard]] store::ChainPosition const& chain() const noexcept {
        return builder_->position().chain;
    }
    [[nodiscard]] BootNumber boot() const noexcept { return context_.boot; }
    [[nodiscard]] Epoch epoch() const noexcept { return context_.epoch; }

  private:
    [[nodiscard]] Result<std::size_t> segment_of(Sequence sequence) noexcept;
    [[nodiscard]] Result<void> add(DrainedBlock const& block) noexcept;
    [[nodiscard]] Result<void> begin_segment() noexcept;
    [[nodiscard]] Result<void> write_group() noexcept;
    [[nodiscard]] Result<void> clean_up() noexcept;
    [[nodiscard]] Result<void> clear_beginnings() noexcept;

    Store* store_;
    HashEngine const* engine_;
    store::SegmentMap map_;
    MutableBytes window_bytes_;
    store::SegmentWindow window_;
    MutableBytes group_bytes_;
    MutableBytes state_bytes_; // of the shadows, and of a new log
    std::optional<ShadowSet> shadows_;
    std::optional<store::GroupBuilder> builder_;
    store::Recovered recovered_;
    std::optional<Repaired> repaired_;
    store::BlockContext context_;
    Chance chance_;
    std::uint64_t nonces_{};  // how many were made of the entropy
    std::size_t free_slot_{}; // the next of the map's to be looked at
};

} // namespace axiom::axiomd
