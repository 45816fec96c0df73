#pragma once
// EntryCursor: hands the entries of checked blocks on as ordered entries.
//
// In replay a verified entry is as ordered as one that the log has just appended, and so is one
// that the log's keeper hands on; this is the only place besides the log that may say so.

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

    /// Delivers entries as the kernel hands them to axiomd, and axiomd to those who follow: one
    /// behind the other, each its header and its padded body, the first no earlier than `from`.
    /// What makes them ordered is whom they came from: nothing is hashed here. `truncated`,
    /// `chain_break`, or what a header is refused for; what came before has been delivered.
    static Result<void> deliver_run(Bytes run, Sequence from, EntrySink& sink) noexcept {
        while (!run.empty()) {
            if (run.size() < entry_header_bytes) {
                return fail(Code::truncated, from.value, run.size());
            }
            EntryHeader const header = TRY(decode_header(run.first(entry_header_bytes)));
            std::size_t const bytes = entry_bytes(header.body_bytes);
            if (bytes > run.size()) {
                return fail(Code::truncated, header.sequence.value, run.size());
            }
            if (header.sequence < from) {
                return fail(Code::chain_break, header.sequence.value, from.value);
            }
            Entry const entry{header, run.subspan(entry_header_bytes, header.body_bytes)};
            sink.entry(Ordered<Entry>{LogPass{}, header.sequence, entry});
            run = run.subspan(bytes);
            from = Sequence{header.sequence.value + 1};
        }
        return {};
    }
};

} // namespace axiom
