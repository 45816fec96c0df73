// All domains under one set of shadows; see sim-host/log/domain_set.hpp.

#include <sim-host/log/domain_set.hpp>

#include <algorithm>
#include <new>

#include <sim-host/inspect/catalog.hpp>

namespace axiom::host {

namespace {

// A kernel that was given more rows is not followed: its `start` is rejected, and all that rests on
// it. The roots say nothing of these numbers.
constexpr kernel::KernelCapacities kernel_rows_max{.accounts = 64,
                                                   .processes = 256,
                                                   .threads = 512,
                                                   .spaces = 256,
                                                   .regions = 1024,
                                                   .endpoints = 512,
                                                   .notifications = 512,
                                                   .contexts = 512,
                                                   .interrupts = 64,
                                                   .ports = 64,
                                                   .capabilities = 4096,
                                                   .rings = kernel::rings_max};

bool are_all_but_the_log(std::span<Domain* const> others) noexcept {
    return std::ranges::all_of(known_domains(), [&](DomainInfo const* known) {
        auto const number = [](Domain const* domain) { return domain->info().number; };
        return (std::ranges::find(others, known->number, number) != others.end()) !=
               (known->number == DomainNumber::log);
    });
}

} // namespace

DomainVersions DomainSet::versions() noexcept {
    DomainVersions versions;
    for (DomainInfo const* const domain : known_domains()) {
        if (domain->number == DomainNumber::kernel) {
            continue;
        }
        versions.push_back({static_cast<std::uint16_t>(domain->number), domain->version});
    }
    return versions;
}

std::size_t DomainSet::bytes_for(Capacities const& capacities) noexcept {
    return LogState::bytes_for(capacities) + policy::PolicyDomain::bytes_for(capacities) +
           identity::IdentityDomain::bytes_for(capacities) +
           records::RecordsDomain::bytes_for(capacities) +
           action::ActionsDomain::bytes_for(capacities) +
           kernel::KernelDomain::bytes_for(kernel_rows_max);
}

DomainSet::DomainSet(HashEngine const& engine, Capacities const& capacities)
    : memory_{bytes_for(capacities)}, arena_{memory_.arena()}, log_{arena_, capacities},
      policy_{arena_, capacities, engine}, identity_{arena_, capacities},
      records_{arena_, capacities}, actions_{arena_, capacities}, kernel_{arena_, kernel_rows_max},
      others_{&policy_, &identity_, &records_, &actions_, &kernel_},
      shadows_{engine, log_, others_} {
    AXIOM_ASSERT(are_all_but_the_log(others_));
}

Result<std::unique_ptr<DomainSet>> DomainSet::make(HashEngine const& engine,
                                                   Capacities const& capacities,
                                                   std::size_t state_bytes_max) noexcept {
    std::size_t const bytes = bytes_for(capacities);
    TRY(check_capacities(capacities, bytes, state_bytes_max));
    try {
        return std::make_unique<DomainSet>(engine, capacities);
    } catch (std::bad_alloc const&) {
        return fail(Code::no_memory, bytes);
    }
}

void ShadowReplay::adopt(std::unique_ptr<DomainSet> domains) noexcept {
    domains_ = std::move(domains);
    rejected_ = 0;
    for (DomainInfo const* const domain : known_domains()) {
        auto const standing = domains_->shadows().standing(domain->number);
        rejected_ += standing ? standing->rejected : 0;
    }
}

void ShadowReplay::entry(Ordered<Entry> const& entry) noexcept {
    if (stopped_) {
        return;
    }
    if (domains_ == nullptr) {
        auto const genesis = decode_whole<Genesis>(entry.value().body);
        if (!genesis) {
            stopped_ = genesis.error();
            return;
        }
        auto made = DomainSet::make(*engine_, genesis->capacities, state_bytes_max_);
        if (!made) {
            stopped_ = made.error();
            return;
        }
        domains_ = std::move(*made);
    }
    auto const outcome = domains_->shadows().apply(entry);
    if (!outcome) {
        stopped_ = outcome.error();
    } else if (outcome->rejected) {
        ++rejected_;
    }
}

void ShadowReplay::reduced(Sequence sequence, Hash256 const& /*leaf*/) noexcept {
    if (!stopped_) {
        stopped_ = Error{Code::entry_missing, sequence.value};
    }
}

} // namespace axiom::host
