#pragma once
// LogState: the state of the log's own domain, and what the sequencer asks of it.
//
// It alone observes the header of every entry, of whatever domain: from headers follow the next
// sequence, the producers' windows, what each account has left of its log rate, and the last
// sequence of each domain. So a log that is opened again answers repeats, gaps and floods exactly
// as the one that was closed, and a replay on another machine agrees. Time is log time only: it
// moves with `Tick` entries.
//
// Queries never change anything. `observe` and `apply` are given entries that are in the log
// already, so they cannot refuse: what a sound log would not have taken is counted as irregular.

#include <optional>
#include <string_view>

#include <axiom/domain/domain.hpp>
#include <axiom/domain/hashed_table.hpp>
#include <axiom/domain/key_index.hpp>
#include <axiom/log/log_rows.hpp>
#include <axiom/tree/key_chain.hpp>

namespace axiom {

/// The log domain's table of kinds.
extern DomainInfo const log_domain;

/// The most that an account may be given: keeps every sum of the bucket below 2^63.
inline constexpr std::uint64_t account_rate_max = std::uint64_t{1} << 40U;

/// The highest log time, in milliseconds: so far away that no sum with a duration wraps.
inline constexpr std::uint64_t log_time_max_ms = std::uint64_t{1} << 53U;

class LogState final : public Domain {
  public:
    LogState(Arena& arena, Capacities const& capacities) noexcept;

    [[nodiscard]] static std::size_t bytes_for(Capacities const& capacities) noexcept;

    // What the sequencer asks before it takes an entry.

    /// nullopt: the number is fresh and may be taken. A sequence: this number was taken there, and
    /// its entry is the answer. Producer 0 is none, its number is 0. Refuses `number_gap` (detail:
    /// the number that would be taken), `too_old`, and `table_full` for a new producer without
    /// room.
    [[nodiscard]] Result<std::optional<Sequence>>
    check_producer(ProducerId producer, ProducerNumber number) const noexcept;

    /// Whether the accounts of a domain's entries are the log's. The kernel's are its own, made
    /// with every boot, and it meters them itself.
    [[nodiscard]] static constexpr bool meters(DomainNumber domain) noexcept {
        return domain != DomainNumber::kernel;
    }

    /// Whether `account` may add `bytes` to the log now. Account 0 and accounts of rate 0 always
    /// may. Refuses `log_rate` (detail: bytes that it has left) and `no_such_row` for an unknown
    /// account.
    [[nodiscard]] Result<void> check_rate(AccountId account, std::uint64_t bytes) const noexcept;

    /// What an entry is charged for: its bytes in a block, and its attachment's.
    [[nodiscard]] static std::uint64_t charged_bytes(EntryHeader const& header) noexcept;

    /// The last entry of a domain; genesis' sequence, 0, when it has none.
    [[nodiscard]] Sequence last_of(DomainNumber domain) const noexcept;

    /// Refuses `stale_decision` when `domain` has an entry that a decision at `decided_at` did not
    /// see.
    [[nodiscard]] Result<void> check_decision(DomainNumber domain,
                                              Sequence decided_at) const noexcept;

    /// The version of a domain's reducer; 0 when the log has no such domain.
    [[nodiscard]] std::uint16_t version_of(DomainNumber domain) const noexcept;

    [[nodiscard]] LogTime now() const noexcept { return facts().now; }
    [[nodiscard]] Sequence next() const noexcept { return facts().next; }
    [[nodiscard]] BootNumber boot_number() const noexcept { return facts().boot; }
    [[nodiscard]] Epoch epoch() const noexcept { return facts().epoch; }
    [[nodiscard]] KeyRing const& keys() const noexcept { return keys_.row(0); }
    /// The key that seals the log now; zero before genesis.
    [[nodiscard]] Hash256 checkpoint_key() const noexcept {
        return keys().recent.empty() ? Hash256{} : keys().current().key;
    }
    [[nodiscard]] Capacities const& capacities() const noexcept { return facts().capacities; }
    [[nodiscard]] LogFacts const& facts() const noexcept { return facts_.row(0); }
    [[nodiscard]] std::optional<Sequence> mark(std::string_view name) const noexcept;
    [[nodiscard]] bool is_pruned(Sequence sequence) const noexcept;

    template <class Visit> void for_each_mark(Visit&& visit) const noexcept {
        marks_.for_each([&](std::uint32_t /*index*/, MarkRow const& row) { visit(row); });
    }
    template <class Visit> void for_each_producer(Visit&& visit) const noexcept {
        producers_.for_each([&](std::uint32_t /*index*/, ProducerRow const& row) { visit(row); });
    }
    template <class Visit> void for_each_account(Visit&& visit) const noexcept {
        accounts_.for_each([&](std::uint32_t /*index*/, AccountRow const& row) { visit(row); });
    }

    // What the log and the shadows tell it.

    /// Takes note of an entry of any domain; before `apply` for the log's own. `header.sequence` is
    /// `next()`.
    void observe(EntryHeader const& header) noexcept;

    [[nodiscard]] DomainInfo const& info() const noexcept override { return log_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& genesis) noexcept override;
    void boot(Boot const& boot) noexcept override;
    void tick(LogTime now) noexcept override;
    void clear() noexcept override;
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override;
    Result<void> save(Writer& to) const noexcept override;
    Result<void> load(Reader& from) noexcept override;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override;

  private:
    // The rules of each kind, in src/log/log_state_kinds.cpp.
    friend struct LogKindRules;

    [[nodiscard]] LogFacts& edit_facts() noexcept { return facts_.edit(0); }
    [[nodiscard]] std::optional<std::uint32_t> find_producer(ProducerId producer) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> find_account(AccountId account) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> find_mark(std::string_view name) const noexcept;
    void observe_producer(EntryHeader const& header) noexcept;
    void observe_rate(EntryHeader const& header) noexcept;
    Result<void> load_tables(Reader& from) noexcept;

    Capacities const built_for_;
    HashedTable<LogFacts> facts_;
    HashedTable<KeyRing> keys_;
    HashedTable<ProducerRow> producers_;
    HashedTable<AccountRow> accounts_;
    HashedTable<MarkRow> marks_;
    KeyIndex producer_index_;
    KeyIndex account_index_;
    KeyIndex mark_index_;
};

} // namespace axiom
