// Resetting claims; see terminal/cli/claims.hpp.

#include <terminal/cli/claims.hpp>

#include <axiom/store/recovery.hpp>
#include <sim-host/inspect/log_medium.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/log_access.hpp>

namespace axiom::cli {

namespace {

// The epoch that the longest valid prefix ends with; rot is refused as for every writer.
Epoch newest_epoch(host::HostStore& store) {
    constexpr std::uint32_t slots_to_come = 64;
    std::uint32_t const slots_max = store.slots() + slots_to_come;
    host::OwnedArena memory{store::SegmentMap::bytes_for(slots_max)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, slots_max};
    std::size_t const block = store.geometry().storage_block_bytes;
    std::vector<std::byte> buffer(round_up<std::size_t>(store::frame_bytes_max, block) + block);
    store::SegmentWindow window{store, buffer};
    value_or_stop(map.load(host::fastest_engine(), window), "the log cannot be read");
    return value_or_stop(store::recover(host::fastest_engine(), window, map, nullptr),
                         "the log cannot be read")
        .chain.epoch;
}

} // namespace

Exit reset_claims(std::string const& path, Console& console) {
    check_log_path(path);
    auto const store = value_or_stop(host::open_log_medium(path, host::OpenMode::write),
                                     "the log cannot be opened for writing");
    Epoch const newest = newest_epoch(*store);
    Epoch const claimed = value_or_stop(store->claimed_epoch());
    bool const needed = !store::claim_is_plausible(claimed, newest);
    if (needed) {
        value_or_stop(store->reset_claim(newest), "the record of claims cannot be written");
    }
    if (console.json()) {
        console.document("axiom.doctor-claims/1",
                         {{"reset", needed}, {"claimed", claimed.value}, {"newest", newest.value}});
    } else if (needed) {
        console.line("the record of claims said epoch " + std::to_string(claimed.value) +
                     "; it says " + std::to_string(newest.value) +
                     " now, the epoch of the log's newest writer");
    } else {
        console.line("epoch " + std::to_string(claimed.value) + " is claimed, and the log's " +
                     "newest writer had " + std::to_string(newest.value) +
                     ": there is nothing to set back");
    }
    return needed ? Exit::success : Exit::answer_is_no;
}

} // namespace axiom::cli
