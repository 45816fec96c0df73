// Where a record is; see kernel/syslog/place.hpp.

#include <kernel/syslog/place.hpp>

#include <algorithm>

namespace axiom::kernel {

RecordPlace place_of_record(std::uint64_t index, std::span<Seal const> seals,
                            std::uint64_t kept_from) noexcept {
    auto const seal = std::ranges::upper_bound(seals, index, {}, &Seal::end);
    if (seal == seals.end()) {
        return RecordPlace::unsealed;
    }
    if (index < seal->first && index >= seal->first - seal->lost) {
        return RecordPlace::lost;
    }
    // Before the gap of the oldest seal there were seals that are no longer told.
    return index >= seal->first && index >= kept_from ? RecordPlace::sealed
                                                      : RecordPlace::truncated;
}

} // namespace axiom::kernel
