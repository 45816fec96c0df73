// Any bytes as a snapshot: refused with nothing left behind, or the same bytes come out of saving
// what was loaded.

#include <cstddef>
#include <cstdint>

#include <axiom/crypto/hash.hpp>
#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;

test::StateWorld& world() {
    static test::StateWorld only;
    return only;
}

void check(Bytes bytes) {
    if (world().load(bytes)) {
        auto const again = world().snapshot();
        // The link of the last entry is the caller's, and not part of the state.
        AXIOM_ASSERT(again.size() == bytes.size());
        AXIOM_ASSERT(equal_bytes(Bytes{again}.subspan(96, 64), bytes.subspan(96, 64)));
        world().shadows.clear();
    }
    AXIOM_ASSERT(world().shadows.next() == Sequence{});
    AXIOM_ASSERT(world().actions.owed() == 0);
}

/// The same bytes with the length and the digest that they should have, so that what lies behind is
/// reached.
std::vector<std::byte> sealed(Bytes bytes) {
    std::vector<std::byte> whole(bytes.begin(), bytes.end());
    store_le(std::span{whole}.subspan(16), static_cast<std::uint64_t>(whole.size()));
    auto const covered = Bytes{whole}.first(whole.size() - snapshot_digest_bytes);
    Hash256 const digest = hash_bytes(host::portable_engine(), context::snapshot, covered);
    copy_bytes(std::span{whole}.subspan(covered.size()), digest.view());
    return whole;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const bytes = std::as_bytes(std::span{data, size});
    check(bytes);
    if (size >= snapshot_header_bytes + snapshot_digest_bytes) {
        check(sealed(bytes));
    }
    return 0;
}
