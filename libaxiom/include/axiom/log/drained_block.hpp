#pragma once
// DrainedBlock: what the log hands to whoever writes it down.

#include <span>

#include <axiom/base/hash256.hpp>
#include <axiom/log/entry.hpp>

namespace axiom {

/// A block that has been hashed, lying in the ring until the watermark passes it.
struct DrainedBlock {
    Sequence first{};
    Hash256 previous_head{};
    Hash256 head{};
    std::span<std::byte const* const> entries{}; // each a header and its padded body
    std::span<Hash256 const> leaves{};
    std::size_t entries_bytes{};
    std::size_t attachments_bytes{}; // padded
    std::size_t attachments{};       // how many entries have one

    [[nodiscard]] Sequence end() const noexcept { return Sequence{first.value + entries.size()}; }
};

} // namespace axiom
