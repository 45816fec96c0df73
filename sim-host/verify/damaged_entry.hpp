#pragma once
// Which entry of a block is damaged, when its frame holds and its content does not.

#include <optional>

#include <axiom/store/segment_format.hpp>

namespace axiom::host {

/// The first entry of the block in `bytes`, the whole frame, of which header, tag, body or
/// attachment is not what was committed to; none when each is, and the block as a whole does not
/// come out (docs/log-format.md, 8).
[[nodiscard]] std::optional<Sequence> first_damaged_entry(HashEngine const& engine,
                                                          store::Frame const& frame, Bytes bytes);

} // namespace axiom::host
