#pragma once
// A kernel's authority over a log of its own, started and attached, and no machine.

#include <vector>

#include <axiom/log/log.hpp>
#include <kernel/core/authority.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::kernel::test {

inline constexpr KernelCapacities small_kernel{.accounts = 4,
                                               .processes = 4,
                                               .threads = 8,
                                               .spaces = 4,
                                               .regions = 6,
                                               .endpoints = 4,
                                               .notifications = 4,
                                               .contexts = 4,
                                               .interrupts = 4,
                                               .ports = 4,
                                               .capabilities = 80,
                                               .rings = 4};

inline constexpr Quota ample{.pages = 1000,
                             .objects = 100,
                             .capabilities = 100,
                             .threads = 20,
                             .cpu_us = 1'000'000,
                             .log_bytes = 1'000'000};

/// The slots that `Start` fills.
inline constexpr Slot account_slot{0};
inline constexpr Slot self_slot{1};
inline constexpr Slot space_slot{2};
inline constexpr Slot registers_slot{3};
inline constexpr Slot lines_slot{4};
inline constexpr Slot ports_slot{5};
inline constexpr Slot log_slot{6};

class KernelWorld {
  public:
    explicit KernelWorld(KernelCapacities const& capacities = small_kernel,
                         Quota const& limit = ample)
        : memory_(Log::bytes_for(ring) + LogState::bytes_for(log_capacities) +
                  2 * KernelDomain::bytes_for(capacities)),
          arena_{MutableBytes{memory_}}, log_state_{arena_, log_capacities},
          shadow_{arena_, capacities},
          log{{.engine = &host::fastest_engine(), .domains = domains_, .ring = ring},
              arena_,
              log_state_},
          domain{arena_, capacities}, authority{log, domain} {
        Genesis genesis{.label = "kernel", .capacities = log_capacities};
        genesis.domains.push_back({static_cast<std::uint16_t>(DomainNumber::log), 1});
        genesis.domains.push_back(
            {static_cast<std::uint16_t>(DomainNumber::kernel), kernel_domain.version});
        log.begin(genesis, WallTime{0}).value();
        follower_ = log.subscribe(Delivery::ordered).value();
        start = {.capacities = capacities,
                 .limit = limit,
                 .principal = PrincipalId{1},
                 .device_pages = 1U << 20U,
                 .ports = ports_end};
        AXIOM_ASSERT(authority.start(start).has_value());
        first = {.process = {0, 1}, .thread = {}};
    }

    /// What the first process asks.
    template <class Request> Answer<Sequence> ask(Request const& request) {
        return ask(first, request);
    }
    template <class Request> Answer<Sequence> ask(Asker const& asker, Request const& request) {
        auto const answer = authority.perform(asker, {}, request);
        make_room();
        return answer;
    }

    void tick(LogTime now) {
        domain.tick(now);
        follow();
        shadow_.tick(now);
    }

    /// The root of a domain that has seen nothing but the log.
    [[nodiscard]] Hash256 shadow_root() {
        follow();
        return shadow_.root(host::fastest_engine());
    }

    [[nodiscard]] KernelState const& state() const { return authority.state(); }
    [[nodiscard]] Hash256 root() { return domain.root(host::fastest_engine()); }

    [[nodiscard]] CapabilityRow const* at(Slot slot) const { return at(first.process, slot); }
    [[nodiscard]] CapabilityRow const* at(RowHandle process, Slot slot) const {
        auto const found = state().slots().find(process, slot);
        return found ? &state().capabilities().row(found->capability.index) : nullptr;
    }

    void make_room() {
        follow();
        while (log.drain({})) {
        }
        log.durable_through(log.drained());
    }

  private:
    void follow() {
        while (auto const entry = log.next(follower_)) {
            if (entry->value().header.domain == DomainNumber::kernel) {
                AXIOM_ASSERT(shadow_.apply(*entry).has_value());
            }
        }
    }

    static constexpr RingSize ring{.bytes = 1U << 20U, .entries = 1024};
    static constexpr Capacities log_capacities{4, 4, 4, 4, 4, 4, 4, 4};
    static constexpr std::array<DomainInfo const*, 2> domains_{&log_domain, &kernel_domain};
    std::vector<std::byte> memory_;
    Arena arena_;
    LogState log_state_;
    KernelDomain shadow_;
    SubscriberIndex follower_{};

  public:
    Log log;
    KernelDomain domain;
    Authority authority;
    Start start;
    Asker first;
};

} // namespace axiom::kernel::test
