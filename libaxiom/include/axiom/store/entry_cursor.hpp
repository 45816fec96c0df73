#pragma once
// EntryCursor: hands the entries of checked blocks on as ordered entries.
//
// In replay a verified entry is as ordered as one that the log has just appended; this is the only
// place besides the log that may say so.

#include <axiom/log/ordered.hpp>
#include <axiom/store/block_scan.hpp>

namespace axiom {

/// Receives the entries of a log, in order.
class EntrySink {
  public:
    virtual void entry(Ordered<Entry> const& entry) noexcept = 0;

    /// Pruning has left only the entry's leaf.
    virtual void reduced(Sequence sequence, Hash256 const& leaf) noexcept = 0;

  protected:
    ~EntrySink() = default;
};

class EntryCursor {
  public:
    /// Delivers every entry of the block that `scan` has just checked.
    static void deliver(store::BlockScan const& scan, EntrySink& sink) noexcept {
        store::BlockView const& block = scan.block();
        for (std::size_t index = 0; index < block.count(); ++index) {
            Sequence const sequence{block.frame.record.first.value + index};
            if (block.reduced(index)) {
                sink.reduced(sequence, scan.leaves()[index]);
            } else {
                sink.entry(Ordered<Entry>{LogPass{}, sequence, block.entry(index)});
            }
        }
    }
};

} // namespace axiom
