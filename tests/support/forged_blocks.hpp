#pragma once
// Blocks that no writer of ours would write, framed and hashed as if one had: what verifiers must
// refuse for what they say, not for how they are made.

#include <optional>
#include <vector>

#include <axiom/log/log_kinds.hpp>
#include <axiom/store/recovery.hpp>
#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

/// An entry of the log's own domain.
struct ForgedEntry {
    LogKind kind{};
    std::vector<std::byte> body;
};

/// Where a log in memory ends, by our own recovery.
[[nodiscard]] store::Recovered end_of(host::MemoryStore& store);

/// The links that entries would get behind the log's end.
[[nodiscard]] std::vector<Hash256> links_of(host::MemoryStore& store,
                                            std::vector<ForgedEntry> const& entries);

/// Writes a block of these entries behind the log's end. Its record carries `log_id`, or what the
/// writer would have put there.
void append_block(host::MemoryStore& store, std::vector<ForgedEntry> const& entries,
                  std::optional<Hash256> log_id = {});

/// Writes a frame that carries only a watermark.
void append_watermark(host::MemoryStore& store, Hash256 const& log_id);

/// A tick, a fork from `parent`.
[[nodiscard]] ForgedEntry forged_tick(std::uint64_t now);
[[nodiscard]] ForgedEntry forged_fork(Hash256 const& parent, Hash256 const& key);

} // namespace axiom::test
