#pragma once
// Channel: one end of a socket pair over which whole messages and descriptors travel.

#include <array>
#include <optional>
#include <span>

#include <axiom/base/bytes.hpp>
#include <sim-host/fabric/agent_orders.hpp>
#include <sim-host/fabric/descriptor.hpp>

namespace axiom::host {

/// Descriptors that came with a message.
using Handed = std::array<Descriptor, order_descriptors_max>;

/// Sends it whole, or not at all: false when the other end is gone, or took none for `patience_ms`.
[[nodiscard]] bool channel_send(int channel, Bytes message, std::span<int const> descriptors,
                                int patience_ms) noexcept;

/// The length of the next message, which is cut to `to`; none when the other end is gone or sent
/// none for `patience_ms`; -1: waits for as long as it takes.
[[nodiscard]] std::optional<std::size_t> channel_receive(int channel, MutableBytes to,
                                                         Handed* handed, int patience_ms) noexcept;

} // namespace axiom::host
