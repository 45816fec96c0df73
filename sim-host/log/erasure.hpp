#pragma once
// Erasing attachments: after its `Erase` entry is durable, the attachment's bytes become zeros in
// place.
//
//     Erase entry ─▶ durable ─▶ zeros over salt and data ─▶ flush
//
// Only storage blocks that hold attachments are written; headers and bodies lie in others. A crash
// between the entry and the zeros leaves an erasure that is owed: `complete_erasures` finds and
// pays it, and doing so again changes nothing.

#include <functional>
#include <set>

#include <axiom/base/result.hpp>
#include <axiom/port/hash_engine.hpp>
#include <axiom/port/store.hpp>
#include <axiom/store/segment_map.hpp>

namespace axiom::host {

struct ErasureReport {
    std::uint64_t named{};     // attachments that Erase entries name
    std::uint64_t completed{}; // of them, made zeros just now
};

/// The entries whose attachments durable `Erase` entries below `end` name.
using ErasureTargets = std::set<std::uint64_t>;
[[nodiscard]] Result<ErasureTargets> erasure_targets(Store& store, HashEngine const& engine,
                                                     Sequence end);

/// The same of the whole log, and where the last of those `Erase` entries is: a copy that does not
/// reach so far must not have zeros that only that entry explains.
struct NamedErasures {
    ErasureTargets targets;
    Sequence end{}; // one past the last Erase entry; 0 when there is none
};
[[nodiscard]] Result<NamedErasures> named_erasures(Store& store, HashEngine const& engine);

/// Makes the attachments of `targets` zeros in any copy of the log, as far as it goes below `end`.
/// `before_bytes_go` is called before the first that is not zeros yet.
[[nodiscard]] Result<ErasureReport> pay_erasures(Store& store, HashEngine const& engine,
                                                 Sequence end, ErasureTargets const& targets,
                                                 std::function<void()> const& before_bytes_go = {});

/// Pays every erasure that durable `Erase` entries below `end` name, and flushes. `store` is open
/// for writing.
[[nodiscard]] Result<ErasureReport>
complete_erasures(Store& store, HashEngine const& engine, Sequence end,
                  std::function<void()> const& before_bytes_go = {});

/// Those of `targets` whose attachment is there, with a byte that is not zero. Refuses what walking
/// the log refuses.
[[nodiscard]] Result<std::set<std::uint64_t>>
attachments_there(Store& store, HashEngine const& engine, store::SegmentMap const& map,
                  std::set<std::uint64_t> const& targets);

} // namespace axiom::host
