// Paying erasures; see sim-host/log/erasure.hpp.

#include <sim-host/log/erasure.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <axiom/domain/kind.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/store/block_scan.hpp>
#include <axiom/store/segment_window.hpp>
#include <sim-host/log/log_replay.hpp>

namespace axiom::host {

namespace {

constexpr Sequence no_end{~std::uint64_t{0}};

// Walks every block below `end` and hands it to `take`.
template <class Take>
Result<void> each_block(Store& store, HashEngine const& engine, store::SegmentMap const& map,
                        Sequence end, Take&& take) {
    std::vector<std::byte> buffer(store::scan_window_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};
    store::BlockScan scan{
        engine, window, map, {.check_attachments = false, .accept_late_writes = true}};
    scan.start_at_segment(0);
    while (scan.position().next < end) {
        store::ScanStep const step = TRY(scan.next());
        if (step == store::ScanStep::end) {
            break;
        }
        if (step == store::ScanStep::block) {
            TRY(take(scan.block(), map.segments()[scan.place().segment].slot));
        }
    }
    return {};
}

// Where the segments of a store are.
class Segments {
  public:
    static constexpr std::uint32_t slots_to_come = 64;

    explicit Segments(Store& store)
        : slots_max_{store.slots() + slots_to_come},
          memory_{store::SegmentMap::bytes_for(slots_max_)}, arena_{memory_.arena()},
          map_{arena_, slots_max_} {}

    Result<void> load(Store& store, HashEngine const& engine) {
        std::vector<std::byte> heads(2 * std::size_t{store.geometry().storage_block_bytes});
        store::SegmentWindow window{store, heads};
        return map_.load(engine, window);
    }
    [[nodiscard]] store::SegmentMap const& map() const { return map_; }

  private:
    std::uint32_t slots_max_;
    OwnedArena memory_;
    Arena arena_;
    store::SegmentMap map_;
};

// Adds what the Erase entries of a block name, those below `end`.
void add_targets(store::BlockView const& block, Sequence end, NamedErasures& named) {
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            continue;
        }
        Entry const entry = block.entry(index);
        bool const erases = entry.header.domain == DomainNumber::log &&
                            entry.header.kind == static_cast<std::uint16_t>(LogKind::erase) &&
                            entry.header.sequence < end;
        auto const erase = decode_whole<Gated<Erase>>(erases ? entry.body : Bytes{});
        if (erase) {
            named.targets.insert(erase->content.sequence.value);
            named.end = Sequence{entry.header.sequence.value + 1};
        }
    }
}

Result<NamedErasures> named_below(Store& store, HashEngine const& engine, Sequence end) {
    Segments segments{store};
    TRY(segments.load(store, engine));
    NamedErasures named;
    TRY(each_block(store, engine, segments.map(), end,
                   [&](store::BlockView const& block, SlotIndex) -> Result<void> {
                       add_targets(block, end, named);
                       return {};
                   }));
    return named;
}

// An attachment with the storage blocks that it lies in.
struct AttachmentBytes {
    SlotOffset start;
    std::vector<std::byte> blocks;
    std::size_t skip{};
    std::size_t bytes{};

    [[nodiscard]] Bytes part() const { return Bytes{blocks}.subspan(skip, bytes); }
};

Result<AttachmentBytes> read_whole(Store& store, SlotOffset at, std::size_t bytes) {
    std::uint64_t const block = store.geometry().storage_block_bytes;
    std::uint64_t const start = at.offset & ~(block - 1);
    AttachmentBytes read{.start = {at.slot, start},
                         .blocks = std::vector<std::byte>(static_cast<std::size_t>(
                             round_up<std::uint64_t>(at.offset + bytes, block) - start)),
                         .skip = static_cast<std::size_t>(at.offset - start),
                         .bytes = bytes};
    TRY(store.read(read.start, read.blocks));
    return read;
}

// Hands each of `targets`' attachments of a block to `take`: sequence, slot, offset there, bytes.
template <class Take>
Result<void> each_target(store::BlockView const& block, SlotIndex slot,
                         std::set<std::uint64_t> const& targets, Take&& take) {
    store::FramePrefix const& prefix = block.frame.prefix;
    std::uint64_t at = prefix.offset + prefix.attachments_offset;
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            continue;
        }
        EntryHeader const header = block.entry(index).header;
        std::size_t const bytes = padded_bytes(header.attachment_bytes);
        if (bytes != 0 && targets.contains(header.sequence.value)) {
            TRY(take(header.sequence, SlotOffset{slot, at}, bytes));
        }
        at += bytes;
    }
    return {};
}

} // namespace

Result<ErasureTargets> erasure_targets(Store& store, HashEngine const& engine, Sequence end) {
    return TRY(named_below(store, engine, end)).targets;
}

Result<NamedErasures> named_erasures(Store& store, HashEngine const& engine) {
    return named_below(store, engine, no_end);
}

Result<ErasureReport> complete_erasures(Store& store, HashEngine const& engine, Sequence end,
                                        std::function<void()> const& before_bytes_go) {
    return pay_erasures(store, engine, end, TRY(erasure_targets(store, engine, end)),
                        before_bytes_go);
}

Result<ErasureReport> pay_erasures(Store& store, HashEngine const& engine, Sequence end,
                                   ErasureTargets const& targets,
                                   std::function<void()> const& before_bytes_go) {
    ErasureReport report{.named = targets.size()};
    if (targets.empty()) {
        return report;
    }
    auto const pay = [&](Sequence, SlotOffset at, std::size_t bytes) -> Result<void> {
        AttachmentBytes whole = TRY(read_whole(store, at, bytes));
        if (is_zero(whole.part())) {
            return {};
        }
        if (report.completed++ == 0 && before_bytes_go) {
            before_bytes_go();
        }
        zero_bytes(MutableBytes{whole.blocks}.subspan(whole.skip, bytes));
        return store.write(whole.start, whole.blocks);
    };
    Segments segments{store};
    TRY(segments.load(store, engine));
    TRY(each_block(store, engine, segments.map(), end,
                   [&](store::BlockView const& block, SlotIndex slot) {
                       return each_target(block, slot, targets, pay);
                   }));
    if (report.completed != 0) {
        TRY(store.flush());
    }
    return report;
}

Result<std::set<std::uint64_t>> attachments_there(Store& store, HashEngine const& engine,
                                                  store::SegmentMap const& map,
                                                  std::set<std::uint64_t> const& targets) {
    std::set<std::uint64_t> there;
    auto const look = [&](Sequence sequence, SlotOffset at, std::size_t bytes) -> Result<void> {
        AttachmentBytes const attachment = TRY(read_whole(store, at, bytes));
        if (!is_zero(attachment.part())) {
            there.insert(sequence.value);
        }
        return {};
    };
    TRY(each_block(store, engine, map, no_end, [&](store::BlockView const& block, SlotIndex slot) {
        return each_target(block, slot, targets, look);
    }));
    return there;
}

} // namespace axiom::host
