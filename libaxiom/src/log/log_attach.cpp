// How a log gets its place: begin, attach, reattach; see axiom/log/log.hpp.

#include <axiom/log/log.hpp>

#include <axiom/log/chain.hpp>

namespace axiom {

namespace {

using GenesisBody = std::array<std::byte, genesis_body_bytes_max>;
using BootBody = std::array<std::byte, boot_body_bytes_max>;
using ForkBody = std::array<std::byte, fork_body_bytes_max>;

struct Range {
    Sequence from{};
    Sequence end{};
};

// The link of the range's last entry, from that of the entry before it; `at(sequence)` is where one
// lies.
template <class At>
Hash256 link_over(HashEngine const& engine, At const& at, Hash256 link, Range range) noexcept {
    for (Sequence each = range.from; each < range.end; ++each.value) {
        EntryHeader header;
        std::byte const* const place = at(each);
        std::memcpy(static_cast<void*>(&header), place, entry_header_bytes);
        if (header.body_bytes != 0) { // what has not been drained yet lacks it
            header.body_commitment = body_commitment(
                engine, {place + entry_header_bytes, padded_bytes(header.body_bytes)});
        }
        link = link_of(engine, link, leaf_of(engine, header));
    }
    return link;
}

} // namespace

Result<Appended> Log::append_own(LogKind kind, Bytes body, WallTime time) noexcept {
    return append({.domain = DomainNumber::log,
                   .kind = static_cast<std::uint16_t>(kind),
                   .urgency = Urgency::giving_up,
                   .caller = {.account = recovery_account},
                   .time = time,
                   .body = body});
}

Result<void> Log::begin(Genesis const& genesis, WallTime time) noexcept {
    if (attached_) {
        return fail(Code::already_attached, next_.value);
    }
    AXIOM_ASSERT(next_.value == 1); // nothing is held: there is no machine before its genesis
    GenesisBody buffer;
    Bytes const body = TRY(encode_whole(MutableBytes{buffer}, genesis));
    empty_ring_at({});
    auto const appended = append_own(LogKind::genesis, body, time);
    AXIOM_ASSERT(appended.has_value()); // an empty ring has room for it
    return {};
}

// Attached at `point` with nothing held; the room that waited for `Boot` is free.
void Log::empty_ring_at(AttachPoint const& point) noexcept {
    ring_.pop(1);
    oldest_ = watermark_ = drained_ = next_ = point.next;
    drained_head_ = point.head;
    attached_ = true;
}

Result<void> Log::begin_fork(AttachPoint const& point, Fork const& fork, WallTime time) noexcept {
    if (attached_) {
        return fail(Code::already_attached, next_.value);
    }
    AXIOM_ASSERT(next_.value == 1); // nothing is held: the machine has not begun yet
    if (point.next.value == 0 || state_->next() != point.next || fork.parent_head != point.head) {
        return fail(Code::out_of_range, point.next.value);
    }
    ForkBody buffer;
    Bytes const body = TRY(encode_whole(MutableBytes{buffer}, fork));
    empty_ring_at(point);
    auto const appended = append_own(LogKind::fork, body, time);
    AXIOM_ASSERT(appended.has_value()); // an empty ring has room for it
    return {};
}

Result<void> Log::attach(AttachPoint const& point, Boot const& boot, WallTime time) noexcept {
    if (attached_) {
        return fail(Code::already_attached, next_.value);
    }
    if (point.next.value == 0 || state_->next() != point.next || boot.previous_head != point.head) {
        return fail(Code::out_of_range, point.next.value);
    }
    BootBody buffer;
    Bytes const body = TRY(encode_whole(MutableBytes{buffer}, boot));

    EntryHeader header{.kind = static_cast<std::uint16_t>(LogKind::boot),
                       .domain = DomainNumber::log,
                       .entry_class = EntryClass::durable,
                       .sequence = point.next,
                       .body_bytes = static_cast<std::uint32_t>(body.size()),
                       .time = time,
                       .account = recovery_account};
    store_entry(at(Sequence{0}), header, body);
    place_held_entries(point.next, boot.boot);
    drained_head_ = point.head;
    return {};
}

// From numbers relative to the boot to places in the log: `Boot` at `boot_sequence`, the held ones
// after it.
void Log::place_held_entries(Sequence boot_sequence, BootNumber boot) noexcept {
    std::size_t const count = ring_.size();
    oldest_ = watermark_ = drained_ = boot_sequence;
    next_ = Sequence{boot_sequence.value + count};
    attached_ = true;
    for (Subscriber& subscriber : subscribers_) {
        subscriber.position = oldest_;
    }
    for (std::size_t index = 0; index < count; ++index) {
        std::byte* const place = ring_.entry(index);
        EntryHeader header;
        std::memcpy(static_cast<void*>(&header), place, entry_header_bytes);
        if (index != 0) {
            header.sequence.value = boot_sequence.value + index;
            for (Sequence& cause : header.causes) {
                cause.value = cause.value == 0 ? 0 : cause.value + boot_sequence.value;
            }
            if (header.syslog.boot == this_boot) {
                header.syslog.boot = static_cast<std::uint32_t>(boot.value);
            }
            std::memcpy(place, &header, entry_header_bytes);
        }
        Bytes const body{place + entry_header_bytes, header.body_bytes};
        note(Ordered<Entry>{LogPass{}, header.sequence, Entry{header, body}});
    }
}

// Whether the entries from `point.next` on, folded onto `point.head`, come out at the head that
// this log last linked. Then the recovered head is on its own chain, because no other head folds to
// the same link.
bool Log::leads_to_drained_head(AttachPoint const& point) const noexcept {
    if (point.next < watermark_ || point.next > drained_) {
        return false;
    }
    auto const entry = [this](Sequence each) { return at(each); };
    return link_over(*engine_, entry, point.head, {point.next, drained_}) == drained_head_;
}

Result<void> Log::reattach(AttachPoint const& point, Epoch epoch, WallTime time) noexcept {
    if (!attached_) {
        return fail(Code::log_detached, point.next.value);
    }
    if (!leads_to_drained_head(point)) {
        return fail(Code::forked, point.next.value);
    }
    std::array<std::byte, sizeof(Epoch) + sizeof(Hash256)> buffer;
    // It stands behind everything that waits.
    auto const entry = [this](Sequence each) { return at(each); };
    Attach const attach{.epoch = epoch,
                        .previous_head =
                            link_over(*engine_, entry, drained_head_, {drained_, next_})};
    Bytes const body = TRY(encode_whole(MutableBytes{buffer}, attach));
    TRY(append_own(LogKind::attach, body, time));
    watermark_ = drained_ = point.next;
    drained_head_ = point.head;
    free_ring();
    return {};
}

} // namespace axiom
