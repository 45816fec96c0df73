#pragma once
// What confines service processes on this host, as the program isolation_probe finds it.

#include <filesystem>
#include <string>
#include <vector>

#include <sim-host/platform/problem.hpp>

namespace axiom::host {

struct LayerReport {
    std::string layer;
    bool is_active{};    // this host allows it
    bool holds{};        // what it is there to prevent was refused
    std::string attempt; // what was tried
};

/// Runs the probe, which lies in this folder. What the host lacks.
[[nodiscard]] HostResult<std::vector<LayerReport>>
probe_isolation(std::filesystem::path const& programs);

} // namespace axiom::host
