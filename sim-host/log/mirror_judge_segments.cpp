// Which segments there are, of two sides; see sim-host/log/mirror_judge.hpp.

#include <sim-host/log/mirror_judge.hpp>

namespace axiom::host {

bool MirrorJudge::reads_a_header(SlotIndex slot) {
    return header_on(engine_, view_, slot).has_value();
}

// A header that only the follower still has is taken where the leader's frames know its nonce.
void MirrorJudge::choose_headers() {
    std::uint32_t const block = view_.geometry().storage_block_bytes;
    Store& leading = view_.sides().at(leader_);
    Store& following = view_.sides().at(other(leader_));
    for (std::uint32_t index = 0; index < view_.slots(); ++index) {
        SlotIndex const slot{index};
        if (!differences_.in(slot, 0, block) || reads_a_header(slot)) {
            continue;
        }
        auto const header = header_on(engine_, following, slot);
        if (!header) {
            put_header_together(slot);
            continue;
        }
        std::vector<std::byte> first(round_up<std::size_t>(store::frame_head_bytes, block));
        bool const fits = view_.geometry().segment_bytes >= block + first.size();
        if (fits && read_or_zeros(leading, {slot, block}, first) &&
            store::decode_frame(engine_, *header, block,
                                Bytes{first}.first(store::frame_head_bytes))) {
            view_.choose({slot, 0}, other(leader_));
        }
    }
}

// A header that is rotten on both sides, but not in the same granule.
void MirrorJudge::put_header_together(SlotIndex slot) {
    MirrorTrial trial{view_, differences_, slot, 0, store::segment_header_bytes};
    for (std::uint32_t attempt = 0; attempt < trial.attempts(); ++attempt) {
        trial.apply(attempt);
        if (reads_a_header(slot)) {
            return;
        }
    }
    trial.undo();
}

// Segments that the leader lacks below its last, and the follower has, where the leader's slot
// says nothing.
void MirrorJudge::adopt_missing_segments() {
    std::set<std::uint64_t> present;
    for (std::uint32_t index = 0; index < view_.slots(); ++index) {
        if (auto const header = header_on(engine_, view_, SlotIndex{index})) {
            present.insert(header->number.value);
        }
    }
    std::uint64_t const last = present.empty() ? 0 : *present.rbegin();
    for (auto const& [number, slots] : evidence(other(leader_)).segments) {
        if (number > last || present.contains(number)) {
            continue;
        }
        for (SlotIndex const slot : slots) {
            if (!reads_a_header(slot)) {
                view_.lead(slot, other(leader_));
                break;
            }
        }
    }
}

// At the end of what the view holds: a segment of the follower that goes on from there.
bool MirrorJudge::adopt_next_segment(store::BlockScan const& scan) {
    if (scan.place().segment + 1 != map_.segments().size()) {
        return false;
    }
    store::ChainPosition const& position = scan.position();
    std::uint64_t const number = map_.segments()[scan.place().segment].header.number.value + 1;
    Store& following = view_.sides().at(other(leader_));
    auto const found = evidence(other(leader_)).segments.find(number);
    if (found == evidence(other(leader_)).segments.end()) {
        return false;
    }
    for (SlotIndex const slot : found->second) {
        auto const header = header_on(engine_, following, slot);
        bool const follows =
            header && header->first == position.next && header->previous_head == position.head &&
            header->log_id == position.log_id && header->previous_end == scan.place().offset;
        if (follows && !reads_a_header(slot) && adopted_.insert(slot.value).second) {
            view_.lead(slot, other(leader_));
            return true;
        }
    }
    return false;
}

// Takes zeros where only one side has something, if the range comes out as zeros then.
void MirrorJudge::clear(SlotIndex slot, std::uint64_t from) {
    MirrorTrial trial{view_, differences_, slot, from, view_.geometry().segment_bytes};
    bool is_clear = trial.attempts() == 0;
    for (std::uint32_t attempt = 0; attempt < trial.attempts() && !is_clear; ++attempt) {
        trial.apply(attempt);
        is_clear = trial.reads_zeros();
    }
    if (!is_clear) {
        trial.undo();
    }
}

// What a walk lets pass: bytes behind the end that a segment's successor records, where a fenced
// writer may have written late, and in slots that hold no segment.
void MirrorJudge::clear_what_is_not_walked() {
    auto const segments = map_.segments();
    for (std::size_t index = 0; index + 1 < segments.size(); ++index) {
        std::uint64_t const from = segments[index + 1].header.previous_end;
        if (from % hash_block_bytes == 0 && from <= view_.geometry().segment_bytes) {
            clear(segments[index].slot, from); // else the walk will say so
        }
    }
    for (SlotIndex const slot : map_.free_slots()) {
        clear(slot, 0);
    }
    window_.forget();
}

} // namespace axiom::host
