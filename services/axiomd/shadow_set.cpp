// All domains under one set of shadows; see services/axiomd/shadow_set.hpp.

#include <services/axiomd/shadow_set.hpp>

#include <algorithm>

#include <services/axiomd/catalog.hpp>

namespace axiom::axiomd {

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

std::size_t ShadowSet::bytes_for(Capacities const& capacities) noexcept {
    return LogState::bytes_for(capacities) + policy::PolicyDomain::bytes_for(capacities) +
           identity::IdentityDomain::bytes_for(capacities) +
           records::RecordsDomain::bytes_for(capacities) +
           action::ActionsDomain::bytes_for(capacities) +
           kernel::KernelDomain::bytes_for(kernel_rows_max);
}

ShadowSet::ShadowSet(HashEngine const& engine, Arena& arena, Capacities const& capacities) noexcept
    : log_{arena, capacities}, policy_{arena, capacities, engine}, identity_{arena, capacities},
      records_{arena, capacities}, actions_{arena, capacities}, kernel_{arena, kernel_rows_max},
      others_{&policy_, &identity_, &records_, &actions_, &kernel_},
      shadows_{engine, log_, others_} {
    AXIOM_ASSERT(are_all_but_the_log(others_));
}

} // namespace axiom::axiomd
