#pragma once
// Shadows: every domain of a log, fed entry by entry; the state hash comes from here.
//
//     entry ──> log state observes its header
//           ──> its own domain applies it        genesis, boot, tick: then every domain hears of it
//           ──> a gated entry that took effect:  every domain hears of its decision
//
// What can go wrong is of two kinds. A *rejected* entry (a body that does not decode, a
// precondition that fails) changes nothing but its domain's counter, which is part of the state
// hash: every replay agrees. A domain *stops* at what this program cannot understand (an unknown
// kind, version or domain, a migration whose roots differ): its state stays as it was, the others
// go on, and there is no state hash any more.

#include <array>
#include <optional>
#include <span>

#include <axiom/domain/domain.hpp>
#include <axiom/log/log_state.hpp>

namespace axiom {

/// How one version of a domain's state becomes the next; kept for good once released.
struct Migration {
    DomainNumber domain{};
    std::uint16_t from{};
    std::uint16_t to{};
    /// Sets `fresh` whole from `old`, which it leaves alone; whatever `fresh` held is gone. Pure.
    Result<void> (*migrate)(Domain const& old, Domain& fresh) noexcept {};
};

/// What became of one entry.
struct ApplyOutcome {
    std::optional<Error> rejected; // by its domain; the writer is at fault
    std::optional<Error> stopped;  // its domain has stopped, here or earlier

    [[nodiscard]] bool applied() const noexcept { return !rejected && !stopped; }
};

/// What the owner of a domain says of its own copy.
struct OwnerReport {
    DomainNumber domain{};
    Sequence sequence{}; // the last entry that it has seen
    Hash256 root{};
};

enum class Agreement : std::uint8_t {
    agrees,
    differs,
    not_comparable, // the shadow is not at that sequence, or has stopped
};

/// Where a domain stands.
struct DomainStanding {
    DomainNumber number{};
    std::uint16_t version{};
    std::uint64_t rejected{};
    Sequence touched{}; // the last entry that may have changed its state
    std::optional<Sequence> stopped_at;
    Error reason{}; // why it stopped

    friend bool operator==(DomainStanding const&, DomainStanding const&) noexcept = default;
};

/// Whether a migration did what its entry says. Refuses `state_mismatch` (detail: 0 before, 1
/// after).
[[nodiscard]] Result<void> check_migration(Migrate const& said, Hash256 const& root_before,
                                           Hash256 const& root_after) noexcept;

class Shadows {
  public:
    /// `others`: every other domain that this program knows, each in every version it knows; at
    /// most one for each number and version. All are as constructed, and all outlive the shadows.
    Shadows(HashEngine const& engine, LogState& log, std::span<Domain* const> others,
            std::span<Migration const> migrations = {}) noexcept;

    /// Applies the next entry. Refuses only an entry that is not the next one: `chain_break`.
    [[nodiscard]] Result<ApplyOutcome> apply(Ordered<Entry> const& entry) noexcept;

    /// Hash of (number, version, rejected, root) of each domain of the log, by rising number.
    /// Refuses with the reason of a domain that has stopped; `where` is the sequence.
    [[nodiscard]] Result<Hash256> state_hash() noexcept;

    [[nodiscard]] Agreement compare(OwnerReport const& report) noexcept;

    /// The body of the entry that would take `domain` to version `to` now. Refuses
    /// `unknown_version`.
    [[nodiscard]] Result<Migrate> plan_migration(DomainNumber domain, std::uint16_t to) noexcept;

    /// Where a domain of the log stands; nullopt for one that the log does not have.
    [[nodiscard]] std::optional<DomainStanding> standing(DomainNumber domain) const noexcept;

    /// The domain as it is in force, or null.
    [[nodiscard]] Domain* find(DomainNumber domain) noexcept;

    [[nodiscard]] LogState& log() noexcept { return log_; }
    [[nodiscard]] LogState const& log() const noexcept { return log_; }
    [[nodiscard]] Sequence next() const noexcept { return log_.next(); }
    [[nodiscard]] HashEngine const& engine() const noexcept { return engine_; }

    /// Every domain as it was when constructed.
    void clear() noexcept;

    // For snapshots (domain/snapshot.hpp).

    /// Puts a domain in force before its state is loaded. Refuses `unknown_version` and
    /// `already_exists`.
    [[nodiscard]] Result<Domain*> restore(DomainStanding const& standing) noexcept;

  private:
    struct Slot {
        Domain* domain{}; // null: the log does not have it, or this program does not know it
        bool active{};
        DomainStanding standing{};
    };

    [[nodiscard]] Slot* slot_of(DomainNumber number) noexcept;
    [[nodiscard]] Slot const* slot_of(DomainNumber number) const noexcept;
    [[nodiscard]] Domain* known(DomainNumber number, std::uint16_t version) const noexcept;
    [[nodiscard]] Migration const* migration(DomainVersion from, std::uint16_t to) const noexcept;
    void activate(DomainVersion version) noexcept;
    static void stop(Slot& slot, Sequence at, Error reason) noexcept;
    ApplyOutcome apply_to_slot(Slot& slot, Ordered<Entry> const& entry,
                               std::optional<Error> refused) noexcept;
    void tell_all(Ordered<Entry> const& entry, KindInfo const& kind) noexcept;
    void begin(Genesis const& genesis) noexcept;
    void migrate(Migrate const& said, Sequence at) noexcept;
    Result<Hash256> run_migration(Migrate const& said, Domain& fresh) noexcept;

    HashEngine const& engine_;
    LogState& log_;
    std::span<Domain* const> others_;
    std::span<Migration const> migrations_;
    std::array<Slot, domains_max> slots_{}; // by domain number, from 1
    std::optional<Sequence> beyond_at_;     // first entry of a domain number beyond the slots
};

} // namespace axiom
