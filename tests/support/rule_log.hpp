#pragma once
// A small writer that breaks rules: logs that are hashed as they should be from end to end and say
// one thing that docs/log-format.md forbids. What verifiers must refuse for that alone.
//
// Everything is written as the page has it, and then handed to whoever wants to change it, before
// the hashes over it are made.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <axiom/domain/kind.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/segment_format.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/frontier.hpp>
#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

template <class T> using Edit = std::function<void(T&)>;

struct RuleEntry {
    LogKind kind{};
    std::vector<std::byte> body{};
    std::string data{}; // attached; a salt goes before it
    bool gone{};        // the attachment's bytes are zeros
    Edit<EntryHeader> edit{};
};

class RuleLog;

/// An entry that depends on where it comes to stand: the log, and the link before it.
using RuleMaker = std::function<RuleEntry(RuleLog&, Hash256 const&)>;

struct RuleEdits {
    Edit<BlockRecord> record{};           // before its own hash
    Edit<BlockRecord> sealed_record{};    // after it
    Edit<store::FramePrefix> prefix{};    // before the check
    Edit<std::vector<std::byte>> bytes{}; // of the whole frame, after everything
    std::vector<std::size_t> reduced{};   // indices of entries that are leaves; a pruned block
    bool open{};                          // another frame of the same group follows
    bool keeps_log_id{};                  // although its first entry is a Fork
};

class RuleLog {
  public:
    static constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 16384};

    RuleLog();

    /// Begins a segment; `after` gets its first storage block when its header is sealed.
    RuleLog& segment(Edit<store::SegmentHeader> const& edit = {},
                     Edit<std::vector<std::byte>> const& after = {});
    RuleLog& block(std::vector<RuleMaker> const& entries, RuleEdits const& edits = {});
    RuleLog& mark(store::FrameType type, RuleEdits const& edits = {});

    /// From here on records say that everything so far is durable.
    RuleLog& durable();
    /// The same, and an end frame says so.
    RuleLog& end();
    /// Another writer, in a new boot or in the same.
    RuleLog& boots();
    RuleLog& takes_over();
    /// Bytes behind the end of the segment before the newest.
    RuleLog& late(std::uint64_t behind, std::byte value);

    [[nodiscard]] Sequence next() const { return next_; }
    [[nodiscard]] Hash256 head() const { return head_; }
    [[nodiscard]] Epoch epoch() const { return epoch_; }
    [[nodiscard]] BootNumber boot() const { return boot_; }
    [[nodiscard]] Hash256 log_id() const { return log_id_; }
    [[nodiscard]] std::vector<Hash256> const& leaves() const { return leaves_; } // newest block's
    [[nodiscard]] Checkpoint checkpoint() const;
    std::vector<std::vector<std::byte>>& slots() { return slots_; }

    /// The log as a medium.
    [[nodiscard]] std::unique_ptr<host::MemoryStore> store() const;

  private:
    struct Made;
    [[nodiscard]] BlockRecord blank_record() const;
    void seal_segment();
    void put(store::FrameType type, BlockRecord record, Bytes content, Bytes attachments,
             RuleEdits const& edits);

    std::vector<std::vector<std::byte>> slots_;
    store::SegmentHeader header_{};
    Edit<store::SegmentHeader> edit_header_{};
    Edit<std::vector<std::byte>> after_header_{};
    bool header_open_{};
    std::size_t at_{};    // where the next frame goes, in the newest slot
    std::size_t ended_{}; // where the frames of the slot before ended
    Sequence next_{};
    Sequence watermark_{};
    Hash256 head_{};
    Hash256 log_id_{};
    Epoch epoch_{1};
    BootNumber boot_{};
    TreeFrontier tree_{};
    std::vector<Hash256> leaves_;
};

/// Entries as a writer would make them.
[[nodiscard]] RuleMaker genesis_entry(Edit<Genesis> const& edit = {});
[[nodiscard]] RuleMaker boot_entry(Edit<Boot> const& edit = {}, std::size_t trailing = 0);
[[nodiscard]] RuleMaker attach_entry(Edit<Attach> const& edit = {});
[[nodiscard]] RuleMaker tick_entry(std::uint64_t now, Edit<EntryHeader> const& edit = {});
[[nodiscard]] RuleMaker attached_entry(std::string const& data, bool gone = false);
[[nodiscard]] RuleMaker checkpoint_entry(Edit<Checkpoint> const& edit = {}, unsigned seed = 1);
[[nodiscard]] RuleMaker erase_entry(std::uint64_t target, Edit<policy::Decision> const& edit = {});
/// Of the first two entries of the block before.
[[nodiscard]] RuleMaker prune_entry(std::uint64_t first, std::uint64_t end,
                                    Edit<Prune> const& edit = {});
[[nodiscard]] RuleMaker fork_entry(Edit<Fork> const& edit = {}, unsigned seed = 2);
[[nodiscard]] RuleMaker raw_entry(LogKind kind, std::vector<std::byte> const& body);

} // namespace axiom::test
