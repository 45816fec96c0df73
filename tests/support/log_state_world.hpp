#pragma once
// A log domain on its own: entries get their sequence and are observed and applied, as the log does
// it.

#include <axiom/log/log_state.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/forged.hpp>

namespace axiom::test {

inline constexpr Capacities small_capacities{.producers = 3,
                                             .accounts = 3,
                                             .marks = 3,
                                             .streams = 3,
                                             .principals = 4,
                                             .roles = 4,
                                             .rate_counters = 4,
                                             .effects = 10};

class LogStateWorld {
  public:
    explicit LogStateWorld(Capacities const& capacities = small_capacities)
        : arena_{LogState::bytes_for(capacities)}, state{arena_, capacities} {}

    /// Numbers, observes and, if it is the log's own, applies.
    Result<void> take(OwnedEntry entry) {
        entry.header.sequence = state.next();
        state.observe(entry.header);
        return entry.header.domain == DomainNumber::log ? state.apply(entry.ordered())
                                                        : Result<void>{};
    }

    template <class Content> Result<void> take(LogKind kind, Content const& content) {
        return take(entry_of(log_domain, kind, content));
    }

    /// Begins the log: genesis with one checkpoint key, and domains log (1) and records (1).
    Result<void> begin() {
        Genesis genesis{
            .label = "test", .checkpoint_key = key(1), .capacities = state.capacities()};
        genesis.domains.push_back({1, 1});
        genesis.domains.push_back({5, 1});
        return take(LogKind::genesis, genesis);
    }

    /// An entry of another domain.
    Result<void> take_foreign(ProducerId producer, ProducerNumber number, AccountId account = {},
                              std::uint32_t body_bytes = 0) {
        OwnedEntry entry;
        entry.header.domain = DomainNumber::records;
        entry.header.kind = 1;
        entry.header.producer = producer;
        entry.header.producer_number = number;
        entry.header.account = account;
        entry.header.body_bytes = body_bytes;
        return take(std::move(entry));
    }

    static Hash256 key(std::uint8_t fill) {
        Hash256 hash;
        hash.bytes.fill(std::byte{fill});
        return hash;
    }

    Hash256 root() { return state.root(host::portable_engine()); }

    std::vector<std::byte> saved() const {
        std::vector<std::byte> bytes(state.save_bytes_max());
        Writer writer{bytes};
        state.save(writer).value();
        bytes.resize(writer.size());
        return bytes;
    }

  private:
    OwnedArena arena_;

  public:
    LogState state;
};

} // namespace axiom::test
