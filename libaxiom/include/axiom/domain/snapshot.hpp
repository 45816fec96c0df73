#pragma once
// Snapshots: the state of every domain at one sequence, as canonical bytes that say which state
// they are.
//
//       0  magic "AXIOMSNP"
//       8  version u16   domains u16   reserved u32
//      16  total_bytes u64, the digest included
//      24  sequence: the state is the one after this entry
//      32  log_id
//      64  head: link of the entry at `sequence`
//      96  state hash
//     128  capacities, 8 x u32
//     160  domains times, by rising number:
//              number u16   version u16   reserved u32   rejected u64   touched u64   bytes u64
//              what the domain saves
//     end  digest: BLAKE3 over all bytes before it, in its own context
//
// A digest shows accidents only. `load` therefore checks everything that replay would guarantee,
// recomputes the state hash, and leaves the shadows empty on any refusal; that the log names the
// same hash is for the caller to compare, and so is whether the log reaches the sequence at all
// (`snapshot_ahead`).

#include <optional>

#include <axiom/domain/shadows.hpp>

namespace axiom {

/// What a snapshot says about itself.
struct SnapshotInfo {
    Sequence sequence{};
    Hash256 log_id{};
    Hash256 head{};
    Hash256 state{};
    Capacities capacities{};
    std::uint16_t domains{};

    friend bool operator==(SnapshotInfo const&, SnapshotInfo const&) noexcept = default;
};

inline constexpr std::uint64_t snapshot_magic = 0x504E534D4F495841; // "AXIOMSNP"
inline constexpr std::uint16_t snapshot_version = 1;
inline constexpr std::size_t snapshot_header_bytes = 160;
inline constexpr std::size_t snapshot_domain_bytes = 32;
inline constexpr std::size_t snapshot_digest_bytes = 32;

/// An upper bound on what `save_snapshot` writes.
[[nodiscard]] std::size_t snapshot_bytes_max(Shadows& shadows) noexcept;

/// Writes the state of `shadows` and returns the part of `to` that was filled. `log_id` and `head`
/// are those of the log at the last entry applied. Refuses while a domain has stopped, before
/// genesis, and for `no_room`.
[[nodiscard]] Result<Bytes> save_snapshot(Shadows& shadows, Hash256 const& log_id,
                                          Hash256 const& head, MutableBytes to) noexcept;

/// Checks length, magic, version and digest, and reads the header: what a caller needs to size
/// tables.
[[nodiscard]] Result<SnapshotInfo> read_snapshot_info(HashEngine const& engine,
                                                      Bytes from) noexcept;

/// Loads a snapshot of log `log_id` into `shadows`, which are as constructed. On refusal they are
/// so again. `wrong_log`, `state_mismatch`, `unknown_version`, or what validating its parts
/// refuses.
[[nodiscard]] Result<SnapshotInfo> load_snapshot(Shadows& shadows, Hash256 const& log_id,
                                                 Bytes from) noexcept;

/// Hash of a snapshot's bytes, digest included: what its entry in the log names.
[[nodiscard]] Hash256 snapshot_digest(HashEngine const& engine, Bytes snapshot) noexcept;

} // namespace axiom
