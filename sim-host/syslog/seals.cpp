#include <sim-host/syslog/seals.hpp>

#include <axiom/codec/reader.hpp>

namespace axiom::host {

using kernel::Seal;

HostResult<Seals> Seals::of(OpenedLog& log) {
    Seals seals;
    TRY(log.for_each({Sequence{0}, log.end()}, [&](EntryView const& view) {
        if (view.reduced) {
            seals.pruned_.insert(view.record->boot.value);
        }
        EntryHeader const& header = view.entry.header;
        if (!view.reduced && header.domain == DomainNumber::kernel) {
            seals.boots_.insert(view.record->boot.value);
        }
        bool const is_seal = !view.reduced && header.domain == DomainNumber::kernel &&
                             header.kind == static_cast<std::uint16_t>(kernel::Kind::seal);
        auto const seal = is_seal ? decode_whole<Seal>(view.entry.body) : fail(Code::unknown_kind);
        if (seal) {
            BootNumber const boot = view.record->boot;
            seals.lost_ += seal->lost;
            seals.by_place_[{boot.value, seal->ring, seal->first}] = {view.sequence, boot, *seal};
        }
        return true;
    }));
    return seals;
}

SealEntry const* Seals::of(kernel::BatchHeader const& header) const {
    auto const found = by_place_.find({header.boot, header.ring, header.first});
    return found == by_place_.end() ? nullptr : &found->second;
}

// A ring's seals stand in the order of their places.
SealEntry const* Seals::last_of(kernel::BatchHeader const& header) const {
    constexpr std::uint64_t behind_all = ~std::uint64_t{0};
    auto const next = by_place_.upper_bound({header.boot, header.ring, behind_all});
    if (next == by_place_.begin()) {
        return nullptr;
    }
    auto const& [place, last] = *std::prev(next);
    return place.boot == header.boot && place.ring == header.ring ? &last : nullptr;
}

} // namespace axiom::host
