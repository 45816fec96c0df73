#pragma once
// What the calls about the log read from a caller's memory, and write to it.
//
//     log_attach    region: AttachHead │ the log domain's state, as a snapshot has it
//     log_drain     region: DrainHead │ leaves │ entries: each its header and its padded body
//     syslog_drain  region: a batch (kernel/syslog/batch.hpp)
//     log_propose   the buffer: ProposalHead │ body
//
// Bulk goes through a region that the caller holds, from its first byte on; it need not be mapped.
// All is little-endian; entries start at multiples of 64 bytes from each other.

#include <cstdint>
#include <type_traits>

#include <axiom/base/hash256.hpp>

#include <kernel/abi/message.hpp>

namespace axiom::kernel {

/// Where the recovered log goes on. `next` is the first free sequence, `head` the link of the entry
/// before it; the epoch is higher than any before.
struct AttachHead {
    std::uint64_t next{};
    std::uint64_t epoch{};
    std::uint64_t time{}; // wall time in nanoseconds, advisory
    std::uint32_t state_bytes{};
    std::uint32_t unused{};
    Hash256 head{};
    Hash256 entropy{};
};

/// A block of the log: `count` entries from `first` on, hashed and linked.
struct DrainHead {
    std::uint64_t first{};
    std::uint32_t count{};
    std::uint32_t attachments{};   // how many entries have one, which their proposers hold
    std::uint64_t entries_bytes{}; // after the leaves
    std::uint64_t watermark{};     // the first entry that is not known to be durable
    Hash256 previous_head{};
    Hash256 head{};
};

/// What a `log_drain` hashes at most, in entries and in bytes of theirs: what the authority lock is
/// held for. One entry that is larger comes alone.
inline constexpr std::uint32_t drain_entries_max = 64;
inline constexpr std::uint32_t drain_bytes_max = 64 * 1024;

/// What a `syslog_drain` seals at most.
inline constexpr std::uint32_t syslog_drain_records_max = 1024;

/// As the ring of a `syslog_drain`: whichever is due.
inline constexpr std::uint64_t any_ring = ~std::uint64_t{0};

/// How the store does, as whoever drains says it.
enum class StoreState : std::uint8_t {
    sound,
    nearly_full, // only recovery, pruning and giving up are taken
    failed,      // nothing is taken any more, until the machine starts again
};

/// The bits with which the log wakes whoever attached it, unless the capability has a badge.
inline constexpr std::uint64_t log_waits_bit = 1;    // entries wait to be drained
inline constexpr std::uint64_t syslog_waits_bit = 2; // a ring of the SysLog is due

enum class Verdict : std::uint8_t {
    commit,
    deny,
    keep, // nothing yet: who asked is kept for a proposal that comes later
};

/// What the engine asks for its client, or somebody for itself. Who the client is, and on whose
/// behalf it acts, is not in it: the kernel knows.
struct ProposalHead {
    std::uint16_t domain{};
    std::uint16_t kind{};
    std::uint32_t body_bytes{};
    std::uint32_t slot{no_slot}; // of the client: the capability that it exercises; none: the one
                                 // that it called through
    std::uint32_t rule{};        // of a denial
    std::uint64_t decided_at{};
    std::uint64_t causes[2]{};
    std::uint64_t time{}; // wall time in nanoseconds, advisory
    std::uint64_t producer{};
    std::uint64_t producer_number{};
    std::uint32_t attachment_bytes{};
    std::uint32_t unused{};
    Hash256 digest{}; // of a denial: that of the full request; else the attachment's commitment

    static constexpr std::uint32_t no_slot = ~std::uint32_t{0};
};

inline constexpr std::size_t proposal_body_max = message_bytes_max - sizeof(ProposalHead);

template <class T>
concept SharedForm = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;
static_assert(SharedForm<AttachHead> && sizeof(AttachHead) == 96);
static_assert(SharedForm<DrainHead> && sizeof(DrainHead) == 96);
static_assert(SharedForm<ProposalHead> && sizeof(ProposalHead) == 104);

} // namespace axiom::kernel
