// The rings of all CPUs; see kernel/syslog/syslog.hpp.

#include <kernel/syslog/syslog.hpp>

namespace axiom::kernel {

Syslog::Syslog(Arena& arena, std::uint32_t cpus, BootNumber boot) noexcept
    : boot_{boot}, calls_{arena.make<Calls>(cpus)}, refusals_{arena.make<Refusals>(cpus)},
      readers_{arena.make<RingReader>(2 * std::size_t{cpus})} {
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        calls_[cpu].begin(cpu);
        refusals_[cpu].begin(cpu);
        readers_[call_ring_of(cpu)].begin(arena, calls_[cpu].view(), boot);
        readers_[refusal_ring_of(cpu)].begin(arena, refusals_[cpu].view(), boot);
    }
}

std::size_t Syslog::bytes_for(std::uint32_t cpus) noexcept {
    return Arena::bytes_for<Calls>(cpus) + Arena::bytes_for<Refusals>(cpus) +
           Arena::bytes_for<RingReader>(2 * std::size_t{cpus}) +
           cpus * RingReader::bytes_for(Refusals::bucket_count);
}

std::optional<std::uint32_t> Syslog::due(std::uint32_t from) const noexcept {
    for (std::uint32_t step = 0; step < rings(); ++step) {
        std::uint32_t const ring = (from + step) % rings();
        if (readers_[ring].is_due()) {
            return ring;
        }
    }
    return std::nullopt;
}

} // namespace axiom::kernel
