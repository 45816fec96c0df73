#pragma once
// What was called in a boot, from the batches that are kept: requests, each with its response.

#include <optional>

#include <sim-host/syslog/kept_batches.hpp>

namespace axiom::host {

struct CallSeen {
    std::uint32_t cpu{};
    kernel::RequestRecord request;
    std::optional<kernel::ResponseRecord> response; // none: it was lost, or was not given yet

    [[nodiscard]] bool refused() const noexcept {
        return response && response->check != kernel::Check{};
    }
};

struct CallHistory {
    std::uint32_t boot{};
    std::vector<CallSeen> calls; // by time
    std::uint64_t lost{};        // records that were overwritten before they were kept
};

/// Of that boot, or of the newest that something is kept of. Nothing: nothing is.
[[nodiscard]] HostResult<std::optional<CallHistory>> read_calls(std::string const& folder,
                                                                std::optional<std::uint32_t> boot);

} // namespace axiom::host
