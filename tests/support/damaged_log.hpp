#pragma once
// A random log at rest, what its medium says before and after it was damaged, and the damage.
//
// The log is written by the real writer with a seed's choices: several segments and boots, groups
// of several frames, attachments and erasures, sessions that end in order and sessions that just
// stop. `evidence` and `first_damage` are worked out the slow way, from every byte, so that what
// recovery decides can be held against them.

#include <memory>
#include <optional>
#include <vector>

#include <sim-host/platform/memory_store.hpp>
#include <tests/support/seeded.hpp>

namespace axiom::test {

/// A copy of a medium: its slots and its claimed epoch.
[[nodiscard]] std::unique_ptr<host::MemoryStore> clone(host::MemoryStore& medium);

/// Writes a log by the choices of `seeded`.
[[nodiscard]] std::unique_ptr<host::MemoryStore> random_log(Seeded& seeded);

/// The highest watermark that any header, frame or record of the medium still shows: frames of
/// segments whose header holds, and records anywhere in other slots.
[[nodiscard]] Sequence evidence(host::MemoryStore& medium);

/// Bytes of a sound log, and the entries that they belong to.
struct LogPart {
    SlotIndex slot{};
    std::uint64_t from{};
    std::uint64_t to{};
    Sequence first{}; // of the block, or the next entry at this place
    Sequence last{};  // the last that damage here may be named by
    bool attachment{};
    bool erased{}; // an attachment that an Erase entry names: its bytes may be any
    bool late{};   // behind the end of a segment whose successor is another writer's
};

/// The parts of a sound medium's segments, in the log's order; together every byte of them.
[[nodiscard]] std::vector<LogPart> parts_of(host::MemoryStore& medium);

/// The first part whose bytes differ, but for erased ones.
[[nodiscard]] std::optional<LogPart> first_damage(std::vector<LogPart> const& parts,
                                                  host::MemoryStore& before,
                                                  host::MemoryStore& after);

/// One to three edits of a sound log, many of them in pairs that hide each other; none where a
/// writer that was fenced off may write.
void damage(Seeded& seeded, std::vector<LogPart> const& parts, host::MemoryStore& medium);

} // namespace axiom::test
