#pragma once
// Whoever drains a kernel's log: the first process, with regions that the test can look into, and a
// log of earlier boots to attach to.

#include <axiom/codec/value.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>
#include <kernel/abi/log.hpp>
#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {

inline constexpr std::uint32_t drain_region = 40; // 32 pages
inline constexpr std::uint32_t small_region = 41; // one page
inline constexpr std::uint32_t wake_slot = 42;    // a notification
inline constexpr std::uint64_t large_pages = 32;

/// A log as a store gives it back: its domain's state, and where it goes on.
struct EarlierLog {
    std::vector<std::byte> state;
    Sequence next{};
    Hash256 head{};
};

/// One that holds its genesis, and a tick if log time has come to `now`.
inline EarlierLog earlier_log(LogTime now = {}) {
    constexpr RingSize ring{.bytes = 1U << 19U, .entries = 64};
    constexpr Capacities capacities = MachineWorld::log_capacities;
    std::vector<std::byte> memory(Log::bytes_for(ring) + LogState::bytes_for(capacities));
    Arena arena{MutableBytes{memory}};
    LogState state{arena, capacities};
    std::array<DomainInfo const*, 1> const domains{&log_domain};
    Log log{{.engine = &host::fastest_engine(), .domains = domains, .ring = ring}, arena, state};
    log.begin(MachineWorld::genesis(), WallTime{0}).value();
    if (now != LogTime{}) {
        std::array<std::byte, 64> room{};
        AXIOM_ASSERT(log.append({.domain = DomainNumber::log,
                                 .kind = static_cast<std::uint16_t>(LogKind::tick),
                                 .body = encode_whole(MutableBytes{room}, Tick{now}).value()})
                         .has_value());
    }
    AXIOM_ASSERT(log.drain({}).has_value());
    EarlierLog earlier{.state = std::vector<std::byte>(state.save_bytes_max()),
                       .next = log.next_sequence(),
                       .head = log.drained_head()};
    Writer writer{MutableBytes{earlier.state}};
    state.save(writer).value();
    earlier.state.resize(writer.size());
    return earlier;
}

/// A drained block, as it lies in the region.
struct Drained {
    DrainHead head{};
    std::vector<Hash256> leaves;
    std::vector<std::vector<std::byte>> entries;

    [[nodiscard]] EntryHeader header(std::size_t index) const {
        return decode_header(Bytes{entries.at(index)}.first(entry_header_bytes)).value();
    }
    [[nodiscard]] Bytes body(std::size_t index) const {
        return Bytes{entries.at(index)}.subspan(entry_header_bytes, header(index).body_bytes);
    }
};

class LogWorld {
  public:
    explicit LogWorld(bool with_syslog = false,
                      MachineWorld::LogIs log_is = MachineWorld::LogIs::attached)
        : world{with_syslog, log_is} {
        world.drains_itself = true;
        AXIOM_ASSERT(world.create(ObjectType::region, drain_region, 0, large_pages).done());
        AXIOM_ASSERT(world.create(ObjectType::region, small_region, 0, 1).done());
        AXIOM_ASSERT(world.create(ObjectType::notification, wake_slot).done());
        map(drain_region, 0x10'0000, large_pages);
        map(small_region, 0x80'0000, 1);
    }

    /// The region's first bytes, read or written as its process would.
    std::vector<std::byte> read(std::uint32_t region, std::size_t bytes) {
        std::vector<std::byte> read;
        for (MutableBytes const page : pages_.at(region)) {
            read.insert(read.end(), page.begin(), page.end());
        }
        read.resize(bytes);
        return read;
    }
    void write(std::uint32_t region, Bytes bytes) {
        for (MutableBytes const page : pages_.at(region)) {
            std::size_t const count = std::min(bytes.size(), page.size());
            copy_bytes(page, bytes.first(count));
            bytes = bytes.subspan(count);
        }
        AXIOM_ASSERT(bytes.empty());
    }

    CallAnswer attach(EarlierLog const& earlier, std::uint64_t epoch,
                      std::uint64_t notification = wake_slot) {
        AttachHead const head{.next = earlier.next.value,
                              .epoch = epoch,
                              .time = 7,
                              .state_bytes = static_cast<std::uint32_t>(earlier.state.size()),
                              .head = earlier.head};
        std::vector<std::byte> bytes(sizeof(head));
        std::memcpy(bytes.data(), &head, sizeof(head));
        bytes.insert(bytes.end(), earlier.state.begin(), earlier.state.end());
        write(drain_region, bytes);
        return world.do_call(0, Call::log_attach, {log_slot.value, drain_region, notification});
    }

    [[nodiscard]] Hash256 log_root() { return world.log_state.root(host::fastest_engine()); }

    CallAnswer drain(std::uint64_t durable, std::uint64_t region = drain_region,
                     StoreState store = StoreState::sound) {
        return world.do_call(0, Call::log_drain,
                             {log_slot.value, region, durable, static_cast<std::uint64_t>(store)});
    }
    CallAnswer drain() { return drain(world.log.watermark().value); }

    Drained drained(CallAnswer const& answer, std::uint32_t region = drain_region) {
        AXIOM_ASSERT(answer.done());
        auto const bytes = read(region, answer.words[1]);
        Drained drained{};
        std::memcpy(&drained.head, bytes.data(), sizeof(DrainHead));
        Bytes rest = Bytes{bytes}.subspan(sizeof(DrainHead));
        drained.leaves.resize(drained.head.count);
        std::memcpy(drained.leaves.data(), rest.data(), drained.head.count * sizeof(Hash256));
        rest = rest.subspan(drained.head.count * sizeof(Hash256));
        EXPECT_EQ(rest.size(), drained.head.entries_bytes);
        for (std::uint32_t index = 0; index < drained.head.count; ++index) {
            auto const header = decode_header(rest.first(entry_header_bytes)).value();
            std::size_t const size = entry_bytes(header.body_bytes);
            drained.entries.emplace_back(rest.begin(),
                                         rest.begin() + static_cast<std::ptrdiff_t>(size));
            rest = rest.subspan(size);
        }
        EXPECT_TRUE(rest.empty());
        return drained;
    }

    MachineWorld world;

  private:
    void map(std::uint32_t region, std::uint64_t address, std::uint64_t pages) {
        AXIOM_ASSERT(world.do_call(0, Call::map, {space_slot.value, region, address, 1}).done());
        // All of the machine's memory is reached first, so that no page moves later.
        static_cast<void>(world.machine.memory({Frame{MachineWorld::frames - 1}, 0}));
        for (std::uint64_t page = 0; page < pages; ++page) {
            auto const& mapped = world.machine.pages.at({0, address + page * 4096});
            pages_[region].push_back(
                world.machine.memory({Frame{static_cast<std::uint32_t>(mapped.frame)}, 0}));
        }
    }

    std::map<std::uint32_t, std::vector<MutableBytes>> pages_;
};

} // namespace axiom::kernel::test
