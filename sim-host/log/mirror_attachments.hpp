#pragma once
// Attachments in which two sides differ: an erased one and one that is there are both valid to a
// walk, so the log decides.
//
//     zeros on one side     an Erase entry names it     no entry names it
//     bytes on the other    zeros, on both              the bytes, on both

#include <optional>
#include <set>

#include <axiom/store/block_scan.hpp>
#include <sim-host/log/mirror_differences.hpp>

namespace axiom::host {

class MirrorAttachments {
  public:
    MirrorAttachments(HashEngine const& engine, MirrorView& view,
                      MirrorDifferences const& differences)
        : engine_{engine}, view_{view}, differences_{differences} {}

    /// Looks at the block that `scan` has just checked, in `slot`.
    void note(store::BlockScan const& scan, SlotIndex slot);

    /// Makes the view read what the log says of every attachment that was noted.
    Result<void> settle();

    void forget() {
        named_.clear();
        open_.clear();
    }

  private:
    struct Open {
        Sequence sequence;
        SlotOffset at; // where it begins, any multiple of 64
        std::size_t bytes;
        bool is_zero;                    // as the view reads it
        std::optional<MirrorSide> there; // the side that has its bytes, if one has
    };

    void note_erase(Entry const& entry);
    void note_attachment(EntryHeader const& header, SlotOffset at, std::size_t bytes);
    Result<void> replace(Open const& open, Bytes bytes);

    HashEngine const& engine_;
    MirrorView& view_;
    MirrorDifferences const& differences_;
    std::set<std::uint64_t> named_; // by Erase entries
    std::vector<Open> open_;
};

} // namespace axiom::host
