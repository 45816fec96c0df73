#pragma once
// What our own walk and reducers say of a log.

#include <string>

#include <axiom/store/recovery.hpp>

namespace axiom::test {

[[nodiscard]] std::string hex(Hash256 const& hash);

/// Recovery's walk over the log, every entry handed to `sink` (may be null).
[[nodiscard]] Result<store::Recovered> first_opinion(Store& store, EntrySink* sink);

/// What a log comes to.
struct LogFacts {
    Hash256 log_id{};
    std::uint64_t entries{};
    Hash256 head{};
    std::uint64_t tree_size{};
    Hash256 tree_root{};
    Hash256 state{};
    std::uint64_t rejected{};
};

/// By replay of every domain, from genesis or, if `snapshot` is not empty, from behind that.
/// Refuses what the walk, a domain or the loading of the snapshot refuses.
[[nodiscard]] Result<LogFacts> replayed_facts(Store& store, Bytes snapshot);

} // namespace axiom::test
