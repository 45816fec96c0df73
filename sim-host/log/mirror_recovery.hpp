#pragma once
// Recovery over a mirror: before a log is opened, both sides are made one.
//
//     compare ─▶ equal: done
//        └─▶ judge ─▶ refused: nothing is written
//              └─▶ the side that lags or is worse ─▶ flush ─▶ compared again
//                     └─▶ the other side ─▶ flush ─▶ compared again ─▶ the higher claim on both
//
// Invariants: only storage blocks that differ from what was proven are written, so of every place
// the right bytes lie on a side that is not being written; a repair that is cut short anywhere
// leaves a pair from which the same is proven again. Both sides are open for writing, by nobody
// else.

#include <array>

#include <sim-host/log/mirror_judge.hpp>
#include <sim-host/platform/noted_wants.hpp>

namespace axiom::host {

/// Storage blocks in a row that were rewritten, and the entries in them.
struct MirrorRepair {
    MirrorSide side{};
    SlotIndex slot{};
    std::uint64_t offset{};
    std::uint64_t blocks{};
    Sequence first{}; // entries in [first, end); none when they are equal
    Sequence end{};
};

struct MirrorReport {
    bool were_equal{true};
    std::array<std::uint64_t, 2> blocks{}; // rewritten on each side
    std::vector<MirrorRepair> repairs;
    bool torn{};     // a tail that was never acknowledged is still there, the same on both
    Sequence next{}; // entries of the log; 0 when the sides were equal, and nothing was read

    [[nodiscard]] std::uint64_t blocks_on(MirrorSide side) const noexcept {
        return blocks[side == MirrorSide::first ? 0 : 1];
    }
};

struct MirrorRecoveryOptions {
    HashEngine const* engine{};
    bool prove_equal{}; // hash sides that are equal too, and refuse what is damaged on both
    bool only_look{};   // say what would be repaired, and write nothing
    bool only_first{};  // the second side is not written: an archive
};

class MirrorRecovery {
  public:
    MirrorRecovery(MirrorPair sides, MirrorRecoveryOptions options)
        : given_{sides}, first_{sides.first}, second_{sides.second}, sides_{first_, second_},
          options_{options} {}
    MirrorRecovery(MirrorRecovery const&) = delete;
    MirrorRecovery& operator=(MirrorRecovery const&) = delete;
    ~MirrorRecovery() = default;

    /// Refuses as `MirrorJudge::decide` does, and `mirrors_differ` for unlike geometries; what a
    /// side refuses while it is repaired comes as it is, and then `failed_side` says which.
    /// `no_memory` before anything is written: what is not read for that reason is not missing.
    [[nodiscard]] Result<MirrorReport> run();

    [[nodiscard]] std::optional<MirrorSide> failed_side() const noexcept { return failed_side_; }

  private:
    Result<void> repair(MirrorSide side, MirrorJudge& judge, MirrorReport& report);
    Result<void> make_slots(Store& store, MirrorView& view);
    Result<bool> nothing_written_from(SlotIndex first, MirrorView& view);
    Result<void> make_whole(Store& store, SlotIndex slot);
    Result<std::uint64_t> bring(MirrorSide side, MirrorJudge& judge, MirrorReport* report);
    Result<void> raise_claims();
    void note(MirrorSide side, SlotOffset at, MirrorJudge const& judge, MirrorReport& report);

    Result<void> nothing_wanted() const;

    MirrorPair given_;
    NotedWants first_;
    NotedWants second_;
    MirrorPair sides_;
    MirrorRecoveryOptions options_;
    std::optional<MirrorDifferences> differences_;
    std::optional<MirrorSide> failed_side_;
};

} // namespace axiom::host
