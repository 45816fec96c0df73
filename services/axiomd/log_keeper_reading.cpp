// What lies on the medium, read again; see services/axiomd/log_keeper.hpp.

#include <services/axiomd/log_keeper.hpp>

#include <axiom/codec/plain_text.hpp>

namespace axiom::axiomd {

namespace {

std::uint32_t body_bytes_of(std::byte const* entry) noexcept {
    return load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
}

std::uint16_t domain_of(std::byte const* entry) noexcept {
    return load_le<std::uint16_t>({entry + offsetof(EntryHeader, domain), 2});
}

std::uint16_t kind_of(std::byte const* entry) noexcept {
    return load_le<std::uint16_t>({entry + offsetof(EntryHeader, kind), 2});
}

bool is_wanted(std::byte const* entry, Find const& asks) noexcept {
    if ((asks.domain != 0 && domain_of(entry) != asks.domain) ||
        (asks.kind != 0 && kind_of(entry) != asks.kind)) {
        return false;
    }
    std::string_view const body = text_of({entry + entry_header_bytes, body_bytes_of(entry)});
    return asks.text.empty() || find_text(body, asks.text) < body.size();
}

bool is_checkpoint(std::byte const* entry) noexcept {
    return domain_of(entry) == static_cast<std::uint16_t>(DomainNumber::log) &&
           kind_of(entry) == static_cast<std::uint16_t>(LogKind::checkpoint);
}

// The newest of them; the next question is about those before the oldest that is told.
void keep_newest(Found& found, std::uint64_t sequence) noexcept {
    if (!found.entries.full()) {
        found.entries.push_back(sequence);
        return;
    }
    for (std::size_t index = 1; index < found.entries.size(); ++index) {
        found.entries[index - 1] = found.entries[index];
    }
    found.entries[found.entries.size() - 1] = sequence;
    found.before = found.entries[0];
}

} // namespace

Result<std::size_t> LogKeeper::segment_of(Sequence sequence) noexcept {
    if (sequence >= chain().next) {
        return fail(Code::entry_missing, sequence.value, chain().next.value);
    }
    window_.forget(); // its segment may have grown
    TRY(map_.load(*engine_, window_));
    free_slot_ = 0;
    std::size_t segment = 0;
    auto const segments = map_.segments();
    while (segment + 1 < segments.size() && segments[segment + 1].header.first <= sequence) {
        ++segment;
    }
    return segment;
}

// The segment is walked from its head; blocks before the entry's are taken apart, not hashed.
Result<LogKeeper::OldEntry> LogKeeper::read_entry(Sequence sequence, MutableBytes to) noexcept {
    std::size_t const segment = TRY(segment_of(sequence));
    store::BlockScan scan{*engine_,
                          window_,
                          map_,
                          {.check_attachments = false,
                           .hash_from = sequence,
                           .hash_end = Sequence{sequence.value + 1}}};
    scan.start_at_segment(segment);
    for (;;) {
        if (TRY(scan.next()) == store::ScanStep::end) {
            return fail(Code::entry_missing, sequence.value);
        }
        store::BlockView const& block = scan.block();
        Sequence const first = block.frame.record.first;
        if (scan.position().next <= sequence) {
            continue;
        }
        auto const index = static_cast<std::size_t>(sequence.value - first.value);
        if (sequence < first || index >= block.count() || block.reduced(index)) {
            return fail(Code::entry_missing, sequence.value);
        }
        std::size_t const bytes = entry_bytes(body_bytes_of(block.entries[index]));
        if (bytes > to.size()) {
            return fail(Code::no_room, bytes, to.size());
        }
        copy_bytes(to, Bytes{block.entries[index], bytes});
        return OldEntry{.log_id = scan.position().log_id, .bytes = to.first(bytes)};
    }
}

Result<Checked> LogKeeper::check_segment(Sequence sequence) noexcept {
    std::size_t const segment = TRY(segment_of(sequence));
    store::SegmentHeader const& header = map_.segments()[segment].header;
    Checked checked{.first = header.first.value, .head_before = header.previous_head};
    store::BlockScan scan{*engine_, window_, map_, {}};
    scan.start_at_segment(segment);
    while (scan.position().next < chain().next) {
        store::ScanStep const step = TRY(scan.next());
        if (step == store::ScanStep::end || scan.place().segment != segment) {
            break;
        }
        if (step != store::ScanStep::block) {
            continue;
        }
        store::BlockView const& block = scan.block();
        ++checked.blocks;
        for (std::size_t index = 0; index < block.count(); ++index) {
            if (!block.reduced(index) && is_checkpoint(block.entries[index])) {
                checked.checkpoint = block.frame.record.first.value + index;
            }
        }
        checked.next = scan.position().next.value;
        checked.head = scan.position().head;
    }
    return checked;
}

Result<Found> LogKeeper::find(Find const& asks) noexcept {
    Sequence const before{asks.before};
    if (before.value == 0 || before > chain().next) {
        return fail(Code::entry_missing, before.value, chain().next.value);
    }
    std::size_t const segment = TRY(segment_of(Sequence{before.value - 1}));
    Found found{.before = map_.segments()[segment].header.first.value, .entries = {}};
    store::BlockScan scan{*engine_,
                          window_,
                          map_,
                          {.check_attachments = false, .hash_from = before, .hash_end = before}};
    scan.start_at_segment(segment);
    while (scan.position().next < before) {
        store::ScanStep const step = TRY(scan.next());
        if (step == store::ScanStep::end) {
            break;
        }
        if (step != store::ScanStep::block) {
            continue;
        }
        store::BlockView const& block = scan.block();
        for (std::size_t index = 0; index < block.count(); ++index) {
            std::uint64_t const at = block.frame.record.first.value + index;
            if (at < before.value && !block.reduced(index) &&
                is_wanted(block.entries[index], asks)) {
                keep_newest(found, at);
            }
        }
    }
    return found;
}

} // namespace axiom::axiomd
