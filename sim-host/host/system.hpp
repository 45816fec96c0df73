#pragma once
// The system as it runs on a host: which programs there are, and how large its machine is.

#include <filesystem>

#include <sim-host/machine/host_kernel.hpp>

namespace axiom::host {

struct SystemPlace {
    std::filesystem::path programs; // the folder of the executables
    std::filesystem::path data;     // the folder that the system keeps
    std::filesystem::path manifest; // system.toml
    std::filesystem::path key{};    // that seals the log, made if need be; empty: nothing does
    std::uint32_t cpus{2};
};

/// Of a machine with 1 GiB. What is wrong with the manifest.
[[nodiscard]] HostResult<HostKernelOptions> system_options(SystemPlace const& place);

} // namespace axiom::host
