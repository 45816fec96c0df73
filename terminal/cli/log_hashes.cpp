#include <terminal/cli/log_hashes.hpp>

#include <axiom/store/recovery.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>

namespace axiom::cli {

void print_hashes(Console& console, std::string const& path) {
    auto const log = open_log(path);
    HashEngine const& engine = host::fastest_engine();
    host::ShadowReplay replay{engine};
    std::size_t const block = log->store().geometry().storage_block_bytes;
    std::vector<std::byte> buffer(round_up<std::size_t>(store::frame_bytes_max, block) + block);
    store::SegmentWindow window{log->store(), buffer};
    auto const recovered = value_or_stop(store::recover(engine, window, log->segments(), &replay));
    if (replay.stopped() || replay.domains() == nullptr) {
        throw failure_of(replay.stopped().value_or(Error{Code::not_a_log}),
                         "the log does not replay");
    }
    Hash256 const state = value_or_stop(replay.domains()->shadows().state_hash());
    console.line("head " + short_hash(recovered.chain.head, 64));
    console.line("state hash " + short_hash(state, 64));
}

} // namespace axiom::cli
