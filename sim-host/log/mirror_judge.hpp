#pragma once
// Which of two sides of a log is right, place by place, by what their bytes say.
//
//     1. leader      the side whose records reach furthest; everything is read from it …
//     2. headers     … but slots whose header only the other side has, where the log lacks them
//     3. walk        where the walk stops, what the sides differ in is tried, frame by frame
//     4. attachments an Erase entry decides between zeros and bytes
//     5. proof       the whole view must recover as a log, and may contradict no record of either
//                    side
//
// Steps 1 to 4 only propose; step 5 decides. So a mistake in them refuses a pair that could have
// been mended, and never believes a side that is rotten. Nothing is written here.

#include <optional>

#include <axiom/store/recovery.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/log/mirror_attachments.hpp>
#include <sim-host/log/mirror_evidence.hpp>
#include <sim-host/log/mirror_trial.hpp>

namespace axiom::host {

/// Frames in a row in whose storage blocks the sides differ.
struct MirrorSpan {
    std::uint64_t from{}; // bytes in the slot
    std::uint64_t to{};
    Sequence first{}; // entries in [first, end)
    Sequence end{};
};

class MirrorJudge {
  public:
    MirrorJudge(HashEngine const& engine, MirrorPair sides, MirrorDifferences const& differences);
    MirrorJudge(MirrorJudge const&) = delete;
    MirrorJudge& operator=(MirrorJudge const&) = delete;
    ~MirrorJudge() = default;

    /// `wrong_log` when the sides hold two logs; `mirrors_differ` with the first entry that they
    /// have in two versions; `rot_below_watermark` with an entry that was acknowledged and is whole
    /// on neither; `not_a_log` when neither holds one.
    [[nodiscard]] Result<void> decide();

    /// After `decide`: what both sides are to be.
    [[nodiscard]] MirrorView& view() noexcept { return view_; }
    [[nodiscard]] MirrorSide leader() const noexcept { return leader_; }
    [[nodiscard]] std::span<MirrorSpan const> spans(SlotIndex slot) const noexcept;
    [[nodiscard]] store::Recovered const& recovered() const noexcept { return recovered_; }

  private:
    enum class Walked : std::uint8_t { to_the_end, needs_another };

    void choose_headers();
    void put_header_together(SlotIndex slot);
    void adopt_missing_segments();
    bool adopt_next_segment(store::BlockScan const& scan);
    void clear(SlotIndex slot, std::uint64_t from);
    void clear_what_is_not_walked();
    Result<Walked> walk();
    Result<store::ScanStep> mend(store::BlockScan& scan, Result<store::ScanStep> const& found);
    [[nodiscard]] std::optional<std::uint64_t> find_frame(store::BlockScan const& scan);
    [[nodiscard]] std::uint64_t stride_here(store::BlockScan const& scan);
    void note_block(store::BlockScan const& scan);
    void check_witnesses(store::ChainPosition const& position);
    Result<void> prove();
    [[nodiscard]] MirrorEvidence const& evidence(MirrorSide side) const noexcept {
        return evidence_[side == MirrorSide::first ? 0 : 1];
    }
    [[nodiscard]] bool reads_a_header(SlotIndex slot);

    HashEngine const& engine_;
    MirrorDifferences const& differences_;
    std::array<MirrorEvidence, 2> evidence_;
    MirrorSide leader_;
    MirrorView view_;
    MirrorAttachments attachments_;
    std::uint32_t slots_max_;
    OwnedArena map_memory_;
    Arena map_arena_;
    store::SegmentMap map_;
    std::vector<std::byte> buffer_;
    store::SegmentWindow window_;
    std::map<std::uint32_t, std::vector<MirrorSpan>> spans_; // by slot
    std::set<std::uint32_t> adopted_;       // slots whose lead changed at the log's end, each once
    std::size_t witness_{};                 // the next of the follower's to be met
    std::optional<Sequence> contradiction_; // the first entry that both have, differently
    Sequence walked_to_{};                  // where the walk ended, or stopped for good
    Sequence stopped_by_{};                 // the entry that stopped it
    store::Recovered recovered_{};
};

} // namespace axiom::host
