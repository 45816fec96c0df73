#pragma once
// What became of a record that an entry, or a response, points to.

#include <span>

#include <kernel/event/kinds.hpp>

namespace axiom::kernel {

enum class RecordPlace : std::uint8_t {
    sealed,    // its batch is kept
    unsealed,  // still in the ring, or the machine stopped before it was sealed
    truncated, // it was sealed, and whoever keeps batches has dropped it
    lost,      // it was overwritten before it was read
};

/// `seals`: all of one ring and one boot, in order, perhaps without the oldest. `kept_from`: the
/// first index whose batch is still kept.
[[nodiscard]] RecordPlace place_of_record(std::uint64_t index, std::span<Seal const> seals,
                                          std::uint64_t kept_from) noexcept;

} // namespace axiom::kernel
