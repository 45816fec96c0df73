// Slots outside the log; see sim-host/verify/loose_slots.hpp.

#include <sim-host/verify/loose_slots.hpp>

#include <axiom/store/acknowledged.hpp>

#include <algorithm>

namespace axiom::host {

namespace {

using store::SegmentHeader;

class LooseSlot {
  public:
    LooseSlot(HashEngine const& engine, store::SegmentWindow& window, store::SegmentMap const& map,
              SlotIndex slot, bool names_entry, Verdict& verdict)
        : engine_{engine}, window_{window}, map_{map}, slot_{slot}, names_entry_{names_entry},
          verdict_{verdict} {}

    void check(bool writer_alive) {
        auto const head = window_.view(slot_, 0, store::segment_header_bytes);
        if (!head) {
            return read_failed(head.error());
        }
        bool const header_is_zero = is_zero(*head);
        auto const header = store::decode_segment_header(engine_, *head);
        if (header) {
            return another_segment(*header, writer_alive);
        }
        std::uint64_t offset = 0;
        if (!header_is_zero || !zeros(offset)) {
            if (writer_alive && began_meanwhile()) {
                return;
            }
            damaged(header_is_zero, offset);
        }
    }

    /// Whether what lies here shows that the log went on, and was not begun meanwhile.
    bool shows_more(bool writer_alive) { return vouches() && !(writer_alive && began_meanwhile()); }

  private:
    // Whether all is zero; else `offset` is that of a storage block that is not.
    bool zeros(std::uint64_t& offset) {
        StoreGeometry const geometry = window_.store().geometry();
        std::uint64_t const piece_max = window_.range_bytes_max();
        for (offset = 0; offset < geometry.segment_bytes;) {
            auto const piece = static_cast<std::size_t>(
                std::min<std::uint64_t>(piece_max, geometry.segment_bytes - offset));
            auto const bytes = window_.view(slot_, offset, piece);
            if (!bytes) {
                read_failed(bytes.error());
                return true;
            }
            if (!is_zero(*bytes)) {
                return false;
            }
            verdict_.bytes += piece;
            offset += piece;
        }
        return true;
    }

    // A living writer may have begun a segment here since the map was read.
    bool began_meanwhile() {
        window_.forget();
        auto const head = window_.view(slot_, 0, store::segment_header_bytes);
        auto const header = head ? store::decode_segment_header(engine_, *head)
                                 : Result<SegmentHeader>{fail(Code::truncated)};
        return header && header->number > map_.segments().back().header.number;
    }

    void another_segment(SegmentHeader const& header, bool writer_alive) {
        for (store::SegmentPlace const& place : map_.segments()) {
            if (place.header.number == header.number) {
                superseded(header, place.header);
                if (vouches()) {
                    rot("this slot holds acknowledged entries that the log lacks");
                }
                return;
            }
        }
        if (!writer_alive) {
            add(Severity::tampering, Code::wrong_log, "this segment is not part of the log",
                header.number, 0, header.first);
        }
    }

    // Of two segments with one number `counts` is part of the log.
    void superseded(SegmentHeader const& header, SegmentHeader const& counts) {
        bool const one_log = header.log_id == counts.log_id;
        bool const fenced = header.epoch < counts.epoch;
        bool const older = header.epoch == counts.epoch && header.generation < counts.generation;
        if (!one_log || (!fenced && !older)) {
            return add(Severity::tampering, Code::wrong_log,
                       "a second copy of this segment lies in the log", header.number, 0,
                       header.first);
        }
        add(Severity::incomplete, Code::frame_damaged,
            older ? "an older generation of this segment was left behind: opening the log for "
                    "writing removes it"
                  : "a segment that a fenced writer began was left behind: opening the log for "
                    "writing removes it",
            header.number, 0, {});
    }

    // Whether something here vouches for the entry with which the log ends.
    bool vouches() {
        auto const lost = store::slot_acknowledges(engine_, window_, slot_, verdict_.next);
        return lost && *lost;
    }

    void rot(char const* what) {
        add(Severity::tampering, Code::rot_below_watermark, what, {}, 0,
            names_entry_ ? std::optional{verdict_.next} : std::nullopt);
    }

    void damaged(bool header_is_zero, std::uint64_t offset) {
        if (vouches()) {
            return rot("this slot holds acknowledged entries, but its header is damaged");
        }
        add(Severity::incomplete, header_is_zero ? Code::padding_not_zero : Code::frame_damaged,
            header_is_zero ? "a spare slot holds bytes that are not zero"
                           : "a segment that was being begun is torn, or a spare slot was written "
                             "to",
            {}, offset, {});
    }

    void read_failed(Error error) {
        add(Severity::failed, error.code, std::string{text_of(error.code).what}, {}, error.where,
            {});
    }

    void add(Severity severity, Code code, std::string what,
             std::optional<store::SegmentNumber> segment, std::uint64_t offset,
             std::optional<Sequence> sequence) {
        verdict_.add({.severity = severity,
                      .code = code,
                      .what = std::move(what),
                      .sequence = sequence,
                      .segment = segment,
                      .slot = slot_,
                      .offset = offset});
    }

    HashEngine const& engine_;
    store::SegmentWindow& window_;
    store::SegmentMap const& map_;
    SlotIndex slot_;
    bool names_entry_;
    Verdict& verdict_;
};

} // namespace

bool loose_slots_show_more(HashEngine const& engine, store::SegmentWindow& window,
                           store::SegmentMap const& map, VerifyOptions const& options,
                           Verdict& verdict) {
    return std::ranges::any_of(map.free_slots(), [&](SlotIndex slot) {
        return LooseSlot{engine, window, map, slot, true, verdict}.shows_more(options.writer_alive);
    });
}

void check_loose_slots(HashEngine const& engine, store::SegmentWindow& window,
                       store::SegmentMap const& map, VerifyOptions const& options,
                       bool walk_names_damage, Verdict& verdict) {
    for (SlotIndex const slot : map.free_slots()) {
        LooseSlot{engine, window, map, slot, !walk_names_damage, verdict}.check(
            options.writer_alive);
    }
}

} // namespace axiom::host
