// All domains under one set of shadows; see sim-host/log/domain_set.hpp.

#include <sim-host/log/domain_set.hpp>

#include <new>

#include <axiom/log/log_kinds.hpp>
#include <sim-host/inspect/catalog.hpp>

namespace axiom::host {

DomainVersions DomainSet::versions() noexcept {
    DomainVersions versions;
    for (DomainVersion const& known : axiomd::known_versions()) {
        if (DomainNumber{known.domain} != DomainNumber::kernel) {
            versions.push_back(known);
        }
    }
    return versions;
}

DomainSet::DomainSet(HashEngine const& engine, Capacities const& capacities)
    : memory_{ShadowSet::bytes_for(capacities)}, arena_{memory_.arena()},
      set_{engine, arena_, capacities} {}

Result<std::unique_ptr<DomainSet>> DomainSet::make(HashEngine const& engine,
                                                   Capacities const& capacities,
                                                   std::size_t state_bytes_max) noexcept {
    std::size_t const bytes = ShadowSet::bytes_for(capacities);
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
        // The log's beginning is lost: another entry's body is not read as a genesis.
        EntryHeader const& header = entry.value().header;
        if (header.domain != DomainNumber::log ||
            header.kind != static_cast<std::uint16_t>(LogKind::genesis)) {
            stopped_ = Error{Code::rot_below_watermark};
            return;
        }
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
