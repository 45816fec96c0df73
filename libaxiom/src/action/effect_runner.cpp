// Carrying effects out; libaxiom/include/axiom/action/effect_runner.hpp shows the lines and where
// they break.

#include <axiom/action/effect_runner.hpp>

#include <axiom/crypto/hash.hpp>
#include <axiom/domain/gated.hpp>

namespace axiom::action {
namespace {

bool is_action(Entry const& entry, Kind kind) noexcept {
    return entry.header.domain == DomainNumber::actions &&
           entry.header.kind == static_cast<std::uint16_t>(kind);
}

} // namespace

Hash256 effect_token(HashEngine const& engine, Hash256 const& log_id, EffectPlace place) noexcept {
    // log id, sequence u64, index u16, zeros: one block
    std::array<std::byte, 64> input{};
    auto const to = std::span{input};
    copy_bytes(to, log_id.view());
    store_le(to.subspan(32), place.commit.value);
    store_le(to.subspan(40), place.index);
    return hash_bytes(engine, context::effect_token, input);
}

Recovery recovery_of(OwedEffect const& owed) noexcept {
    switch (owed.kind) {
    case EffectKind::repeatable:
        return Recovery::run_again;
    case EffectKind::queryable:
        return Recovery::ask_target;
    case EffectKind::once:
        break;
    }
    return owed.started ? Recovery::outcome_unknown : Recovery::begin;
}

Result<EffectCall> EffectRunner::call_of(Durable<Entry> const& commit,
                                         std::uint16_t index) const noexcept {
    if (!is_action(commit.value(), Kind::commit)) {
        return fail(Code::unknown_kind, commit.sequence().value);
    }
    auto const body = TRY(decode_gated<Commit>(commit.value().body));
    if (index >= body.effects.size()) {
        return fail(Code::no_such_row, commit.sequence().value, index);
    }
    PreparedEffect const& effect = body.effects[index];
    Hash256 const log_id = log_ids_.at(commit.sequence());
    return EffectCall{.token = effect_token(engine_, log_id, {commit.sequence(), index}),
                      .kind = effect.kind,
                      .executor = effect.executor,
                      .parameters = effect.parameters,
                      .content = effect.content};
}

Result<OutcomeStatus> EffectRunner::run(Durable<Entry> const& commit,
                                        std::uint16_t index) noexcept {
    EffectCall const call = TRY(call_of(commit, index));
    if (call.kind == EffectKind::once) {
        return fail(Code::effect_not_started, commit.sequence().value, index);
    }
    return target_.perform(call);
}

Result<OutcomeStatus> EffectRunner::run_once(Durable<Entry> const& commit,
                                             Durable<Entry> const& started) noexcept {
    if (!is_action(started.value(), Kind::effect_started)) {
        return fail(Code::effect_not_started, started.sequence().value);
    }
    auto const place = TRY(decode_whole<EffectStarted>(started.value().body)).effect;
    if (place.commit != commit.sequence()) {
        return fail(Code::no_such_row, place.commit.value, place.index);
    }
    EffectCall const call = TRY(call_of(commit, place.index));
    if (call.kind != EffectKind::once) {
        return fail(Code::not_canonical, commit.sequence().value, place.index);
    }
    return target_.perform(call);
}

Result<std::optional<OutcomeStatus>> EffectRunner::recover(Durable<Entry> const& commit,
                                                           OwedEffect const& owed) noexcept {
    if (owed.effect.commit != commit.sequence()) {
        return fail(Code::no_such_row, owed.effect.commit.value, owed.effect.index);
    }
    EffectCall const call = TRY(call_of(commit, owed.effect.index));
    switch (recovery_of(owed)) {
    case Recovery::begin:
        return std::nullopt;
    case Recovery::run_again:
        return target_.perform(call);
    case Recovery::outcome_unknown:
        return OutcomeStatus::unknown;
    case Recovery::ask_target:
        break;
    }
    switch (target_.ask(call.token)) {
    case TargetAnswer::done:
        return OutcomeStatus::done;
    case TargetAnswer::failed:
        return OutcomeStatus::failed;
    case TargetAnswer::not_done:
        return target_.perform(call);
    case TargetAnswer::cannot_say:
        break;
    }
    return OutcomeStatus::unknown;
}

} // namespace axiom::action
