// Any bytes as the segments of a store: recovery and verification answer, in bounded memory.
//
// Input: bytes of a medium of two slots of 16 KiB with storage blocks of 512 bytes, cut or padded
// with zeros. So that the search gets behind the first check, the header of each slot is sealed
// again when the input's first byte is odd.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <axiom/store/recovery.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>

namespace {

using namespace axiom;

constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 16U << 10U};
constexpr std::uint32_t slots = 2;

void fill(host::MemoryStore& store, Bytes input, bool seal) {
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        AXIOM_ASSERT(store.extend().has_value());
        MutableBytes const bytes = store.slot_bytes(SlotIndex{slot});
        std::size_t const take = std::min(input.size(), bytes.size());
        copy_bytes(bytes, input.first(take));
        input = input.subspan(take);
        if (seal && take >= store::segment_header_bytes) {
            store::SegmentHeader header;
            std::memcpy(static_cast<void*>(&header), bytes.data(), sizeof header);
            store::seal_header(host::portable_engine(), header);
            copy_bytes(bytes, store::header_bytes(header));
        }
    }
}

void recover(host::MemoryStore& store) {
    host::OwnedArena memory{store::SegmentMap::bytes_for(slots)};
    Arena arena = memory.arena();
    store::SegmentMap map{arena, slots};
    std::vector<std::byte> buffer(round_up<std::size_t>(store::frame_bytes_max, 512) + 512);
    store::SegmentWindow window{store, buffer};
    if (map.load(host::portable_engine(), window)) {
        static_cast<void>(store::recover(host::portable_engine(), window, map, nullptr));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const input = std::as_bytes(std::span{data, size});
    if (input.empty()) {
        return 0;
    }
    bool const seal = std::to_integer<unsigned>(input[0]) % 2 == 1;
    host::MemoryStore store{geometry, slots};
    fill(store, input.subspan(1), seal);
    recover(store);
    host::Verdict const verdict = host::verify(
        store, {.engine = &host::portable_engine(), .signatures = &host::signature_engine()});

    AXIOM_ASSERT(verdict.findings.size() <= host::findings_kept);
    return 0;
}
