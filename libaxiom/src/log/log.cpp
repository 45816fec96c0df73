// Appending and durability; see axiom/log/log.hpp. Draining is in log_drain.cpp, attaching in
// log_attach.cpp.

#include <axiom/log/log.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>

namespace axiom {

namespace {

// Of the ring, bytes and entries alike, three quarters are for everybody and the last is the
// recovery account's, but for what the log needs itself when its drainer begins anew: that one's
// `Attach`, a few times over, however full the ring is.
constexpr std::size_t common_share(std::size_t bytes) noexcept {
    return bytes / 4 * 3;
}
constexpr std::size_t recovery_share(std::size_t bytes) noexcept {
    constexpr std::size_t own_min = 1024;
    return bytes - std::max(own_min, bytes / 1024);
}

} // namespace

Log::Log(LogConfig const& config, Arena& arena, LogState& state) noexcept
    : engine_{config.engine}, domains_{config.domains}, state_{&state}, ring_{arena, config.ring} {
    // Detached, entry 0 is the `Boot` that `attach` fills in, so its room is taken first.
    std::byte* const boot = ring_.push(entry_bytes(boot_body_bytes_max), ring_.bytes_capacity());
    AXIOM_ASSERT(boot != nullptr);
    next_ = Sequence{1};
}

Result<Appended> Log::append(Proposal const& proposal) noexcept {
    KindInfo const* const kind = TRY(kind_of(proposal));
    if (kind->gated && !AXIOM_MUTANT(gate_left_open)) {
        return fail(Code::not_gated, next_.value, proposal.kind);
    }
    return take(proposal, *kind);
}

Result<Appended> Log::propose(EngineCapability const& /*right*/,
                              Proposal const& proposal) noexcept {
    KindInfo const* const kind = TRY(kind_of(proposal));
    if (kind->gated && !AXIOM_MUTANT(stale_decision_taken)) {
        TRY(check_decision(proposal));
    }
    return take(proposal, *kind);
}

Result<Appended> Log::take(Proposal const& proposal, KindInfo const& kind) noexcept {
    TRY(check(proposal, kind));
    if (attached_ && proposal.producer.value != 0) {
        auto const earlier =
            TRY(state_->check_producer(proposal.producer, proposal.producer_number));
        if (earlier && !AXIOM_MUTANT(repeat_is_appended)) {
            return Appended{*earlier, std::nullopt};
        }
    }
    std::size_t const bytes = entry_bytes(proposal.body.size());
    if (attached_ && proposal.urgency == Urgency::normal && LogState::meters(proposal.domain)) {
        TRY(state_->check_rate(proposal.caller.account,
                               bytes + padded_bytes(proposal.attachment.bytes)));
    }
    std::byte* place = ring_.push(bytes, ring_limit(proposal));
    if (place == nullptr && attached_) {
        free_ring(); // subscribers may have moved on since the last group became durable
        place = ring_.push(bytes, ring_limit(proposal));
    }
    if (place == nullptr) {
        return fail(Code::ring_full, next_.value, bytes);
    }

    // The answer is made where it stays: it holds a header, and copies of one add up.
    Result<Appended> appended{std::in_place, next_};
    Bytes const body{place + entry_header_bytes, proposal.body.size()};
    auto const& ordered =
        appended->entry.emplace(LogPass{}, next_, Entry{header_for(proposal, kind), body});
    store_entry(place, ordered.value().header, proposal.body);
    next_.value += 1;
    if (attached_) {
        note(ordered);
    }
    return appended;
}

// The log's own state follows every entry at once, because the next admission rests on it.
void Log::note(Ordered<Entry> const& entry) noexcept {
    state_->observe(entry.value().header);
    if (entry.value().header.domain == DomainNumber::log) {
        // A rejection here is counted by the shadows, who apply the same entry.
        static_cast<void>(state_->apply(entry));
    }
}

Result<KindInfo const*> Log::kind_of(Proposal const& proposal) const noexcept {
    for (DomainInfo const* const domain : domains_) {
        if (domain->number == proposal.domain) {
            KindInfo const* const kind = domain->find(proposal.kind);
            if (kind != nullptr) {
                return kind;
            }
        }
    }
    return fail(Code::unknown_kind, next_.value, proposal.kind);
}

Result<void> Log::check(Proposal const& proposal, KindInfo const& kind) const noexcept {
    if (stopped_) {
        return fail(Code::log_stopped, next_.value);
    }
    bool const waits_for_store =
        kind.entry_class == EntryClass::durable || proposal.producer.value != 0;
    if (!attached_ && waits_for_store) {
        return fail(Code::log_detached, next_.value);
    }
    if (nearly_full_ && proposal.urgency == Urgency::normal &&
        proposal.caller.account != recovery_account) {
        return fail(Code::log_full, next_.value);
    }
    if (proposal.body.size() > body_bytes_max || proposal.attachment.bytes > attachment_bytes_max) {
        return fail(Code::too_long, next_.value, proposal.body.size());
    }
    for (Sequence const cause : proposal.causes) {
        if (cause.value != 0 && cause >= next_) {
            return fail(Code::cause_unknown, cause.value);
        }
    }
    return check_fork(proposal);
}

// A Fork names the link of the entry before it, which is known only when that one is hashed.
Result<void> Log::check_fork(Proposal const& proposal) const noexcept {
    if (proposal.domain != DomainNumber::log ||
        proposal.kind != static_cast<std::uint16_t>(LogKind::fork)) {
        return {};
    }
    Fork const fork = TRY(decode_whole<Fork>(proposal.body));
    bool const follows = drained_ == next_ && fork.parent_head == drained_head_;
    return follows ? Result<void>{} : fail(Code::chain_break, next_.value);
}

// What the evaluator read must still be so: the domain that the entry changes, the policy, and who
// is who.
Result<void> Log::check_decision(Proposal const& proposal) const noexcept {
    if (!attached_) {
        return fail(Code::log_detached, next_.value);
    }
    for (DomainNumber const read :
         {proposal.domain, DomainNumber::policy, DomainNumber::identity}) {
        TRY(state_->check_decision(read, proposal.decided_at));
    }
    return {};
}

EntryHeader Log::header_for(Proposal const& proposal, KindInfo const& kind) const noexcept {
    SyslogPosition call = proposal.caller.syslog;
    if (call.boot == this_boot && attached_) {
        call.boot = static_cast<std::uint32_t>(state_->boot_number().value);
    }
    return {.kind = proposal.kind,
            .domain = proposal.domain,
            .entry_class = kind.entry_class,
            .sequence = next_,
            .body_bytes = static_cast<std::uint32_t>(proposal.body.size()),
            .attachment_bytes = proposal.attachment.bytes,
            .time = proposal.time,
            .principal = proposal.caller.principal,
            .process = proposal.caller.process,
            .capability = proposal.caller.capability,
            .causes = proposal.causes,
            .syslog = call,
            .decided_at = proposal.decided_at,
            .producer = proposal.producer,
            .producer_number = proposal.producer_number,
            .account = proposal.caller.account,
            .attachment_commitment = proposal.attachment.commitment};
}

void Log::store_entry(std::byte* at, EntryHeader const& header, Bytes body) noexcept {
    std::size_t const padded = padded_bytes(body.size());
    std::memcpy(at, &header, entry_header_bytes);
    MutableBytes const room{at + entry_header_bytes, padded};
    copy_bytes(room, body);
    if (!AXIOM_MUTANT(commitment_without_padding)) {
        zero_bytes(room.subspan(body.size()));
    }
}

std::size_t Log::ring_limit(Proposal const& proposal) const noexcept {
    std::size_t const all = ring_.bytes_capacity();
    if (proposal.caller.account != recovery_account) {
        return common_share(all);
    }
    bool const is_own =
        proposal.domain == DomainNumber::log && proposal.caller.process == ProcessId{};
    return is_own || AXIOM_MUTANT(attach_without_reserve) ? all : recovery_share(all);
}

std::byte* Log::at(Sequence sequence) const noexcept {
    AXIOM_ASSERT(sequence >= oldest_ && sequence < next_);
    return ring_.entry(static_cast<std::size_t>(sequence.value - oldest_.value));
}

void Log::free_ring() noexcept {
    Sequence keep_from = watermark_;
    for (Subscriber const& subscriber : subscribers_) {
        if (subscriber.live && !AXIOM_MUTANT(slow_subscriber_is_overrun)) {
            keep_from = std::min(keep_from, subscriber.position);
        }
    }
    ring_.pop(static_cast<std::size_t>(keep_from.value - oldest_.value));
    oldest_ = keep_from;
}

Result<SubscriberIndex> Log::subscribe(Delivery delivery) noexcept {
    return subscribe_at(delivery, oldest_);
}

Result<SubscriberIndex> Log::subscribe_at(Delivery delivery, Sequence first) noexcept {
    if (first < oldest_ || first > next_) {
        return fail(Code::out_of_range, first.value);
    }
    for (std::size_t index = 0; index < subscribers_.size(); ++index) {
        if (!subscribers_[index].live) {
            subscribers_[index] = {.live = true, .delivery = delivery, .position = first};
            return SubscriberIndex{static_cast<std::uint8_t>(index)};
        }
    }
    return fail(Code::table_full);
}

void Log::unsubscribe(SubscriberIndex subscriber) noexcept {
    AXIOM_ASSERT(subscriber.value < subscribers_.size());
    subscribers_[subscriber.value].live = false;
    if (attached_) {
        free_ring();
    }
}

std::optional<Ordered<Entry>> Log::next(SubscriberIndex subscriber) noexcept {
    AXIOM_ASSERT(subscriber.value < subscribers_.size() && subscribers_[subscriber.value].live);
    Subscriber& reader = subscribers_[subscriber.value];
    bool const waits =
        reader.delivery == Delivery::durable && !AXIOM_MUTANT(durable_delivered_early);
    Sequence const end = waits ? watermark_ : next_;
    if (!attached_ || reader.position >= end) {
        return std::nullopt;
    }
    Sequence const sequence = reader.position;
    std::byte const* const place = at(sequence);
    Entry entry;
    // Whoever drains may be writing the commitment of what is not drained yet.
    std::size_t const known =
        sequence < drained_ ? entry_header_bytes : offsetof(EntryHeader, body_commitment);
    std::size_t const rest = offsetof(EntryHeader, attachment_commitment);
    std::memcpy(static_cast<void*>(&entry.header), place, known);
    if (known < rest) {
        std::memcpy(reinterpret_cast<std::byte*>(&entry.header) + rest, place + rest,
                    entry_header_bytes - rest);
    }
    entry.body = {place + entry_header_bytes, entry.header.body_bytes};
    reader.position.value += 1;
    return Ordered<Entry>{LogPass{}, sequence, entry};
}

} // namespace axiom
