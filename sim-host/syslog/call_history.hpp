#pragma once
// What was called in a boot, from the batches that are kept: requests, each with its response.

#include <optional>

#include <sim-host/syslog/batch_judge.hpp>

namespace axiom::host {

struct CallSeen {
    std::uint32_t cpu{};
    bool sealed{}; // the log says that this is what was recorded
    kernel::RequestRecord request;
    std::optional<kernel::ResponseRecord> response; // none: it was lost, or was not given yet

    [[nodiscard]] bool refused() const noexcept {
        return response && response->check != kernel::Check{};
    }
};

/// Batches that the log seals and nobody has any more.
struct BatchesGone {
    std::uint64_t batches{};
    std::uint64_t records{};
};

struct CallHistory {
    std::uint32_t boot{};
    std::vector<CallSeen> calls; // by time
    std::uint64_t lost{};        // records that were overwritten before they were kept
    std::uint64_t left_out{};    // batches that are not what was sealed
    BatchesGone dropped;         // sealed before every one that is kept: as the oldest go
    BatchesGone missing;         // sealed behind one that is kept
    std::uint64_t torn_bytes{};  // behind the last whole batch of a file: of any boot
};

/// Of that boot, or of the newest that something is kept of. Nothing: nothing is.
[[nodiscard]] HostResult<std::optional<CallHistory>>
read_calls(OpenedLog& log, std::string const& folder, std::optional<std::uint32_t> boot);

} // namespace axiom::host
