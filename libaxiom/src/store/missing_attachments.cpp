// Attachments that are not there; see axiom/store/missing_attachments.hpp.

#include <axiom/store/missing_attachments.hpp>

#include <algorithm>

#include <axiom/domain/gated.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom::store {

MissingAttachments::MissingAttachments(std::span<MissingAttachment> room) noexcept : room_{room} {
    AXIOM_ASSERT(!room.empty());
}

void MissingAttachments::begin(Sequence first) noexcept {
    count_ = 0;
    first_ = first;
    left_out_.reset();
}

// Those of one block come in order, zeros and others each in a list of their own.
void MissingAttachments::take(BlockScan const& scan) noexcept {
    BlockView const& block = scan.block();
    Sequence const first = block.frame.record.first;
    auto zeros = scan.erased();
    auto others = scan.mismatched();
    while (!zeros.empty() || !others.empty()) {
        bool const zero = others.empty() || (!zeros.empty() && zeros.front() < others.front());
        auto& list = zero ? zeros : others;
        add({.entry = list.front(),
             .block = first,
             .cause = zero ? Code::attachment_missing : Code::commitment_mismatch});
        list = list.subspan(1);
    }
    for (std::size_t index = 0; index < block.count(); ++index) {
        if (block.reduced(index) || !is_log_kind(block.entries[index], LogKind::erase)) {
            continue;
        }
        if (auto const erase = decode_gated<Erase>(block.entry(index).body)) {
            explain(erase->sequence);
        }
    }
}

void MissingAttachments::add(MissingAttachment const& missing) noexcept {
    if (missing.entry < first_ || left_out_) {
        return;
    }
    if (count_ == room_.size()) {
        auto const kept = std::remove_if(
            room_.begin(), room_.end(), [](MissingAttachment const& one) { return one.explained; });
        count_ = static_cast<std::size_t>(kept - room_.begin());
    }
    if (count_ == room_.size()) {
        left_out_ = missing.entry;
        return;
    }
    room_[count_++] = missing;
}

void MissingAttachments::explain(Sequence entry) noexcept {
    auto const taken = room_.first(count_);
    auto const found = std::ranges::lower_bound(taken, entry, {}, &MissingAttachment::entry);
    if (found != taken.end() && found->entry == entry) {
        found->explained = true;
    }
}

std::optional<MissingAttachment> MissingAttachments::unexplained() const noexcept {
    auto const taken = room_.first(count_);
    auto const found = std::ranges::find(taken, false, &MissingAttachment::explained);
    return found == taken.end() ? std::nullopt : std::optional{*found};
}

} // namespace axiom::store
