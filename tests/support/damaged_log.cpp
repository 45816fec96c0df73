// What a damaged medium still says; see damaged_log.hpp. How it comes about is in random_log.cpp.

#include <tests/support/damaged_log.hpp>

#include <algorithm>
#include <set>

#include <axiom/domain/gated.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/block_scan.hpp>
#include <sim-host/log/log_replay.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

namespace {

HashEngine const& engine() {
    return host::portable_engine();
}

// Whatever reads a medium here: its map and a window.
struct Reading {
    explicit Reading(host::MemoryStore& medium)
        : memory{store::SegmentMap::bytes_for(medium.slots())}, arena{memory.arena()},
          map{arena, medium.slots()}, buffer(4U << 20U), window{medium, buffer},
          loaded{map.load(engine(), window)} {}

    host::OwnedArena memory;
    Arena arena;
    store::SegmentMap map;
    std::vector<std::byte> buffer;
    store::SegmentWindow window;
    Result<void> loaded;
};

std::set<std::uint64_t> erased_in(store::BlockView const& block) {
    std::set<std::uint64_t> named;
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (is_log_kind(block.entries[index], LogKind::erase)) {
            if (auto const erase = decode_gated<Erase>(block.entry(index).body)) {
                named.insert(erase->sequence.value);
            }
        }
    }
    return named;
}

class Parts {
  public:
    explicit Parts(host::MemoryStore& medium) : reading_{medium} {
        AXIOM_ASSERT(reading_.loaded.has_value());
        for (std::size_t index = 0; index < reading_.map.segments().size(); ++index) {
            segment(index);
        }
        for (LogPart& part : list) {
            part.erased = part.erased && named_.contains(part.first.value);
        }
    }

    std::vector<LogPart> list;

  private:
    void add(std::uint64_t from, std::uint64_t to, Sequence first, Sequence last) {
        if (from < to) {
            list.push_back({slot_, from, to, first, last, false, false, false});
        }
    }

    void segment(std::size_t index) {
        store::SegmentPlace const& place = reading_.map.segments()[index];
        slot_ = place.slot;
        std::uint64_t const block = place.header.storage_block_bytes;
        Sequence next = place.header.first;
        add(0, store::segment_header_bytes, next, next);
        add(store::segment_header_bytes, block, next, next);
        Epoch epoch = place.header.epoch;
        std::uint64_t at = block;
        for (auto frame = frame_at(place, at); frame; frame = frame_at(place, at)) {
            take(*frame, at);
            epoch = frame->record.epoch;
            next.value += frame->record.count;
            at += frame->prefix.stride;
        }
        add(at, place.header.segment_bytes, next, next);
        auto const segments = reading_.map.segments();
        list.back().late = at < place.header.segment_bytes && index + 1 < segments.size() &&
                           segments[index + 1].header.epoch > epoch;
    }

    std::optional<store::Frame> frame_at(store::SegmentPlace const& place, std::uint64_t at) {
        if (!range_fits(at, store::frame_head_bytes, place.header.segment_bytes)) {
            return std::nullopt;
        }
        auto const head = reading_.window.view(place.slot, at, store::frame_head_bytes);
        auto const frame = store::decode_frame(engine(), place.header, at, *head);
        return frame ? std::optional{*frame} : std::nullopt;
    }

    void take(store::Frame const& frame, std::uint64_t at) {
        Sequence const first = frame.record.first;
        std::uint64_t const count = std::max<std::uint64_t>(frame.record.count, 1);
        Sequence const last{first.value + count - 1};
        std::uint64_t const end = at + frame.prefix.stride;
        add(at, at + store::frame_prefix_bytes, first, last);
        add(at + store::frame_prefix_bytes, at + store::frame_head_bytes, first, last);
        std::uint64_t rest = at + store::frame_head_bytes;
        if (frame.record.count != 0) {
            rest = attachments(frame, at, last);
        }
        add(rest, end, first, last);
    }

    std::uint64_t attachments(store::Frame const& frame, std::uint64_t at, Sequence last) {
        Sequence const first = frame.record.first;
        std::uint64_t const content_end =
            at + store::frame_prefix_bytes + frame.prefix.content_bytes;
        auto const content =
            reading_.window.view(slot_, at + store::frame_prefix_bytes, frame.prefix.content_bytes);
        auto const view = std::make_unique<store::BlockView>();
        AXIOM_ASSERT(store::parse_block(engine(), frame, *content, *view).has_value());
        add(at + store::frame_head_bytes, content_end, first, last);
        named_.merge(erased_in(*view));
        if (frame.prefix.attachments_bytes == 0) {
            return content_end;
        }
        std::uint64_t from = at + frame.prefix.attachments_offset;
        add(content_end, from, first, last);
        for (std::size_t index = 0; index < view->count(); ++index) {
            std::uint64_t const bytes = padded_bytes(view->entry(index).header.attachment_bytes);
            if (bytes != 0) {
                Sequence const own{first.value + index};
                list.push_back({slot_, from, from + bytes, own, own, true, true, false});
                from += bytes;
            }
        }
        return from;
    }

    Reading reading_;
    SlotIndex slot_{};
    std::set<std::uint64_t> named_;
};

} // namespace

std::unique_ptr<host::MemoryStore> clone(host::MemoryStore& medium) {
    auto copy = std::make_unique<host::MemoryStore>(medium.geometry(), 4096);
    for (std::uint32_t slot = 0; slot < medium.slots(); ++slot) {
        AXIOM_ASSERT(copy->extend().has_value());
        copy_bytes(copy->slot_bytes(SlotIndex{slot}), medium.slot_bytes(SlotIndex{slot}));
    }
    AXIOM_ASSERT(copy->claim_epoch(*medium.claimed_epoch()).has_value());
    return copy;
}

Sequence evidence(host::MemoryStore& medium) {
    Sequence found{};
    Reading reading{medium};
    std::set<std::uint32_t> framed;
    for (store::SegmentPlace const& place : reading.map.segments()) {
        framed.insert(place.slot.value);
        found = std::max(found, place.header.watermark);
        Bytes const bytes = medium.slot_bytes(place.slot);
        for (std::size_t at = 0; at + store::frame_head_bytes <= bytes.size(); at += 64) {
            auto const frame = store::decode_frame(engine(), place.header, at, bytes.subspan(at));
            found = frame ? std::max(found, frame->record.watermark) : found;
        }
    }
    for (std::uint32_t slot = 0; slot < medium.slots(); ++slot) {
        Bytes const bytes = medium.slot_bytes(SlotIndex{slot});
        for (std::size_t at = 0; !framed.contains(slot) && at + block_record_bytes <= bytes.size();
             at += 64) {
            auto const record = decode_record(engine(), bytes.subspan(at));
            found = record ? std::max(found, record->watermark) : found;
        }
    }
    return found;
}

std::vector<LogPart> parts_of(host::MemoryStore& medium) {
    return Parts{medium}.list;
}

std::optional<LogPart> first_damage(std::vector<LogPart> const& parts, host::MemoryStore& before,
                                    host::MemoryStore& after) {
    for (LogPart const& part : parts) {
        auto const bytes = [&](host::MemoryStore& medium) {
            return Bytes{medium.slot_bytes(part.slot)}.subspan(part.from, part.to - part.from);
        };
        if (!part.erased && !equal_bytes(bytes(before), bytes(after))) {
            return part;
        }
    }
    return std::nullopt;
}

} // namespace axiom::test
