#pragma once
// The messages of whoever keeps the SysLog's batches, which are evidence and no state: one that is
// lost is missed by nobody but who asks what was called.

#include <kernel/abi/log.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::syslog {

/// Bytes of the region that both hold: a batch of the most that a drain seals, and its header.
inline constexpr std::uint64_t record_bytes = 64;
inline constexpr std::uint64_t transfer_bytes =
    (kernel::syslog_drain_records_max + std::uint64_t{64}) * record_bytes;

/// A batch as `syslog_drain` lays it into the region, from its start on. It is kept when this is
/// answered, though not through a loss of power; older ones may go for it. `out_of_range` for what
/// is no batch, `io_failed`.
struct Keep {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
    std::uint32_t bytes{};
};

} // namespace axiom::syslog

template <> struct axiom::Schema<axiom::syslog::Keep> {
    static constexpr auto fields =
        Fields{Field{"bytes", &syslog::Keep::bytes, "of the batch, from the region's start"}};
};

namespace axiom::syslog {

using SyslogApi = Api<Keep>;

} // namespace axiom::syslog
