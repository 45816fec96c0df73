#pragma once
// Attempts: what a service process must not be able to do, one for each layer that confines it.

#include <optional>
#include <string_view>

#include <sim-host/process/layers.hpp>

namespace axiom::host {

struct Tried {
    bool layer_was_there{}; // this host allows it
    bool succeeded{};       // the attempt, all the same
};

/// What is tried against the layer, in words.
[[nodiscard]] std::string_view attempt_against(Layer layer) noexcept;

/// In a process of its own that these layers confine. None: the host made no such process.
[[nodiscard]] std::optional<Tried> attempt(Layer layer, Layers confined_by) noexcept;

} // namespace axiom::host
