#pragma once
// The layers that confine a service process, as a set of bits: which are there depends on the host.

#include <array>
#include <cstdint>
#include <string_view>

namespace axiom::host {

enum class Layer : std::uint8_t {
    dies_with_kernel, // its parent's death ends it
    no_descriptors,   // it inherits none but the agent's socket
    limits,           // no core dumps, no files written, few descriptors
    namespaces,       // no network, no IPC objects, no host name, users of its own
    own_root,         // its file system is an empty one, or its own folder
    no_privileges,    // no new privileges, no host capabilities
    not_dumpable,     // other processes of this user cannot look into it
    system_calls,     // none but a short list
};

/// By their places above.
inline constexpr std::array<std::string_view, 8> layer_names{
    "dies with the kernel", "no descriptors", "limits",      "namespaces", "own root",
    "no privileges",        "not dumpable",   "system calls"};

struct Layers {
    std::uint64_t bits{};

    [[nodiscard]] static constexpr Layers all() noexcept {
        return {(std::uint64_t{1} << layer_names.size()) - 1};
    }

    constexpr void add(Layer layer) noexcept { bits |= bit(layer); }
    constexpr void take(Layer layer) noexcept { bits &= ~bit(layer); }
    [[nodiscard]] constexpr bool has(Layer layer) const noexcept {
        return (bits & bit(layer)) != 0;
    }

  private:
    static constexpr std::uint64_t bit(Layer layer) noexcept {
        return std::uint64_t{1} << static_cast<unsigned>(layer);
    }
};

} // namespace axiom::host
