// Writing segments anew; see sim-host/log/segment_rewrite.hpp.

#include <sim-host/log/segment_rewrite.hpp>

#include <algorithm>
#include <utility>

namespace axiom::host {

namespace {

constexpr std::uint32_t slots_to_come = 64;
constexpr PrunedRange everything{Sequence{0}, Sequence{~std::uint64_t{0}}};
constexpr PrunedRange nothing{Sequence{~std::uint64_t{0}}, Sequence{~std::uint64_t{0}}};

} // namespace

SegmentReader::SegmentReader(Store& store, HashEngine const& engine)
    : engine_{&engine}, memory_{store::SegmentMap::bytes_for(store.slots() + slots_to_come)},
      arena_{memory_.arena()}, map_{arena_, store.slots() + slots_to_come},
      buffer_(store::scan_window_bytes(store.geometry())), window_{store, buffer_} {}

bool SegmentReader::meets(std::size_t segment, PrunedRange range) const noexcept {
    auto const all = map_.segments();
    bool const begins_in_time = all[segment].header.first < range.end;
    return begins_in_time &&
           (segment + 1 == all.size() || range.first < all[segment + 1].header.first);
}

SegmentRewrite::SegmentRewrite(Store& store, PruneOptions const& options)
    : store_{&store}, options_{&options}, reader_{store, *options.engine},
      buffer_(store::SegmentRewriter::buffer_bytes_min(store.geometry().storage_block_bytes)) {}

Result<void> SegmentRewrite::load() {
    TRY(reader_.load());
    auto const free = reader_.map().free_slots();
    (options_->use_free_slots ? free_ : last_resort_).assign(free.begin(), free.end());
    return {};
}

std::uint64_t SegmentRewrite::owed(store::BlockView const& block, Goes& goes) const noexcept {
    std::uint64_t count = 0;
    for (std::size_t index = 0; index < block.count(); ++index) {
        Sequence const sequence{block.frame.record.first.value + index};
        bool const promised = std::ranges::any_of(options_->ranges, [&](PrunedRange const& range) {
            return range.first <= sequence && sequence < range.end;
        });
        goes[index] = promised && !block.reduced(index) && is_prunable(block.entry(index).header);
        count += goes[index] ? 1 : 0;
    }
    return count;
}

Result<std::uint64_t> SegmentRewrite::owed(std::size_t segment) {
    std::uint64_t count = 0;
    bool const concerned = std::ranges::any_of(
        options_->ranges, [&](PrunedRange const& range) { return reader_.meets(segment, range); });
    if (concerned) {
        Goes goes{};
        TRY(reader_.each_block(segment, nothing, [&](store::BlockScan const& scan) {
            count += owed(scan.block(), goes);
            return Result<void>{};
        }));
    }
    return count;
}

// A slot of zeros: one that is free, else a new one, else one that an older writer may think is its
// own.
Result<SlotIndex> SegmentRewrite::clean_slot() {
    if (free_.empty()) {
        auto const made = store_->extend();
        if (made || made.error().code != Code::store_full || last_resort_.empty()) {
            return made;
        }
        free_.swap(last_resort_);
    }
    SlotIndex const slot = free_.back();
    free_.pop_back();
    if (!TRY(store::slot_is_zero(reader_.window(), slot))) {
        TRY(store_->discard({slot, 0}));
        TRY(store_->flush());
    }
    return slot;
}

Result<std::uint64_t> SegmentRewrite::pay(std::size_t segment) {
    AXIOM_ASSERT(segment + 1 < segments());
    if (TRY(owed(segment)) == 0) {
        return 0;
    }
    if (options_->before_bytes_go && !std::exchange(bytes_went_, true)) {
        options_->before_bytes_go();
    }
    store::SegmentPlace const old = reader_.map().segments()[segment];
    SlotIndex const to = TRY(clean_slot());
    Hash256 nonce{};
    TRY(options_->entropy->fill(nonce.bytes));
    store::SegmentRewriter writer{*options_->engine, old.header, nonce, buffer_};
    std::uint64_t const reduced = TRY(write_frames(segment, to, writer));
    TRY(store_->flush());
    TRY(write_header(to, writer.header()));
    TRY(store_->flush());
    TRY(check(segment, to));
    // From here on the new slot is the segment, whatever becomes of the old one.
    TRY(store_->discard({old.slot, 0}));
    TRY(store_->discard({to, writer.end()}));
    TRY(store_->flush());
    free_.push_back(old.slot);
    reader_.window().forget();
    return reduced;
}

Result<std::uint64_t> SegmentRewrite::write_frames(std::size_t segment, SlotIndex to,
                                                   store::SegmentRewriter& writer) {
    std::uint64_t reduced = 0;
    auto const take = [&](store::BlockScan const& scan, store::ScanStep step) -> Result<void> {
        if (!writer.has_room()) {
            store::SegmentRewriter::Piece const piece = writer.settled();
            TRY(write(to, piece));
            writer.forget(piece);
        }
        if (step == store::ScanStep::block) {
            Goes goes{};
            reduced += owed(scan.block(), goes);
            writer.add(scan, goes);
        } else {
            writer.add(scan.idle_frame());
        }
        return {};
    };
    TRY(reader_.each_frame(segment, everything, take));
    TRY(write(to, writer.finish()));
    return reduced;
}

Result<void> SegmentRewrite::write(SlotIndex to, store::SegmentRewriter::Piece const& piece) {
    return piece.bytes.empty() ? Result<void>{} : store_->write({to, piece.offset}, piece.bytes);
}

Result<void> SegmentRewrite::write_header(SlotIndex to, store::SegmentHeader const& header) {
    std::vector<std::byte> first(store_->geometry().storage_block_bytes);
    copy_bytes(first, store::header_bytes(header));
    return store_->write({to, 0}, first);
}

// Walks the new segment, into the one behind it. When it is not what was meant it is taken back.
Result<void> SegmentRewrite::check(std::size_t segment, SlotIndex at) {
    auto walked = reader_.load();
    if (walked && reader_.map().segments()[segment].slot == at) {
        walked = reader_.each_block(segment, everything,
                                    [](store::BlockScan const&) { return Result<void>{}; });
    } else if (walked) {
        walked = fail(Code::frame_damaged, at.value);
    }
    if (!walked) {
        TRY(store_->discard({at, 0}));
        TRY(store_->flush());
    }
    return walked;
}

} // namespace axiom::host
