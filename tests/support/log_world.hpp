#pragma once
// A log on its own, begun and attached, with a domain whose kinds a test may append as it likes.

#include <array>
#include <memory>
#include <vector>

#include <axiom/log/log.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

/// Kinds of the domain under test: bodies are any bytes.
inline constexpr std::uint16_t plain_kind = 1;   // ordered, self-authorising
inline constexpr std::uint16_t durable_kind = 2; // durable, self-authorising
inline constexpr std::uint16_t gated_kind = 3;   // durable, only through the engine

inline constexpr KindInfo any_kinds[] = {
    {.number = plain_kind, .name = "plain", .sentence = "Any bytes."},
    {.number = durable_kind,
     .name = "lasting",
     .sentence = "Any bytes, durable.",
     .entry_class = EntryClass::durable},
    {.number = gated_kind,
     .name = "gated",
     .sentence = "Any bytes, gated.",
     .entry_class = EntryClass::durable,
     .gated = true}};

inline constexpr DomainInfo any_domain{.number = DomainNumber::records,
                                       .name = "any",
                                       .version = 1,
                                       .form = DomainForm::table,
                                       .kinds = any_kinds};

class LogWorld {
  public:
    explicit LogWorld(RingSize ring = {.bytes = 1U << 20U, .entries = 256})
        : memory_(Log::bytes_for(ring) + LogState::bytes_for(capacities)),
          arena_{MutableBytes{memory_}}, state{arena_, capacities},
          log{{.engine = &host::fastest_engine(), .domains = domains_, .ring = ring},
              arena_,
              state} {}

    /// Entry 0 is a genesis, drained and durable.
    void begin() {
        Genesis genesis{.label = "world", .capacities = capacities};
        genesis.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::log), log_domain.version});
        log.begin(genesis, WallTime{0}).value();
        static_cast<void>(log.drain({}));
        log.durable_through(log.drained());
    }

    static Proposal proposal(std::uint16_t kind, Bytes body) {
        return {.domain = DomainNumber::records, .kind = kind, .body = body};
    }

    static constexpr Capacities capacities{.producers = 3,
                                           .accounts = 3,
                                           .marks = 3,
                                           .streams = 3,
                                           .principals = 3,
                                           .roles = 3,
                                           .rate_counters = 3,
                                           .effects = 3};

  private:
    static constexpr std::array<DomainInfo const*, 2> domains_{&log_domain, &any_domain};
    std::vector<std::byte> memory_;
    Arena arena_;

  public:
    LogState state;
    Log log;
};

} // namespace axiom::test
