// What draining needs; see kernel/core/log_side.hpp.

#include <kernel/core/log_side.hpp>

#include <algorithm>

namespace axiom::kernel {

LogSide::LogSide(Arena& arena, LogParts const& given, std::uint32_t accounts) noexcept
    : parts{given}, saved{arena, accounts} {
    if (parts.state != nullptr) {
        staging = arena.make<std::byte>(parts.state_bytes_max);
        batch = arena.make<Record>(batch_overhead + syslog_drain_records_max);
    }
}

std::size_t LogSide::bytes_for(LogParts const& parts, std::uint32_t accounts) noexcept {
    std::size_t const drained =
        parts.state == nullptr
            ? 0
            : Arena::bytes_for<std::byte>(parts.state_bytes_max) +
                  Arena::bytes_for<Record>(batch_overhead + syslog_drain_records_max);
    return SavedCallers::bytes_for(accounts) + drained;
}

void RegionMemory::read(std::uint64_t offset, MutableBytes to) const noexcept {
    AXIOM_ASSERT(range_fits(offset, to.size(), bytes()));
    std::uint64_t skip = offset;
    chains_->for_each_block(chain_, [&](FrameBlock const& block) {
        Bytes const memory = machine_->memory(block);
        std::size_t const skipped = std::min<std::uint64_t>(skip, memory.size());
        std::size_t const count = std::min(memory.size() - skipped, to.size());
        copy_bytes(to, memory.subspan(skipped, count));
        to = to.subspan(count);
        skip -= skipped;
    });
}

} // namespace axiom::kernel
