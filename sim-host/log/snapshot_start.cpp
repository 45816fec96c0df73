// Opening for writing from a snapshot; see sim-host/log/snapshot_start.hpp.

#include <sim-host/log/snapshot_start.hpp>

namespace axiom::host {

void SnapshotStart::find(HashEngine const& engine, store::SegmentWindow& window,
                         store::SegmentMap const& map, std::size_t state_bytes_max) {
    constexpr Sequence anywhere{~std::uint64_t{0}};
    SnapshotSearch search{engine, window, map, *folder_, state_bytes_max};
    auto found = search.newest_below(anywhere);
    refused_ = search.refused();
    if (found) {
        sequence_ = found->sequence;
        shadows_->adopt(std::move(found->domains));
    }
}

Result<void> SnapshotStart::check_end(HashEngine const& engine, store::SegmentWindow& window,
                                      store::SegmentMap const& map,
                                      store::ChainPosition const& end) const {
    if (ahead_ == Ahead::ignored) {
        return {};
    }
    SnapshotSearch const search{engine, window, map, *folder_};
    if (auto const ahead = search.ahead_of(end.next, end.log_id)) {
        return fail(Code::snapshot_ahead, ahead->value, end.next.value);
    }
    return {};
}

} // namespace axiom::host
