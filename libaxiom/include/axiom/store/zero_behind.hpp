#pragma once
// Zeros behind the end of a segment's frames, where a group was torn or a writer that was fenced
// off wrote late. No reader looks there, and no entry speaks for it, so that an erasure of the same
// text would not reach it.

#include <axiom/base/result.hpp>
#include <axiom/port/store.hpp>

namespace axiom::store {

/// Makes the bytes of a slot zeros from `end` on, any byte of it; durable after the next flush. The
/// part of a storage block before `end` is written again as it is, by way of `block`: a storage
/// block's bytes.
[[nodiscard]] Result<void> zero_behind(Store& store, SlotIndex slot, std::uint64_t end,
                                       MutableBytes block) noexcept;

} // namespace axiom::store
