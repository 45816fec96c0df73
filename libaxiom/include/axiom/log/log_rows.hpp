#pragma once
// The rows of the log domain's tables, but for its keys (tree/key_chain.hpp); docs/state.md shows
// what of them is hashed and how.

#include <axiom/codec/held_text.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/log/limits.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom {

/// A numbered source of proposals and where its last numbers went: number n stands in results[(n -
/// 1) % 64].
struct ProducerRow {
    ProducerId producer{};
    ProducerNumber last{};
    List<Sequence, producer_results_kept> results{};
};

/// An account's log rate and what is left of it. `left` counts thousandths of a byte, so that a
/// rate per second adds up exactly in milliseconds.
struct AccountRow {
    AccountId account{};
    std::uint64_t bytes_per_second{};
    std::uint64_t burst_bytes{};
    std::uint64_t left{};
    LogTime refilled{};
};

inline constexpr std::uint32_t mark_name_bytes_max = 64;

struct MarkRow {
    HeldText<mark_name_bytes_max> name{};
    Sequence sequence{};
};

/// Entries in [first, end) were reduced to their leaves where their kinds allow it.
struct PrunedRange {
    Sequence first{};
    Sequence end{};

    friend bool operator==(PrunedRange const&, PrunedRange const&) noexcept = default;
};

inline constexpr std::size_t snapshots_kept = 4;
inline constexpr std::size_t pruned_ranges_max = 16;

/// What is neither a producer, an account nor a mark: one row.
struct LogFacts {
    Sequence next{}; // the sequence that the next entry takes
    BootNumber boot{};
    Epoch epoch{};
    Sequence boot_at{}; // sequence of the newest boot entry; 0 is none
    LogTime now{};
    Sequence checkpoint_at{}; // newest checkpoint entry; 0 is none
    std::uint64_t forks{};
    Sequence fork_at{};
    std::uint64_t faults{};
    std::uint64_t repairs{};
    std::uint64_t erased{};    // attachments erased; the entries themselves say which
    std::uint64_t irregular{}; // entries that a sound log would not have taken
    Capacities capacities{};
    DomainVersions versions{};
    List<Sequence, domains_max> last{};              // of each domain, by number from 1; 0 is none
    List<SnapshotEntry, snapshots_kept> snapshots{}; // oldest first
    List<PrunedRange, pruned_ranges_max> pruned{};   // in order, apart from one another
};

template <> struct Schema<ProducerRow> {
    static constexpr auto fields =
        Fields{Field{"producer", &ProducerRow::producer, "its id"},
               Field{"last", &ProducerRow::last, "the last number that it used"},
               Field{"results", &ProducerRow::results,
                     "sequences of its last numbers, by number modulo 64"}};
};
template <> struct Schema<AccountRow> {
    static constexpr auto fields = Fields{
        Field{"account", &AccountRow::account, "its id"},
        Field{"bytes_per_second", &AccountRow::bytes_per_second, "log bytes a second; 0: no limit"},
        Field{"burst_bytes", &AccountRow::burst_bytes, "what it may save up"},
        Field{"left", &AccountRow::left, "what it has, in thousandths of a byte"},
        Field{"refilled", &AccountRow::refilled, "the log time up to which it was refilled"}};
};
template <> struct Schema<MarkRow> {
    static constexpr auto fields = Fields{Field{"name", &MarkRow::name, "the name"},
                                          Field{"sequence", &MarkRow::sequence, "what it names"}};
};
template <> struct Schema<PrunedRange> {
    static constexpr auto fields =
        Fields{Field{"first", &PrunedRange::first, "the first entry of the range"},
               Field{"end", &PrunedRange::end, "one past its last entry"}};
};
template <> struct Schema<LogFacts> {
    static constexpr auto fields = Fields{
        Field{"next", &LogFacts::next, "the sequence that the next entry takes"},
        Field{"boot", &LogFacts::boot, "the newest boot"},
        Field{"epoch", &LogFacts::epoch, "the newest writer's fencing epoch"},
        Field{"boot_at", &LogFacts::boot_at, "sequence of the newest boot entry, or 0"},
        Field{"now", &LogFacts::now, "log time in milliseconds"},
        Field{"checkpoint_at", &LogFacts::checkpoint_at, "sequence of the newest checkpoint, or 0"},
        Field{"forks", &LogFacts::forks, "how often this log was forked"},
        Field{"fork_at", &LogFacts::fork_at, "sequence of the newest fork, or 0"},
        Field{"faults", &LogFacts::faults, "recorded faults"},
        Field{"repairs", &LogFacts::repairs, "torn tails that recovery cut"},
        Field{"erased", &LogFacts::erased, "attachments erased"},
        Field{"irregular", &LogFacts::irregular, "entries that a sound log would not have taken"},
        Field{"capacities", &LogFacts::capacities, "how many rows each table may hold"},
        Field{"versions", &LogFacts::versions, "the domains and their reducers' versions"},
        Field{"last", &LogFacts::last, "last sequence of each domain, by number from 1"},
        Field{"snapshots", &LogFacts::snapshots, "the newest snapshots, oldest first"},
        Field{"pruned", &LogFacts::pruned, "ranges that were pruned, in order"}};
};

} // namespace axiom
