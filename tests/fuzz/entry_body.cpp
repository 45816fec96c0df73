// Any bytes as bodies of entries of every domain: applied, or rejected with the domain's state as
// it was.
//
// Input: domain u8, kind u8, length u8, then the body; again until the input ends.

#include <cstddef>
#include <cstdint>

#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;

test::StateWorld& world() {
    static test::StateWorld only;
    return only;
}

void take(DomainNumber number, std::uint16_t kind, Bytes body) {
    Domain* const domain = world().shadows.find(number);
    // An unknown kind stops its domain for good, and genesis begins nothing here.
    if (domain == nullptr || domain->info().find(kind) == nullptr) {
        return;
    }
    HashEngine const& engine = host::portable_engine();
    bool const own = number != DomainNumber::log; // the log's own state moves with every header
    Hash256 const before = own ? domain->root(engine) : Hash256{};
    bool const decodes = domain->info().find(kind)->check(body).has_value();
    test::OwnedEntry entry;
    entry.header.domain = number;
    entry.header.kind = kind;
    entry.body.assign(body.begin(), body.end());
    auto const outcome = world().take(entry);
    AXIOM_ASSERT(decodes || !outcome.applied());
    AXIOM_ASSERT(!own || outcome.applied() || domain->root(engine) == before);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    world().shadows.clear();
    world().history.clear();
    world().begin();
    Bytes rest = std::as_bytes(std::span{data, size});
    while (rest.size() >= 3) {
        std::size_t const length = std::min(std::to_integer<std::size_t>(rest[2]), rest.size() - 3);
        take(DomainNumber{std::to_integer<std::uint16_t>(rest[0])},
             std::to_integer<std::uint16_t>(rest[1]), rest.subspan(3, length));
        rest = rest.subspan(3 + length);
    }
    return 0;
}
