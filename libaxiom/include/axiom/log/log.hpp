#pragma once
// Log: numbers, encodes, hashes and remembers entries until they are durable. The single writer.
//
//     append ──▶ ring ──drain──▶ a block: leaves, links ──▶ (writer, flush)
//                  ▲                                              │
//                  └────── freed ◀── durable_through ◀────────────┘
//
// `append` is the one step after `decide` that may fail, and it hashes nothing. `drain` hashes and
// links one block at a time, in bounded steps. `durable_through` is the only thing that moves the
// watermark, and the ring frees an entry only behind the watermark and behind every subscriber. Not
// thread-safe: the authority lock (in the kernel) or LiveLog's mutex (on a host) stands around it.
//
// A log starts detached: its chain's head lies behind a store that is not yet recovered. Entries
// are then numbered from the boot (its `Boot` entry will be 0) and wait; nothing durable is taken.
// `attach` gives them their place.

#include <array>
#include <optional>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/base/mutant.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/append_ring.hpp>
#include <axiom/log/drained_block.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/log/log_state.hpp>
#include <axiom/log/proposal.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

struct LogConfig {
    HashEngine const* engine{};
    std::span<DomainInfo const* const> domains; // whose kinds are taken
    RingSize ring{};
};

/// Where a recovered log goes on.
struct AttachPoint {
    Sequence next{}; // the first sequence that is free
    Hash256 head{};  // link of the entry before it
};

/// How much one `drain` may take; the first entry is taken whatever its size.
struct DrainLimit {
    std::size_t entries_max{block_entries_max};
    std::size_t entries_bytes_max{1U << 20U};
    std::size_t attachments_bytes_max{1U << 21U}; // padded
    std::size_t total_bytes_max{3U << 20U};       // both together
};

enum class Delivery : std::uint8_t { ordered, durable };
using SubscriberIndex = Strong<struct SubscriberIndexTag, std::uint8_t>;
inline constexpr std::size_t subscribers_max = 8;

class Log {
  public:
    /// `state` is the log domain's; the log observes every entry into it.
    Log(LogConfig const& config, Arena& arena, LogState& state) noexcept;

    [[nodiscard]] static constexpr std::size_t bytes_for(RingSize size) noexcept {
        return AppendRing::bytes_for(size);
    }

    /// Begins a new log: `genesis` becomes entry 0. Only a log that holds nothing can.
    Result<void> begin(Genesis const& genesis, WallTime time) noexcept;

    /// Attaches to a recovered log: `boot` follows its head, then whatever was held. The log
    /// domain's state has been recovered up to `point`. `already_attached`, `out_of_range` when
    /// state and point disagree.
    Result<void> attach(AttachPoint const& point, Boot const& boot, WallTime time) noexcept;

    /// Begins another log at `point` of a recovered one: `fork` follows its head, which it names.
    /// No boot begins; whoever opens the log next does that. Only a log that holds nothing can.
    /// `already_attached`, `out_of_range` when state, point and fork disagree.
    Result<void> begin_fork(AttachPoint const& point, Fork const& fork, WallTime time) noexcept;

    /// A restarted writer of this boot takes on at `point`, which lies at or past the watermark and
    /// on this log's own chain (else `forked`); what was drained beyond it will be drained again.
    Result<void> reattach(AttachPoint const& point, Epoch epoch, WallTime time) noexcept;

    /// Appends an entry of a self-authorising kind. Refusals change nothing: see the codes of group
    /// 200.
    Result<Appended> append(Proposal const& proposal) noexcept;

    /// Appends an entry of a gated kind on behalf of the policy engine. `stale_decision` when the
    /// proposal's domain, the policy or an identity has changed since `decided_at`.
    Result<Appended> propose(EngineCapability const& right, Proposal const& proposal) noexcept;

    /// Hashes and links the next entries, at most one block of them; none when nothing waits. The
    /// block's spans hold until the next drain.
    [[nodiscard]] std::optional<DrainedBlock> drain(DrainLimit const& limit) noexcept;

    /// The same in three steps, for an owner that guards the log with a lock: `hash_block`, which
    /// takes the time, may run beside everything but another drain and `reattach`.
    [[nodiscard]] std::optional<DrainedBlock> begin_drain(DrainLimit const& limit) noexcept;
    void hash_block(DrainedBlock& block) noexcept;
    void end_drain(DrainedBlock const& block) noexcept;

