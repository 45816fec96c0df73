// Which attachments stay; see sim-host/log/mirror_attachments.hpp.

#include <sim-host/log/mirror_attachments.hpp>

#include <algorithm>

#include <axiom/domain/kind.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom::host {

namespace {

// `bytes` bytes at any place of a slot, read in whole storage blocks.
std::optional<std::vector<std::byte>> read_part(Store& store, SlotOffset at, std::size_t bytes) {
    std::uint64_t const block = store.geometry().storage_block_bytes;
    std::uint64_t const start = at.offset - at.offset % block;
    std::vector<std::byte> whole(
        static_cast<std::size_t>(round_up<std::uint64_t>(at.offset + bytes, block) - start));
    if (!read_or_zeros(store, {at.slot, start}, whole)) {
        return std::nullopt;
    }
    auto const from = whole.begin() + static_cast<std::ptrdiff_t>(at.offset - start);
    return std::vector<std::byte>{from, from + static_cast<std::ptrdiff_t>(bytes)};
}

} // namespace

void MirrorAttachments::note(store::BlockScan const& scan, SlotIndex slot) {
    store::BlockView const& block = scan.block();
    store::FramePrefix const& prefix = block.frame.prefix;
    std::uint64_t at = prefix.offset + prefix.attachments_offset;
    bool const differs =
        prefix.attachments_bytes != 0 && differences_.in(slot, at, at + prefix.attachments_bytes);
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index)) {
            continue;
        }
        Entry const entry = block.entry(index);
        note_erase(entry);
        std::size_t const bytes = padded_bytes(entry.header.attachment_bytes);
        if (bytes != 0 && differs && differences_.in(slot, at, at + bytes)) {
            note_attachment(entry.header, {slot, at}, bytes);
        }
        at += bytes;
    }
}

void MirrorAttachments::note_erase(Entry const& entry) {
    if (entry.header.domain != DomainNumber::log ||
        entry.header.kind != static_cast<std::uint16_t>(LogKind::erase)) {
        return;
    }
    if (auto const erase = decode_whole<Gated<Erase>>(entry.body)) {
        named_.insert(erase->content.sequence.value);
    }
}

void MirrorAttachments::note_attachment(EntryHeader const& header, SlotOffset at,
                                        std::size_t bytes) {
    auto const seen = read_part(view_, at, bytes);
    Open open{.sequence = header.sequence,
              .at = at,
              .bytes = bytes,
              .is_zero = seen && is_zero(*seen),
              .there = std::nullopt};
    for (MirrorSide const side : {MirrorSide::first, MirrorSide::second}) {
        auto const held = read_part(view_.sides().at(side), at, bytes);
        if (held && !is_zero(*held) &&
            attachment_commitment(engine_, *held) == header.attachment_commitment) {
            open.there = side;
        }
    }
    open_.push_back(open);
}

Result<void> MirrorAttachments::settle() {
    for (Open const& open : open_) {
        if (named_.contains(open.sequence.value)) {
            if (!open.is_zero) {
                TRY(replace(open, std::vector<std::byte>(open.bytes)));
            }
        } else if (open.is_zero && open.there) {
            auto const held = read_part(view_.sides().at(*open.there), open.at, open.bytes);
            if (held) {
                TRY(replace(open, *held));
            }
        }
    }
    return {};
}

Result<void> MirrorAttachments::replace(Open const& open, Bytes bytes) {
    std::uint64_t const block = view_.geometry().storage_block_bytes;
    std::uint64_t const end = open.at.offset + open.bytes;
    std::vector<std::byte> whole(block);
    for (std::uint64_t at = open.at.offset - open.at.offset % block; at < end; at += block) {
        TRY(view_.read({open.at.slot, at}, whole));
        std::uint64_t const from = std::max(at, open.at.offset);
        std::uint64_t const to = std::min(at + block, end);
        copy_bytes(MutableBytes{whole}.subspan(from - at, to - from),
                   bytes.subspan(from - open.at.offset, to - from));
        view_.put({open.at.slot, at}, whole);
    }
    return {};
}

} // namespace axiom::host
