#pragma once
// One CPU's two rings, so small that they are overwritten all the time, in a kernel whose log takes
// the seals. In a header, since mutants are compiled into what instantiates the rings.

#include <memory>
#include <vector>

#include <kernel/event/event.hpp>
#include <kernel/event/preconditions.hpp>
#include <kernel/syslog/call_ring.hpp>
#include <kernel/syslog/reader.hpp>
#include <kernel/syslog/refusal_ring.hpp>
#include <tests/support/kernel_world.hpp>

namespace axiom::kernel::test {

struct SealedBatch {
    Seal seal;
    std::vector<Record> records; // header first
};

class SyslogWorld {
  public:
    static constexpr std::uint32_t cpu = 1;
    static constexpr std::uint32_t call_ring = call_ring_of(cpu);
    static constexpr std::uint32_t refusal_ring = refusal_ring_of(cpu);
    static constexpr std::uint32_t call_records = 64;
    static constexpr BootNumber boot{5};
    using Calls = CallRing<call_records>;
    using Refusals = RefusalRing<128, 8>;

    SyslogWorld() : bytes_(2 * RingReader::bytes_for(Refusals::bucket_count)) {
        calls.begin(cpu);
        refusals.begin(cpu);
        call_reader.begin(arena_, calls.view(), boot);
        refusal_reader.begin(arena_, refusals.view(), boot);
    }

    RingReader& reader(std::uint32_t ring) {
        return ring == call_ring ? call_reader : refusal_reader;
    }

    [[nodiscard]] RingRow const& sealed(std::uint32_t ring) const {
        return *kernel.state().rings().find(ring);
    }

    /// What a drain gives; nothing is sealed yet.
    std::optional<SealedBatch> drain(std::uint32_t ring, std::size_t room = 1000) {
        std::vector<Record> records(room + batch_overhead);
        auto const seal = reader(ring).drain(sealed(ring), records, host::portable_engine());
        if (!seal) {
            return std::nullopt;
        }
        records.resize(batch_overhead + seal->count + seal->notes);
        return SealedBatch{*seal, std::move(records)};
    }

    /// Whether the log takes the seal; then it is settled.
    bool settle(SealedBatch const& batch) {
        if (!precondition(kernel.state(), batch.seal)) {
            return false;
        }
        Event const event = event_of({}, batch.seal);
        auto const appended = kernel.log.append({.domain = DomainNumber::kernel,
                                                 .kind = static_cast<std::uint16_t>(event.kind),
                                                 .caller = {.account = recovery_account},
                                                 .body = event.bytes()});
        AXIOM_ASSERT(kernel.domain.apply(*appended.value().entry).has_value());
        kernel.make_room();
        reader(batch.seal.ring).settle(batch.seal, batch.records);
        return true;
    }

    /// Drains until nothing is left.
    std::vector<SealedBatch> drain_all(std::uint32_t ring, std::size_t room = 1000) {
        std::vector<SealedBatch> batches;
        while (auto batch = drain(ring, room)) {
            AXIOM_ASSERT(settle(*batch));
            batches.push_back(std::move(*batch));
        }
        return batches;
    }

  private:
    std::vector<std::byte> bytes_;
    Arena arena_{MutableBytes{bytes_}};

  public:
    Calls calls;
    Refusals refusals;
    RingReader call_reader;
    RingReader refusal_reader;
    KernelWorld kernel;
};

} // namespace axiom::kernel::test
