// Reading logs; see closed_log.hpp.

#include <bench/support/closed_log.hpp>

#include <algorithm>

#include <bench/support/failure.hpp>
#include <bench/support/live_log_fixture.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::bench {

namespace {

constexpr std::uint32_t slots_max = 65536;

std::unique_ptr<host::FileStore> open_store(std::filesystem::path const& folder) {
    auto store = host::FileStore::open(folder, host::OpenMode::read);
    require(store.has_value(), "could not open the store in " + folder.string());
    return std::move(*store);
}

std::size_t window_bytes(StoreGeometry const& geometry) {
    std::size_t const block = geometry.storage_block_bytes;
    return round_up<std::size_t>(store::frame_bytes_max, block) + block;
}

} // namespace

ClosedLog::ClosedLog(std::filesystem::path const& folder)
    : store_{open_store(folder)}, buffer_(window_bytes(store_->geometry())),
      window_{*store_, buffer_}, map_arena_{store::SegmentMap::bytes_for(slots_max)},
      arena_{map_arena_.arena()}, map_{arena_, slots_max} {
    require_done(map_.load(host::fastest_engine(), window_), "read the segments");
}

std::uint64_t ClosedLog::verify_and_replay() {
    host::LogReplay replay{nullptr};
    auto const links = std::make_unique<store::LinkFold>();
    auto const found =
        store::recover(host::fastest_engine(), window_, map_, &replay, {.links = links.get()});
    require(found && found->ended_in_order && !found->torn, "the log does not verify");
    return found->chain.next.value;
}

Sequence ClosedLog::seek(Sequence sequence) {
    auto const segments = map_.segments();
    auto const after =
        std::ranges::upper_bound(segments, sequence, {}, [](store::SegmentPlace const& place) {
            return place.header.first;
        });
    store::BlockScan scan{host::fastest_engine(), window_, map_, {.check_attachments = false}};
    scan.start_at_segment(static_cast<std::size_t>(after - segments.begin()) - 1);
    for (;;) {
        auto const step = scan.next();
        require(step && *step != store::ScanStep::end, "the entry is not in the log");
        if (*step == store::ScanStep::block && scan.position().next > sequence) {
            auto const first = scan.block().frame.record.first.value;
            return scan.block().entry(sequence.value - first).header.sequence;
        }
    }
}

} // namespace axiom::bench
