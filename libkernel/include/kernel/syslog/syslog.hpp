#pragma once
// Syslog: the rings of all CPUs and their readers.
//
// A CPU writes to its own two rings and to nothing else here; whoever drains takes one ring after
// the other. Start at record.hpp for what is written, at ring.hpp for why no lock is needed.

#include <kernel/syslog/call_ring.hpp>
#include <kernel/syslog/reader.hpp>
#include <kernel/syslog/refusal_ring.hpp>

namespace axiom::kernel {

class Syslog {
  public:
    using Calls = CallRing<>;
    using Refusals = RefusalRing<>;

    Syslog(Arena& arena, std::uint32_t cpus, BootNumber boot) noexcept;

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t cpus) noexcept;

    /// Of the positions that it gives; `this_boot` where its number is not known from the start.
    [[nodiscard]] BootNumber boot() const noexcept { return boot_; }

    /// The number of this boot, as the batches have it. Before the first is drained.
    void attach(BootNumber boot) noexcept {
        for (RingReader& reader : readers_) {
            reader.attach(boot);
        }
    }
    [[nodiscard]] std::uint32_t rings() const noexcept {
        return static_cast<std::uint32_t>(readers_.size());
    }

    /// For that CPU alone.
    [[nodiscard]] Calls& calls(std::uint32_t cpu) noexcept { return calls_[cpu]; }
    [[nodiscard]] Refusals& refusals(std::uint32_t cpu) noexcept { return refusals_[cpu]; }

    /// For one drain at a time.
    [[nodiscard]] RingReader& reader(std::uint32_t ring) noexcept { return readers_[ring]; }

    /// The first ring that is due, from `from` on and then from the start.
    [[nodiscard]] std::optional<std::uint32_t> due(std::uint32_t from) const noexcept;

  private:
    BootNumber boot_;
    std::span<Calls> calls_;
    std::span<Refusals> refusals_;
    std::span<RingReader> readers_;
};

} // namespace axiom::kernel
