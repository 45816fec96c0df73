// See tests/support/watched_engine.hpp.

#include <tests/support/watched_engine.hpp>

#include <utility>

#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

thread_local std::function<void()> before_hashing;

namespace {

void hash_many_watched(ContextKey const& key, std::byte const* const* inputs, std::size_t count,
                       std::size_t blocks, Hash256* outputs) noexcept {
    if (auto const first = std::exchange(before_hashing, nullptr)) {
        first();
    }
    host::portable_engine().hash_many(key, inputs, count, blocks, outputs);
}

} // namespace

HashEngine watched_engine() {
    HashEngine engine = host::portable_engine();
    engine.hash_many = hash_many_watched;
    return engine;
}

} // namespace axiom::test
