#pragma once
// The kinds of the log's own domain, except genesis and boot (log/genesis.hpp) and the keys'
// (tree/key_chain.hpp).

#include <axiom/base/hash256.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/log/genesis.hpp>

namespace axiom {

/// Numbers of the log domain's kinds; for good.
enum class LogKind : std::uint16_t {
    genesis = 1,
    boot = 2,
    attach = 3,
    tick = 4,
    checkpoint = 5,
    key_rotate = 6,
    key_lost = 7,
    fork = 8,
    snapshot = 9,
    prune = 10,
    erase = 11,
    migrate = 12,
    account = 13,
    mark = 14,
    fault = 15,
    repaired = 16,
};

/// Whether the header at `entry`, in its encoded form, is that of a `kind` of the log's domain.
[[nodiscard]] inline bool is_log_kind(std::byte const* entry, LogKind kind) noexcept {
    auto const number = load_le<std::uint16_t>({entry + offsetof(EntryHeader, kind), 2});
    auto const domain = load_le<std::uint16_t>({entry + offsetof(EntryHeader, domain), 2});
    return domain == static_cast<std::uint16_t>(DomainNumber::log) &&
           number == static_cast<std::uint16_t>(kind);
}

/// A restarted writer of the same boot takes the log on.
struct Attach {
    Epoch epoch{};
    Hash256 previous_head{};
};

struct Tick {
    LogTime now{};   // monotone
    WallTime wall{}; // advisory
};

inline constexpr std::uint32_t note_bytes_max = 4096;

/// A signed checkpoint (docs/checkpoint-and-proofs.md) over blocks at or below the watermark.
struct CheckpointEntry {
    std::string_view note{};
};

/// The machine was restored or cloned: what follows is another log with the same past. The first
/// entry of its block, which carries its link as log id, as all blocks after it do.
struct Fork {
    Hash256 parent_head{};
    Hash256 checkpoint_key{};
    Hash256 entropy{};
    std::string_view reason{};
};
inline constexpr std::uint32_t fork_reason_bytes_max = 256;
inline constexpr std::size_t fork_body_bytes_max = 3 * sizeof(Hash256) + 4 + fork_reason_bytes_max;

/// A snapshot of all shadows exists.
struct SnapshotEntry {
    Sequence sequence{}; // state after this entry
    Hash256 state{};     // the state hash there
    Hash256 digest{};    // of the snapshot's bytes
    std::uint64_t bytes{};
};

/// Entries of finished boots in [first, end) that are prunable are reduced to their leaves.
struct Prune {
    Sequence first{};
    Sequence end{};
    Sequence snapshot{}; // the verified snapshot that stands for them
    Hash256 root{};      // over the leaves of what is reduced, in order (prune_root)
    std::uint64_t count{};
    std::string_view reason{};
};

/// The attachment of one entry is erased for good.
struct Erase {
    Sequence sequence{};
    std::string_view reason{};
};

struct Migrate {
    DomainVersion from{};
    std::uint16_t to{};
    Hash256 root_before{};
    Hash256 root_after{};
};

/// An account and its log rate; a rate of 0 is unmetered.
struct AccountEntry {
    AccountId account{};
    std::uint64_t bytes_per_second{};
    std::uint64_t burst_bytes{};
};

struct Mark {
    std::string_view name{};
    Sequence sequence{};
};

/// An entry that its domain rejected, or an owner whose root differed from its shadow.
struct Fault {
    std::uint16_t domain{};
    Sequence sequence{};
    std::uint16_t code{};
};

/// Recovery cut a torn tail.
struct Repaired {
    Sequence next{}; // the first sequence that was not kept
    std::uint64_t bytes_cut{};
    std::uint32_t segment{};
};

template <> struct Schema<Attach> {
    static constexpr auto fields =
        Fields{Field{"epoch", &Attach::epoch, "the writer's new fencing epoch"},
               Field{"previous_head", &Attach::previous_head, "link of the entry before"}};
};
template <> struct Schema<Tick> {
    static constexpr auto fields =
        Fields{Field{"now", &Tick::now, "log time in milliseconds, never falling"},
               Field{"wall", &Tick::wall, "wall time, advisory", {}, Notation::time_ns}};
};
template <> struct Schema<CheckpointEntry> {
    static constexpr auto fields =
        Fields{Field{"note", &CheckpointEntry::note, "the signed note", at_most<note_bytes_max>}};
};
template <> struct Schema<Fork> {
    static constexpr auto fields =
        Fields{Field{"parent_head", &Fork::parent_head, "link of the last entry that both share"},
               Field{"checkpoint_key", &Fork::checkpoint_key, "Ed25519 public key of the new log"},
               Field{"entropy", &Fork::entropy, "random; makes every fork unique"},
               Field{"reason", &Fork::reason, "why", at_most<fork_reason_bytes_max>}};
};
template <> struct Schema<SnapshotEntry> {
    static constexpr auto fields =
        Fields{Field{"sequence", &SnapshotEntry::sequence, "the state after this entry"},
               Field{"state", &SnapshotEntry::state, "the state hash there"},
               Field{"digest", &SnapshotEntry::digest, "BLAKE3 of the snapshot's bytes"},
               Field{"bytes", &SnapshotEntry::bytes, "length of the snapshot"}};
};
template <> struct Schema<Prune> {
    static constexpr auto fields =
        Fields{Field{"first", &Prune::first, "the first entry of the range"},
               Field{"end", &Prune::end, "one past its last entry"},
               Field{"snapshot", &Prune::snapshot, "sequence of the snapshot that stands for them"},
               Field{"root", &Prune::root, "fold over the leaves that stay, in order"},
               Field{"count", &Prune::count, "entries reduced to leaves"},
               Field{"reason", &Prune::reason, "why", at_most<256>}};
};
template <> struct Schema<Erase> {
    static constexpr auto fields =
        Fields{Field{"sequence", &Erase::sequence, "whose attachment is erased"},
               Field{"reason", &Erase::reason, "why", at_most<256>}};
};
template <> struct Schema<Migrate> {
    static constexpr auto fields =
        Fields{Field{"from", &Migrate::from, "the domain and the version it leaves"},
               Field{"to", &Migrate::to, "the version it takes"},
               Field{"root_before", &Migrate::root_before, "its root before"},
               Field{"root_after", &Migrate::root_after, "its root after"}};
};
template <> struct Schema<AccountEntry> {
    static constexpr auto fields =
        Fields{Field{"account", &AccountEntry::account, "the account"},
               Field{"bytes_per_second", &AccountEntry::bytes_per_second,
                     "log bytes a second; 0: no limit"},
               Field{"burst_bytes", &AccountEntry::burst_bytes, "what it may save up"}};
};
template <> struct Schema<Mark> {
    static constexpr auto fields =
        Fields{Field{"name", &Mark::name, "the name; given again, it moves", at_most<64>},
               Field{"sequence", &Mark::sequence, "what it names"}};
};
template <> struct Schema<Fault> {
    static constexpr auto fields =
        Fields{Field{"domain", &Fault::domain, "the domain that rejected"},
               Field{"sequence", &Fault::sequence, "the entry that was rejected"},
               Field{"code", &Fault::code, "the error's number"}};
};
template <> struct Schema<Repaired> {
    static constexpr auto fields =
        Fields{Field{"next", &Repaired::next, "the first sequence that was not kept"},
               Field{"bytes_cut", &Repaired::bytes_cut, "bytes that were given up"},
               Field{"segment", &Repaired::segment, "where"}};
};

} // namespace axiom
