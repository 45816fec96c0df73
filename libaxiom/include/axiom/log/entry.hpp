#pragma once
// An entry: a header of exactly 192 bytes and a body.
//
// The header is the same bytes in memory, in the ring, on disk and under the leaf hash, so that
// nothing is translated on the hot path; the assertions below pin every offset. Field by field:
//
//       0  header_version u16   kind u16   domain u16   entry_class u8   flags u8
//       8  sequence
//      16  body_bytes u32   attachment_bytes u32 (salt included; 0 is none)
//      24  time (advisory)   principal   process   capability
//      56  causes[2] (0 is none: everything descends from genesis anyway)
//      72  syslog: boot u32, ring u32, index u64
//      88  decided_at   producer   producer_number   account
//     120  reserved, zero
//     128  body commitment (32)   attachment commitment (32)
//     192

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <axiom/base/bytes.hpp>
#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/log/limits.hpp>

namespace axiom {

/// Which library understands a body. Numbers are for good; a new domain takes the next one.
enum class DomainNumber : std::uint16_t {
    log = 1,
    kernel = 2,
    policy = 3,
    identity = 4,
    records = 5,
    actions = 6,
};

/// When an entry's effect may happen: with its order, or only once it is on stable storage.
enum class EntryClass : std::uint8_t { ordered, durable };

/// As a position's boot: the one that runs, whose number is not known before the log is attached.
/// It never reaches a store.
inline constexpr std::uint32_t this_boot = ~std::uint32_t{0};

/// Where the call that caused the entry stands in the SysLog; all zero when no call did.
struct SyslogPosition {
    std::uint32_t boot{};
    std::uint32_t ring{};
    std::uint64_t index{};

    friend bool operator==(SyslogPosition, SyslogPosition) noexcept = default;
};

struct EntryHeader {
    static constexpr std::uint16_t current_version = 1;

    std::uint16_t header_version{current_version};
    std::uint16_t kind{};
    DomainNumber domain{};
    EntryClass entry_class{};
    std::uint8_t flags{};
    Sequence sequence{};
    std::uint32_t body_bytes{};
    std::uint32_t attachment_bytes{};
    WallTime time{};
    PrincipalId principal{};
    ProcessId process{};
    CapabilityId capability{};
    std::array<Sequence, 2> causes{};
    SyslogPosition syslog{};
    Sequence decided_at{};
    ProducerId producer{};
    ProducerNumber producer_number{};
    AccountId account{};
    std::array<std::byte, 8> reserved{};
    Hash256 body_commitment{};
    Hash256 attachment_commitment{};

    friend bool operator==(EntryHeader const&, EntryHeader const&) noexcept = default;
};

static_assert(sizeof(EntryHeader) == entry_header_bytes);
static_assert(std::is_trivially_copyable_v<EntryHeader>);
static_assert(std::has_unique_object_representations_v<EntryHeader>);
static_assert(offsetof(EntryHeader, sequence) == 8 && offsetof(EntryHeader, body_bytes) == 16 &&
              offsetof(EntryHeader, time) == 24 && offsetof(EntryHeader, causes) == 56 &&
              offsetof(EntryHeader, syslog) == 72 && offsetof(EntryHeader, decided_at) == 88 &&
              offsetof(EntryHeader, reserved) == 120 &&
              offsetof(EntryHeader, body_commitment) == 128);

/// An entry as its readers see it: the body borrows from wherever the entry lies.
struct Entry {
    EntryHeader header{};
    Bytes body{};
};

[[nodiscard]] inline Bytes header_bytes(EntryHeader const& header) noexcept {
    return std::as_bytes(std::span{&header, 1});
}

/// What can be checked of a header without the log: version, class, reserved bytes and flags,
/// lengths within bounds, and that an absent part has a zero commitment.
[[nodiscard]] Result<void> check_header(EntryHeader const& header) noexcept;

/// Reads a header from its 192 bytes and checks it.
[[nodiscard]] Result<EntryHeader> decode_header(Bytes from) noexcept;

/// The bytes that the entry takes in the ring and in a block: header, then body padded with zeros.
[[nodiscard]] constexpr std::size_t entry_bytes(std::size_t body_bytes) noexcept {
    return entry_header_bytes + padded_bytes(body_bytes);
}

} // namespace axiom
