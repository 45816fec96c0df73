#include <tests/support/sparse_log.hpp>

#include <array>
#include <vector>

namespace axiom::test {

namespace {

constexpr std::size_t run_bytes = 64; // of what is not zero, saved in pieces of this
constexpr std::string_view sparse_magic = "AXSPARSE";

template <class T> void put(std::string& to, T value) {
    std::array<std::byte, sizeof(T)> bytes;
    store_le(MutableBytes{bytes}, value);
    to.append(text_of(bytes));
}

template <class T> T take(std::string_view& from) {
    AXIOM_ASSERT(from.size() >= sizeof(T));
    T const value = load_le<T>(bytes_of(from.substr(0, sizeof(T))));
    from.remove_prefix(sizeof(T));
    return value;
}

std::vector<std::byte> slot_of(Store& store, SlotIndex slot) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(store.geometry().segment_bytes));
    AXIOM_ASSERT(store.read({slot, 0}, bytes).has_value());
    return bytes;
}

} // namespace

std::string save_sparse(Store& store) {
    std::string saved{sparse_magic};
    put(saved, store.geometry().storage_block_bytes);
    put(saved, store.geometry().segment_bytes);
    put(saved, (*store.claimed_epoch()).value);
    put(saved, store.slots());
    for (std::uint32_t slot = 0; slot < store.slots(); ++slot) {
        std::vector<std::byte> const bytes = slot_of(store, SlotIndex{slot});
        for (std::size_t at = 0; at < bytes.size(); at += run_bytes) {
            Bytes const piece = Bytes{bytes}.subspan(at, run_bytes);
            if (!is_zero(piece)) {
                put(saved, slot);
                put(saved, static_cast<std::uint32_t>(at));
                saved.append(text_of(piece));
            }
        }
    }
    return saved;
}

std::unique_ptr<host::MemoryStore> load_sparse(std::string_view saved) {
    AXIOM_ASSERT(saved.starts_with(sparse_magic));
    saved.remove_prefix(sparse_magic.size());
    StoreGeometry geometry;
    geometry.storage_block_bytes = take<std::uint32_t>(saved);
    geometry.segment_bytes = take<std::uint64_t>(saved);
    Epoch const epoch{take<std::uint64_t>(saved)};
    auto store = std::make_unique<host::MemoryStore>(geometry);
    for (auto slots = take<std::uint32_t>(saved); slots != 0; --slots) {
        AXIOM_ASSERT(store->extend().has_value());
    }
    AXIOM_ASSERT(store->claim_epoch(epoch).has_value());
    while (!saved.empty()) {
        SlotIndex const slot{take<std::uint32_t>(saved)};
        auto const at = take<std::uint32_t>(saved);
        copy_bytes(store->slot_bytes(slot).subspan(at), bytes_of(saved.substr(0, run_bytes)));
        saved.remove_prefix(run_bytes);
    }
    return store;
}

} // namespace axiom::test
