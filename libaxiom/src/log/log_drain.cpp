// Draining: hashing and linking in bounded steps, and the watermark; see axiom/log/log.hpp.

#include <axiom/log/log.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>

#include <axiom/log/chain.hpp>
#include <axiom/log/log_kinds.hpp>

namespace axiom {

namespace {

// What an entry adds to its block.
struct Weight {
    std::size_t entry{};
    std::size_t attachment{};
};

Weight weight_of(std::byte const* entry) noexcept {
    auto const body = load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
    auto const attachment =
        load_le<std::uint32_t>({entry + offsetof(EntryHeader, attachment_bytes), 4});
    return {.entry = entry_bytes(body), .attachment = padded_bytes(attachment)};
}

} // namespace

std::optional<DrainedBlock> Log::begin_drain(DrainLimit const& limit) noexcept {
    AXIOM_ASSERT(limit.entries_max != 0);
    if (!attached_ || drained_ == next_) {
        return std::nullopt;
    }
    std::size_t const waiting = static_cast<std::size_t>(next_.value - drained_.value);
    std::size_t const count_max = std::min({waiting, limit.entries_max, block_entries_max});
    DrainedBlock block{.first = drained_, .previous_head = drained_head_};
    std::size_t count = 0;
    while (count < count_max) {
        std::byte* const entry = at(Sequence{drained_.value + count});
        if (count != 0 && is_log_kind(entry, LogKind::fork)) {
            break; // another log begins there: a block says for all its entries which one it is of
        }
        Weight const weight = weight_of(entry);
        std::size_t const entries_bytes = block.entries_bytes + weight.entry;
        std::size_t const attachments_bytes = block.attachments_bytes + weight.attachment;
        bool const fits = entries_bytes <= limit.entries_bytes_max &&
                          attachments_bytes <= limit.attachments_bytes_max &&
                          entries_bytes + attachments_bytes <= limit.total_bytes_max;
        if (count != 0 && !fits) {
            break;
        }
        block.entries_bytes = entries_bytes;
        block.attachments_bytes = attachments_bytes;
        block.attachments += weight.attachment != 0 ? 1 : 0;
        block_entries_[count++] = entry;
    }
    block.entries = {block_entries_.data(), count};
    block.leaves = {block_leaves_.data(), count};
    return block;
}

// Reads bodies and headers of the block's entries and writes their commitments into the ring:
// `next` leaves those alone until `end_drain`.
void Log::hash_block(DrainedBlock& block) noexcept {
    std::size_t const count = block.entries.size();
    block.head = chain_entries(*engine_, {block_entries_.data(), count}, block.previous_head,
                               {block_leaves_.data(), count});
}

void Log::end_drain(DrainedBlock const& block) noexcept {
    AXIOM_ASSERT(block.first == drained_ && block.end() <= next_);
    drained_ = block.end();
    drained_head_ = AXIOM_MUTANT(link_forgets_the_past) ? Hash256{} : block.head;
}

std::optional<DrainedBlock> Log::drain(DrainLimit const& limit) noexcept {
    std::optional<DrainedBlock> block = begin_drain(limit);
    if (block) {
        hash_block(*block);
        end_drain(*block);
    }
    return block;
}

std::size_t Log::next_drain_bytes() const noexcept {
    if (!attached_ || drained_ == next_) {
        return 0;
    }
    Weight const weight = weight_of(at(drained_));
    return weight.entry + weight.attachment;
}

void Log::durable_through(Sequence watermark) noexcept {
    AXIOM_ASSERT(attached_ && watermark >= watermark_ && watermark <= drained_);
    watermark_ = watermark;
    free_ring();
}

} // namespace axiom
