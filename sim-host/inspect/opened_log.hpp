#pragma once
// OpenedLog: a log opened for reading by people's tools, with its end pinned.
//
//     seek:  segments by their `first` (binary search) ─▶ frames by their records ─▶ one block
//     read:  every block that is handed on has had its frame, bodies, leaves and links hashed
//
// Opening reads segment headers, the frame heads of the newest segment, and what lies behind them
// there and in the free slots, which shows whether the log ends there or a frame is damaged. It
// costs the same for a log of any length; the end that was found then stays the end, however much
// is appended meanwhile. Memory: one buffer of the largest frame. A tail that another process is
// just writing (beyond the watermark, and not whole) ends the log for this reader; anything else
// that is not as it should be is an error that names the entry.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <axiom/store/block_scan.hpp>
#include <axiom/store/block_view.hpp>
#include <axiom/store/segment_map.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/gap_store.hpp>
#include <sim-host/platform/host_store.hpp>

namespace axiom::host {

/// Entries in [first, end).
struct EntryRange {
    Sequence first{};
    Sequence end{};
};

enum class AttachmentState : std::uint8_t { none, present, erased, reduced };

/// An entry while it is being visited; everything borrowed is gone after the visit.
struct EntryView {
    Sequence sequence{};
    bool reduced{}; // pruning has left only the leaf: `entry` is empty
    Entry entry{};
    Hash256 leaf{};
    Hash256 link{}; // the entry's hash
    BlockRecord const* record{};
    AttachmentState attachment{};
    Bytes salt; // 32 bytes when the attachment is present
    Bytes data; // the attachment without its salt
};

/// An entry that owns its bytes.
struct OwnedEntry {
    EntryView view;
    BlockRecord record{};
    std::vector<Hash256> leaves; // of its whole block
    std::vector<std::byte> bytes;
};

class OpenedLog {
  public:
    /// Opens what `path` names (log_medium.hpp). `slots_max` bounds the memory for segment headers.
    [[nodiscard]] static HostResult<std::unique_ptr<OpenedLog>> open(std::string const& path,
                                                                     HashEngine const& engine);

    OpenedLog(OpenedLog const&) = delete;
    OpenedLog& operator=(OpenedLog const&) = delete;
    ~OpenedLog() = default;

    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] HashEngine const& engine() const noexcept { return *engine_; }
    /// Zeros where the medium ends too early.
    [[nodiscard]] Store& store() noexcept { return gaps_; }
    [[nodiscard]] store::SegmentMap const& segments() const noexcept { return map_; }

    [[nodiscard]] Hash256 const& log_id() const noexcept { return log_id_; }

    /// Whether the medium ended too early: the log ends here where it was cut.
    [[nodiscard]] bool is_cut() const { return !gaps_.gaps().list().empty(); }

    /// What a walk over `store()` was refused with: `size_changed` at the entry that would come
    /// next, where it stopped at bytes that the medium does not have.
    [[nodiscard]] Error refused(store::BlockScan const& scan, Error error) const;

    /// One past the newest entry, when this was opened.
    [[nodiscard]] Sequence end() const noexcept { return end_; }
    [[nodiscard]] Hash256 const& head() const noexcept { return head_; }

    /// What the newest record says is durable.
    [[nodiscard]] Sequence watermark() const noexcept { return watermark_; }
    [[nodiscard]] BootNumber boot() const noexcept { return boot_; }

    /// What a replay of this log may take in memory for its tables.
    [[nodiscard]] std::size_t state_bytes_max() const noexcept { return state_bytes_max_; }
    void allow_state(std::size_t bytes) noexcept { state_bytes_max_ = bytes; }

    /// Calls `visit` for each entry of `range`, in order, until it answers false. The range is cut
    /// to what the log holds.
    [[nodiscard]] HostResult<void> for_each(EntryRange range,
                                            std::function<bool(EntryView const&)> const& visit);

    /// One entry. `no_such_row` beyond the end.
    [[nodiscard]] HostResult<OwnedEntry> entry(Sequence sequence);

    /// The first entry of the segment that holds `sequence`: reading backwards goes by segments.
    [[nodiscard]] Sequence segment_start(Sequence sequence) const noexcept;

    /// Its place among `segments()`.
    [[nodiscard]] std::size_t segment_of(Sequence sequence) const noexcept;

    /// Calls `visit` for every block record and its leaf in the public tree, from `from` (an index
    /// of the tree) on, without reading entries, until it answers false.
    [[nodiscard]] HostResult<void>
    for_each_record(std::function<bool(LeafIndex, BlockRecord const&)> const& visit);

  private:
    struct FramePlace {
        std::size_t segment{};
        std::uint64_t offset{};
    };

    OpenedLog(std::string path, std::unique_ptr<HostStore> store, HashEngine const& engine,
              std::uint32_t slots_max);

    Result<void> load();
    Result<void> find_end();
    Result<bool> goes_on_beyond_the_end();
    Result<void> drop_torn_end();
    [[nodiscard]] std::uint64_t frames_end(std::size_t segment) const noexcept;
    Result<std::optional<store::Frame>> frame_at(FramePlace place);
    Result<std::optional<store::Frame>> frame_before(Sequence next, FramePlace place);
    Result<FramePlace> seek(Sequence sequence);
    [[nodiscard]] Error told(Code code, FramePlace place, Sequence next) const;
    [[nodiscard]] bool is_gone(FramePlace place, std::uint64_t bytes) const;
    Result<void> read_block(store::Frame const& frame, FramePlace place);
    void view_entry(std::size_t index, Hash256 const& link, EntryView& view);
    Result<void> walk(EntryRange range, std::function<bool(EntryView const&)> const& visit);
    [[nodiscard]] Problem problem_of(Error const& error) const;

    std::string path_;
    std::unique_ptr<HostStore> store_;
    GapStore gaps_;
    HashEngine const* engine_;
    OwnedArena map_memory_;
    Arena map_arena_;
    store::SegmentMap map_;
    std::vector<std::byte> head_buffer_;
    std::vector<std::byte> block_buffer_;
    store::SegmentWindow heads_;
    store::SegmentWindow blocks_;

    std::size_t state_bytes_max_{state_bytes_default};
    Hash256 log_id_{};
    Hash256 head_{};
    Sequence end_{};
    Sequence watermark_{};
    BootNumber boot_{};
    FramePlace end_place_{};

    store::BlockView block_{};
    std::array<Hash256, block_entries_max> leaves_{};
    std::array<Bytes, block_entries_max> attachments_{};
};

} // namespace axiom::host
