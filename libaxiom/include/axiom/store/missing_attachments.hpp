#pragma once
// MissingAttachments: attachments whose bytes are not there, until an `Erase` entry explains them.
//
// One that was erased reads as zeros, one whose erasure was cut short as zeros in part; a power cut
// or rot look the same. What tells them apart is the `Erase` entry, which is durable before the
// bytes go, and stands anywhere behind its entry. The room is the caller's; what does not fit is
// named, so that another walk can begin there: memory is bounded, whatever was erased.

#include <optional>
#include <span>

#include <axiom/store/block_scan.hpp>

namespace axiom::store {

struct MissingAttachment {
    Sequence entry{};
    Sequence block{}; // the first entry of its block
    Code cause{};     // attachment_missing: all zeros; commitment_mismatch: other bytes
    bool explained{};
};

class MissingAttachments {
  public:
    /// `room` holds at least one.
    explicit MissingAttachments(std::span<MissingAttachment> room) noexcept;

    /// Begins a walk that takes attachments of entries from `first` on.
    void begin(Sequence first) noexcept;

    /// Takes the block that `scan` has just checked, listing mismatches (ScanOptions).
    void take(BlockScan const& scan) noexcept;

    /// After the walk: the first that nothing explains.
    [[nodiscard]] std::optional<MissingAttachment> unexplained() const noexcept;

    /// After the walk: the first entry that there was no room for.
    [[nodiscard]] std::optional<Sequence> left_out() const noexcept { return left_out_; }

  private:
    void add(MissingAttachment const& missing) noexcept;
    void explain(Sequence entry) noexcept;

    std::span<MissingAttachment> room_;
    std::size_t count_{};
    Sequence first_{};
    std::optional<Sequence> left_out_;
};

} // namespace axiom::store
