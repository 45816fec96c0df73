// Routing of entries to their domains, what all of them hear, and the hash over all of them.

#include <axiom/domain/shadows.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/context.hpp>

namespace axiom {
namespace {

bool is_log_kind(EntryHeader const& header, LogKind kind) noexcept {
    return header.domain == DomainNumber::log && header.kind == static_cast<std::uint16_t>(kind);
}

} // namespace

Shadows::Shadows(HashEngine const& engine, LogState& log, std::span<Domain* const> others,
                 std::span<Migration const> migrations) noexcept
    : engine_{engine}, log_{log}, others_{others}, migrations_{migrations} {
    for (Domain const* const domain : others) {
        AXIOM_ASSERT(domain->info().number != DomainNumber::log);
        AXIOM_ASSERT(slot_of(domain->info().number) != nullptr);
    }
    activate({static_cast<std::uint16_t>(DomainNumber::log), log.info().version});
}

Shadows::Slot* Shadows::slot_of(DomainNumber number) noexcept {
    auto const index = static_cast<std::size_t>(number);
    return index >= 1 && index <= slots_.size() ? &slots_[index - 1] : nullptr;
}

Shadows::Slot const* Shadows::slot_of(DomainNumber number) const noexcept {
    auto const index = static_cast<std::size_t>(number);
    return index >= 1 && index <= slots_.size() ? &slots_[index - 1] : nullptr;
}

Domain* Shadows::known(DomainNumber number, std::uint16_t version) const noexcept {
    if (number == DomainNumber::log) {
        return version == log_.info().version ? &log_ : nullptr;
    }
    for (Domain* const domain : others_) {
        if (domain->info().number == number && domain->info().version == version) {
            return domain;
        }
    }
    return nullptr;
}

Domain* Shadows::find(DomainNumber domain) noexcept {
    Slot* const slot = slot_of(domain);
    return slot != nullptr && slot->active ? slot->domain : nullptr;
}

std::optional<DomainStanding> Shadows::standing(DomainNumber domain) const noexcept {
    Slot const* const slot = slot_of(domain);
    return slot != nullptr && slot->active ? std::optional{slot->standing} : std::nullopt;
}

void Shadows::activate(DomainVersion version) noexcept {
    DomainNumber const number{version.domain};
    Slot& slot = *slot_of(number);
    slot = {.domain = known(number, version.version),
            .active = true,
            .standing = {.number = number,
                         .version = version.version,
                         .rejected = 0,
                         .touched = {},
                         .stopped_at = {},
                         .reason = {}}};
}

void Shadows::stop(Slot& slot, Sequence at, Error reason) noexcept {
    if (!slot.standing.stopped_at) {
        slot.standing.stopped_at = at;
        slot.standing.reason = reason;
    }
}

Result<ApplyOutcome> Shadows::apply(Ordered<Entry> const& entry) noexcept {
    EntryHeader const& header = entry.value().header;
    if (entry.sequence() != next() || header.sequence != next()) {
        return fail(Code::chain_break, entry.sequence().value, next().value);
    }
    std::optional<Error> refused{};
    if (is_log_kind(header, LogKind::boot)) {
        // A boot carries the root that its writer was given, which is the root before this entry.
        auto const boot = decode_whole<Boot>(entry.value().body);
        if (boot && boot->log_state != log_.root(engine_)) {
            refused = Error{Code::state_mismatch, header.sequence.value};
        }
    }
    log_.observe(header);
    slots_[0].standing.touched = header.sequence;
    Slot* const slot = slot_of(header.domain);
    if (slot == nullptr) {
        beyond_at_ = beyond_at_.value_or(header.sequence);
        return ApplyOutcome{.rejected = {},
                            .stopped = Error{Code::unknown_kind, header.sequence.value}};
    }
    if (!slot->active) {
        // A domain that neither genesis nor a migration has brought.
        activate({static_cast<std::uint16_t>(header.domain), 0});
        stop(*slot, header.sequence, {Code::unknown_kind, header.sequence.value});
    }
    return apply_to_slot(*slot, entry, refused);
}

ApplyOutcome Shadows::apply_to_slot(Slot& slot, Ordered<Entry> const& entry,
                                    std::optional<Error> refused) noexcept {
    EntryHeader const& header = entry.value().header;
    if (slot.domain == nullptr) {
        stop(slot, header.sequence, {Code::unknown_version, header.sequence.value});
    }
    if (slot.standing.stopped_at) {
        return {.rejected = {}, .stopped = slot.standing.reason};
    }
    KindInfo const* const kind = slot.domain->info().find(header.kind);
    if (kind == nullptr) {
        stop(slot, header.sequence, {Code::unknown_kind, header.sequence.value, header.kind});
        return {.rejected = {}, .stopped = slot.standing.reason};
    }
    slot.standing.touched = header.sequence;
    if (!refused) {
        auto const applied = slot.domain->apply(entry);
        if (applied) {
            tell_all(entry, *kind);
            return {.rejected = {},
                    .stopped = slot.standing.stopped_at ? std::optional{slot.standing.reason}
                                                        : std::nullopt};
        }
        refused = applied.error();
    }
    if (!AXIOM_MUTANT(rejected_not_counted)) {
        ++slot.standing.rejected;
    }
    return {.rejected = refused, .stopped = {}};
}

void Shadows::tell_all(Ordered<Entry> const& entry, KindInfo const& kind) noexcept {
    EntryHeader const& header = entry.value().header;
    Bytes const body = entry.value().body;
    auto const each_other = [&](auto&& tell) {
        for (Slot& slot : std::span{slots_}.subspan(1)) {
            if (slot.active && slot.domain != nullptr && !slot.standing.stopped_at) {
                slot.standing.touched = header.sequence;
                tell(slot);
            }
        }
    };
    if (kind.gated) {
        Reader reader{body};
        policy::Decision decision{};
        bool const sound = decode_value(reader, decision).has_value();
        AXIOM_ASSERT(sound);
        if (!decision.conditions.empty()) {
            each_other([&](Slot& slot) { slot.domain->decided(header, decision); });
        }
    }
    if (is_log_kind(header, LogKind::genesis)) {
        begin(decode_whole<Genesis>(body).value_or(Genesis{}));
    } else if (is_log_kind(header, LogKind::boot)) {
        Boot const boot = decode_whole<Boot>(body).value_or(Boot{});
        each_other([&](Slot& slot) { slot.domain->boot(boot); });
    } else if (is_log_kind(header, LogKind::tick)) {
        each_other([&](Slot& slot) { slot.domain->tick(log_.now()); });
    } else if (is_log_kind(header, LogKind::migrate)) {
        migrate(decode_whole<Migrate>(body).value_or(Migrate{}), header.sequence);
    }
}

void Shadows::begin(Genesis const& genesis) noexcept {
    for (DomainVersion const& version : genesis.domains) {
        if (DomainNumber{version.domain} == DomainNumber::log) {
            if (version.version != log_.info().version) {
                stop(slots_[0], Sequence{}, {Code::unknown_version, 0, version.version});
            }
            continue;
        }
        activate(version);
        Slot& slot = *slot_of(DomainNumber{version.domain});
        if (slot.domain == nullptr) {
            stop(slot, Sequence{}, {Code::unknown_version, 0, version.version});
        } else if (auto const begun = slot.domain->genesis(genesis); !begun) {
            stop(slot, Sequence{}, begun.error());
        }
    }
}

Result<Hash256> Shadows::state_hash() noexcept {
    // number u16, version u16, four zero bytes, rejected u64, sixteen zero bytes, root
    constexpr std::size_t slot_bytes = 64;
    static_assert(slot_bytes * domains_max <= 1024);
    std::array<std::byte, slot_bytes * domains_max> input{};
    std::size_t count = 0;
    if (beyond_at_) {
        return fail(Code::unknown_kind, beyond_at_->value);
    }
    for (Slot& slot : slots_) {
        if (!slot.active) {
            continue;
        }
        if (slot.standing.stopped_at) {
            return fail(slot.standing.reason.code, slot.standing.stopped_at->value);
        }
        auto const to = std::span{input}.subspan(count * slot_bytes, slot_bytes);
        store_le(to, static_cast<std::uint16_t>(slot.standing.number));
        store_le(to.subspan(2), slot.standing.version);
        store_le(to.subspan(8), slot.standing.rejected);
        copy_bytes(to.subspan(32), slot.domain->root(engine_).view());
        ++count;
    }
    std::byte const* const start = input.data();
    Hash256 output;
    engine_.hash_many(context::state_root.key, &start, 1, count, &output);
    return output;
}

Agreement Shadows::compare(OwnerReport const& report) noexcept {
    Slot* const slot = slot_of(report.domain);
    bool const comparable = slot != nullptr && slot->active && !slot->standing.stopped_at &&
                            report.sequence < next() && slot->standing.touched <= report.sequence;
    if (!comparable) {
        return Agreement::not_comparable;
    }
    return slot->domain->root(engine_) == report.root ? Agreement::agrees : Agreement::differs;
}

void Shadows::clear() noexcept {
    for (Domain* const domain : others_) {
        domain->clear();
    }
    log_.clear();
    slots_ = {};
    beyond_at_.reset();
    activate({static_cast<std::uint16_t>(DomainNumber::log), log_.info().version});
}

Result<Domain*> Shadows::restore(DomainStanding const& standing) noexcept {
    Slot* const slot = slot_of(standing.number);
    bool const is_log = standing.number == DomainNumber::log;
    if (slot == nullptr || known(standing.number, standing.version) == nullptr) {
        return fail(Code::unknown_version, static_cast<std::uint64_t>(standing.number),
                    standing.version);
    }
    if (slot->active && !is_log) {
        return fail(Code::already_exists, static_cast<std::uint64_t>(standing.number));
    }
    activate({static_cast<std::uint16_t>(standing.number), standing.version});
    slot->standing = standing;
    return slot->domain;
}

} // namespace axiom
