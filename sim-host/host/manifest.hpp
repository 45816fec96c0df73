#pragma once
// system.toml, read: the manifest in its resolved form, and the programs that it names.

#include <optional>
#include <string>
#include <vector>

#include <services/init/manifest.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

/// An executable beside sim-host. A device raises an interrupt line, and keeps the data folder or
/// one that lies in it.
struct NamedProgram {
    std::string name;
    std::optional<std::uint64_t> line{};
    std::string folder{}; // its name; empty: the data folder
    friend bool operator==(NamedProgram const&, NamedProgram const&) = default;
};

struct ResolvedManifest {
    init::Manifest manifest;
    std::vector<NamedProgram> programs;      // by number; number 0 is init's
    std::optional<std::size_t> key_region{}; // which region holds the checkpoint key
};

/// `name` is what people call the text. A problem says line, column, what is wrong, and what was
/// perhaps meant.
[[nodiscard]] HostResult<ResolvedManifest> parse_manifest(std::string_view text,
                                                          std::string const& name);

/// As the boot medium carries it.
[[nodiscard]] std::vector<std::byte> encoded(init::Manifest const& manifest);

} // namespace axiom::host