    /// What the next entry to be drained takes, its padded attachment included; 0 when none waits.
    [[nodiscard]] std::size_t next_drain_bytes() const noexcept;

    /// Everything below `watermark` is durable; frees what nobody needs. At most what was drained.
    void durable_through(Sequence watermark) noexcept;

    /// A flush failed: nothing is taken any more.
    void stop() noexcept { stopped_ = true; }

    /// The store is at 90 % or more: only recovery, pruning and giving up are still taken.
    void nearly_full(bool yes) noexcept { nearly_full_ = yes; }

    /// Proof that the value's entry is durable, or nothing yet.
    template <class T> [[nodiscard]] std::optional<Durable<T>> durable(Ordered<T> const& value) {
        Sequence const end{watermark_.value + (AXIOM_MUTANT(durable_one_early) ? 1U : 0U)};
        if (!attached_ || value.sequence() >= end) {
            return std::nullopt;
        }
        return Durable<T>{LogPass{}, value};
    }

    /// Entries from the oldest one still held are delivered in order, none is ever skipped, and the
    /// ring waits for the slowest subscriber. `table_full` beyond `subscribers_max`.
    Result<SubscriberIndex> subscribe(Delivery delivery) noexcept;

    /// The same from `first` on, which the ring still holds: `out_of_range` when it does not.
    Result<SubscriberIndex> subscribe_at(Delivery delivery, Sequence first) noexcept;
    void unsubscribe(SubscriberIndex subscriber) noexcept;
    [[nodiscard]] std::optional<Ordered<Entry>> next(SubscriberIndex subscriber) noexcept;

    [[nodiscard]] bool attached() const noexcept { return attached_; }
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    [[nodiscard]] Sequence next_sequence() const noexcept { return next_; }
    [[nodiscard]] Sequence drained() const noexcept { return drained_; }
    [[nodiscard]] Sequence watermark() const noexcept { return watermark_; }
    [[nodiscard]] Hash256 const& drained_head() const noexcept { return drained_head_; }

  private:
    struct Subscriber {
        bool live{};
        Delivery delivery{};
        Sequence position{};
    };

    Result<Appended> take(Proposal const& proposal, KindInfo const& kind) noexcept;
    void note(Ordered<Entry> const& entry) noexcept;
    Result<KindInfo const*> kind_of(Proposal const& proposal) const noexcept;
    Result<void> check(Proposal const& proposal, KindInfo const& kind) const noexcept;
    Result<void> check_decision(Proposal const& proposal) const noexcept;
    Result<void> check_fork(Proposal const& proposal) const noexcept;
    void empty_ring_at(AttachPoint const& point) noexcept;
    Result<Appended> append_own(LogKind kind, Bytes body, WallTime time) noexcept;
    [[nodiscard]] EntryHeader header_for(Proposal const& proposal,
                                         KindInfo const& kind) const noexcept;
    void store_entry(std::byte* at, EntryHeader const& header, Bytes body) noexcept;
    [[nodiscard]] std::size_t ring_limit(Proposal const& proposal) const noexcept;
    [[nodiscard]] std::byte* at(Sequence sequence) const noexcept;
    [[nodiscard]] bool leads_to_drained_head(AttachPoint const& point) const noexcept;
    void place_held_entries(Sequence boot_sequence, BootNumber boot) noexcept;
    void free_ring() noexcept;

    HashEngine const* engine_;
    std::span<DomainInfo const* const> domains_;
    LogState* state_;
    AppendRing ring_;

    Sequence oldest_{}; // the first entry in the ring
    Sequence watermark_{};
    Sequence drained_{};     // the first entry that is not hashed yet
    Sequence next_{};        // the first free sequence; relative to the boot while detached
    Hash256 drained_head_{}; // link of the entry before `drained_`

    bool attached_{};
    bool stopped_{};
    bool nearly_full_{};
    std::array<Subscriber, subscribers_max> subscribers_{};

    std::array<std::byte*, block_entries_max> block_entries_{};
    std::array<Hash256, block_entries_max> block_leaves_{};
};

} // namespace axiom
