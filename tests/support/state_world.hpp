#pragma once
// All domains behind their shadows: a log reduced to what reducers see of it.

#include <functional>
#include <memory>

#include <axiom/action/actions_domain.hpp>
#include <axiom/domain/snapshot.hpp>
#include <axiom/policy/founding.hpp>
#include <services/identity/domain.hpp>
#include <services/policy/domain.hpp>
#include <services/records/domain.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/forged.hpp>

namespace axiom::test {

inline constexpr Capacities world_capacities{.producers = 4,
                                             .accounts = 4,
                                             .marks = 6,
                                             .streams = 4,
                                             .principals = 8,
                                             .roles = 8,
                                             .rate_counters = 4,
                                             .effects = 12};

inline constexpr PrincipalId world_creator{100};

inline Hash256 filled_hash(std::uint8_t fill) {
    Hash256 hash;
    hash.bytes.fill(std::byte{fill});
    return hash;
}

/// The canonical policy under which `principal` may do everything.
inline std::vector<std::byte> founding_policy_of(PrincipalId principal) {
    std::vector<std::byte> bytes(policy::founding_policy_bytes_max);
    bytes.resize(policy::founding_policy(principal, bytes).value().size());
    return bytes;
}

class StateWorld {
  public:
    explicit StateWorld(Capacities const& capacities = world_capacities,
                        HashEngine const& engine = host::portable_engine())
        : engine_{engine}, capacities_{capacities}, arena_{bytes_for(capacities)},
          log{arena_, capacities}, policy{arena_, capacities, engine}, identity{arena_, capacities},
          records{arena_, capacities}, actions{arena_, capacities},
          others_{&policy, &identity, &records, &actions}, shadows{engine, log, others_} {}

    static std::size_t bytes_for(Capacities const& capacities) {
        return LogState::bytes_for(capacities) + policy::PolicyDomain::bytes_for(capacities) +
               identity::IdentityDomain::bytes_for(capacities) +
               records::RecordsDomain::bytes_for(capacities) +
               action::ActionsDomain::bytes_for(capacities);
    }

    static Genesis genesis_of(Capacities const& capacities, Bytes policy) {
        Genesis genesis{.label = "world",
                        .entropy = filled_hash(9),
                        .checkpoint_key = filled_hash(1),
                        .creator = world_creator,
                        .creator_key = filled_hash(2),
                        .creator_label = "creator",
                        .capacities = capacities,
                        .domains = {},
                        .policy = policy};
        for (std::uint16_t const domain : {1, 3, 4, 5, 6}) {
            genesis.domains.push_back({domain, 1});
        }
        return genesis;
    }

    /// The next entry, given its sequence.
    ApplyOutcome take(OwnedEntry entry) {
        entry.header.sequence = shadows.next();
        history.push_back(entry);
        return shadows.apply(history.back().ordered()).value();
    }

    template <class Kind, class Content> ApplyOutcome take(Kind kind, Content const& content) {
        return take(entry_of(domain_of(kind), kind, content));
    }

    /// Genesis with every domain and the policy of its creator.
    void begin() {
        auto const founding = founding_policy_of(world_creator);
        auto const outcome = take(LogKind::genesis, genesis_of(capacities_, founding));
        AXIOM_ASSERT(outcome.applied());
    }

    static DomainInfo const& domain_of(LogKind /*kind*/) { return log_domain; }
    static DomainInfo const& domain_of(policy::Kind /*kind*/) { return policy::policy_domain; }
    static DomainInfo const& domain_of(identity::Kind /*kind*/) {
        return identity::identity_domain;
    }
    static DomainInfo const& domain_of(records::Kind /*kind*/) { return records::records_domain; }
    static DomainInfo const& domain_of(action::Kind /*kind*/) { return action::actions_domain; }

    Hash256 state_hash() { return shadows.state_hash().value(); }
    Hash256 root_of(DomainNumber domain) { return shadows.find(domain)->root(engine_); }

    std::vector<std::byte> snapshot() {
        std::vector<std::byte> bytes(snapshot_bytes_max(shadows));
        bytes.resize(save_snapshot(shadows, filled_hash(7), filled_hash(8), bytes).value().size());
        return bytes;
    }

    Result<SnapshotInfo> load(Bytes bytes) { return load_snapshot(shadows, filled_hash(7), bytes); }

  private:
    HashEngine const& engine_;
    Capacities capacities_;
    OwnedArena arena_;

  public:
    LogState log;
    policy::PolicyDomain policy;
    identity::IdentityDomain identity;
    records::RecordsDomain records;
    action::ActionsDomain actions;

  private:
    std::array<Domain*, 4> others_;

  public:
    Shadows shadows;
    std::vector<OwnedEntry> history; // what was taken, in order
};

/// One line of a stream as `axiom ingest` writes it.
inline OwnedEntry line_entry(ProducerId producer, std::uint64_t number,
                             std::uint32_t text_bytes = 10) {
    auto entry = entry_of(records::records_domain, records::Kind::line,
                          records::Line{.object = "object", .number = number});
    entry.header.producer = producer;
    entry.header.producer_number = ProducerNumber{number};
    entry.header.attachment_bytes = static_cast<std::uint32_t>(attachment_salt_bytes) + text_bytes;
    return entry;
}

} // namespace axiom::test
