#pragma once
// What somebody can do to a log who knows its format and may write to its medium, but has no key:
// change anything, and make every hash anew that is not signed.
//
//     plain   ── nothing is made anew: what a bad disk does
//     framed  ── the frame's check and the record's own hash, so that only what they seal shows it
//     rooted  ── commitments, tags, the block's root, links and head too; the next block shows it
//     chained ── everything to the log's end, headers of later segments included: only a signature
//                or something that lies elsewhere shows it

#include <vector>

#include <axiom/store/segment_format.hpp>
#include <axiom/tree/frontier.hpp>
#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

enum class Forgery : std::uint8_t { plain, framed, rooted, chained };
inline constexpr Forgery forgeries[] = {Forgery::plain, Forgery::framed, Forgery::rooted,
                                        Forgery::chained};

class Forger {
  public:
    /// Where a frame lies.
    struct FramePlace {
        SlotIndex slot{};
        std::uint64_t offset{};
    };
    /// An entry's header and padded body where they lie in their frame.
    struct EntryPlace {
        std::size_t frame{};
        std::uint64_t offset{}; // from the frame's start
        std::size_t bytes{};
        Sequence sequence{};
    };

    /// Reads where everything lies; `medium` holds a sound log.
    explicit Forger(host::MemoryStore& medium);

    [[nodiscard]] std::vector<FramePlace> const& frames() const noexcept { return frames_; }
    [[nodiscard]] std::vector<EntryPlace> const& entries() const noexcept { return entries_; }

    [[nodiscard]] MutableBytes frame(std::size_t index);
    [[nodiscard]] MutableBytes entry(std::size_t index);
    [[nodiscard]] MutableBytes header(SlotIndex slot);

    /// After a change to frame `index`: makes anew what `forgery` says.
    void cover(Forgery forgery, std::size_t index);

    /// After a change to a segment's header.
    void cover_header(SlotIndex slot);

  private:
    struct Segment {
        SlotIndex slot{};
        std::size_t first_frame{};
        std::size_t end_frame{};
    };

    void read_segment(SlotIndex slot);
    [[nodiscard]] store::SegmentHeader header_of(SlotIndex slot);
    void put_check(std::size_t index);
    void put_hashes(std::size_t index);
    void put_chain(std::size_t index);

    HashEngine const& engine_;
    host::MemoryStore& medium_;
    std::vector<Segment> segments_; // in the log's order
    std::vector<FramePlace> frames_;
    std::vector<EntryPlace> entries_;
};

} // namespace axiom::test
