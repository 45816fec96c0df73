#include <tests/support/first_opinion.hpp>

#include <memory>
#include <vector>

#include <axiom/domain/snapshot.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

namespace {

constexpr std::uint32_t slots_max = 1024;

} // namespace

std::string hex(Hash256 const& hash) {
    return std::string{text_of(to_hex(hash))};
}

Result<store::Recovered> first_opinion(Store& store, EntrySink* sink) {
    host::OwnedArena memory{store::SegmentMap::bytes_for(slots_max)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, slots_max};
    std::size_t const block = store.geometry().storage_block_bytes;
    std::vector<std::byte> buffer(round_up<std::size_t>(store::frame_bytes_max, block) + block);
    store::SegmentWindow window{store, buffer};
    TRY(map.load(host::portable_engine(), window));
    return store::recover(host::portable_engine(), window, map, sink);
}

Result<LogFacts> replayed_facts(Store& store, Bytes snapshot) {
    HashEngine const& engine = host::portable_engine();
    host::ShadowReplay replay{engine};
    host::LogReplay walk{&replay};
    if (!snapshot.empty()) {
        auto const info = TRY(read_snapshot_info(engine, snapshot));
        auto domains = std::make_unique<host::DomainSet>(engine, info.capacities);
        TRY(load_snapshot(domains->shadows(), info.log_id, snapshot));
        TRY(walk.begin_behind(domains->log()));
        replay.adopt(std::move(domains));
    }
    auto const found = TRY(first_opinion(store, &walk));
    if (replay.stopped()) {
        return std::unexpected(*replay.stopped());
    }
    if (replay.domains() == nullptr) {
        return fail(Code::entry_missing);
    }
    return LogFacts{.log_id = found.chain.log_id,
                    .entries = found.chain.next.value,
                    .head = found.chain.head,
                    .tree_size = found.chain.tree.size().value,
                    .tree_root = found.chain.tree.root(engine),
                    .state = TRY(replay.domains()->shadows().state_hash()),
                    .rejected = replay.rejected()};
}

} // namespace axiom::test
