#pragma once
// Records of the SysLog: what was asked, what was answered, and what was refused.
//
// A record is 64 bytes, one cache line, the same in a ring, in a batch (batch.hpp) and on disk:
// eight little-endian words, of which the first is its index in its ring. docs/syslog.md has the
// layouts for whoever reads them elsewhere.
//
//     ring 2c       calls of CPU c:    requests, responses
//     ring 2c + 1   refusals of CPU c: refusals by the kernel, denials by the policy engine
//
// A request whose response stands in no ring was being served when the machine stopped, or its
// response was lost; the gap says so.

#include <array>
#include <bit>
#include <type_traits>

#include <axiom/base/hash256.hpp>
#include <axiom/log/entry.hpp>

#include <kernel/abi/refusal.hpp>

namespace axiom::kernel {

inline constexpr std::size_t record_words = 8;

struct alignas(64) Record {
    std::array<std::uint64_t, record_words> words{};

    friend bool operator==(Record const&, Record const&) noexcept = default;
};

/// A ring's index times 64, plus its CPU: names a call within a boot in one word.
using CallMark = Strong<struct CallMarkTag>;

inline constexpr CallMark no_call{~std::uint64_t{0}};

inline constexpr unsigned mark_shift = 6;
inline constexpr std::uint32_t syslog_cpus_max = 1U << mark_shift;

[[nodiscard]] constexpr std::uint32_t call_ring_of(std::uint32_t cpu) noexcept {
    return 2 * cpu;
}
[[nodiscard]] constexpr std::uint32_t refusal_ring_of(std::uint32_t cpu) noexcept {
    return 2 * cpu + 1;
}
[[nodiscard]] constexpr std::uint64_t index_of(CallMark mark) noexcept {
    return mark.value >> mark_shift;
}
[[nodiscard]] constexpr std::uint32_t cpu_of(CallMark mark) noexcept {
    return mark.value % syslog_cpus_max;
}

[[nodiscard]] constexpr CallMark mark_of(std::uint64_t index, std::uint32_t cpu) noexcept {
    return CallMark{index << mark_shift | cpu};
}

/// Where the request stands, as entries carry it.
[[nodiscard]] constexpr SyslogPosition position_of(BootNumber boot, CallMark request) noexcept {
    return {static_cast<std::uint32_t>(boot.value), call_ring_of(cpu_of(request)),
            index_of(request)};
}

/// Numbers are for good.
enum class RecordType : std::uint8_t { request = 1, response, refusal, denial, note };

/// Of a record's flags: a call of the process that drains the SysLog.
inline constexpr std::uint8_t sealers_own = 1;

// Processes, threads and accounts are named by the low half of their generation: the log says
// which row had it, and when.

struct RequestRecord {
    std::uint64_t index{};
    std::uint16_t call{}; // its number
    RecordType type{RecordType::request};
    std::uint8_t flags{};
    std::uint32_t account{};
    std::uint64_t time_ns{}; // since the machine started
    std::uint32_t process{};
    std::uint32_t thread{};
    std::array<std::uint64_t, 4> arguments{};
};

struct ResponseRecord {
    std::uint64_t index{};
    Check check{}; // 0: done
    std::uint8_t argument{};
    RecordType type{RecordType::response};
    std::array<std::uint8_t, 5> unused{};
    std::uint64_t time_ns{};
    CallMark request{};
    std::uint64_t value{}; // the first word of the answer; of a refusal its detail
    std::array<std::uint64_t, 3> unused_words{};
};

/// The kernel refused a call.
struct RefusalRecord {
    std::uint64_t index{};
    std::uint16_t call{};
    RecordType type{RecordType::refusal};
    std::uint8_t flags{};
    std::uint32_t account{};
    std::uint64_t time_ns{};
    std::uint32_t process{};
    std::uint32_t thread{};
    CallMark request{};
    Check check{};
    std::uint8_t argument{};
    std::array<std::uint8_t, 6> unused{};
    std::uint64_t detail{};
    std::uint64_t given{}; // the value of the argument at fault
};

/// The policy engine denied what a client asked it for. The request itself is kept under `digest`.
struct DenialRecord {
    std::uint64_t index{};
    std::uint16_t unused{};
    RecordType type{RecordType::denial};
    std::uint8_t flags{};
    std::uint32_t account{}; // the client's
    std::uint32_t process{}; // the client
    std::uint32_t rule{};
    Sequence decided_at{};
    Hash256 digest{};
};

/// So many refusals of the accounts of one bucket (refusal_ring.hpp) were counted, not recorded,
/// since the last note about it.
struct NoteRecord {
    std::uint64_t bucket{};
    std::uint16_t unused{};
    RecordType type{RecordType::note};
    std::array<std::uint8_t, 5> unused_bytes{};
    std::uint64_t count{};
    std::array<std::uint64_t, 5> unused_words{};
};

template <class T>
concept RecordForm = sizeof(T) == sizeof(Record) && std::is_trivially_copyable_v<T> &&
                     std::has_unique_object_representations_v<T>;

static_assert(sizeof(Record) == 64 && RecordForm<Record>);
static_assert(RecordForm<RequestRecord> && RecordForm<ResponseRecord> &&
              RecordForm<RefusalRecord> && RecordForm<DenialRecord> && RecordForm<NoteRecord>);
static_assert(std::endian::native == std::endian::little);

template <RecordForm T> [[nodiscard]] constexpr Record to_record(T const& form) noexcept {
    return std::bit_cast<Record>(form);
}
template <RecordForm T> [[nodiscard]] constexpr T as(Record const& record) noexcept {
    return std::bit_cast<T>(record);
}
/// The second word of every record: 16 bits of its own, type, flags, 32 bits of its own.
inline constexpr unsigned type_shift = 16;
inline constexpr unsigned flags_shift = 24;

[[nodiscard]] constexpr RecordType type_of(Record const& record) noexcept {
    return static_cast<RecordType>(record.words[1] >> type_shift);
}

/// Who calls, as records say it; made once for each thread.
struct Actor {
    std::uint32_t process{};
    std::uint32_t thread{};
    std::uint32_t account{};
    std::uint32_t bucket{}; // the account's row
    bool sealer{};
};

} // namespace axiom::kernel
