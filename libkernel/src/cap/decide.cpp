// Requests become events, or are refused; see kernel/cap/decide.hpp.

#include <kernel/cap/decide.hpp>

#include <axiom/base/mutant.hpp>

#include <kernel/cap/look.hpp>
#include <kernel/event/preconditions.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint8_t process_argument = 1;

// Into another process only what may be granted, and only with the right to put it there.
Answer<Place> place_for(KernelState const& state, Asker const& asker, Target const& into) noexcept {
    if (into.process == own_space) {
        return Place{.process = asker.process, .slot = into.slot};
    }
    SlotView const process = TRY(look(state.slots(), asker.process, into.process,
                                      {process_argument, ObjectType::process, right::write}));
    return Place{.process = process.object.row, .slot = into.slot};
}

Rights to_hand_on(Target const& into) noexcept {
    return into.process == own_space || AXIOM_MUTANT(granted_without_right) ? right::none
                                                                            : right::grant;
}

template <class Body>
Answer<Event> if_it_holds(KernelState const& state, RowHandle exercised, Body const& body,
                          Urgency urgency = Urgency::normal) noexcept {
    TRY(precondition(state, body));
    return event_of(exercised, body, urgency);
}

bool carries_a_badge(ObjectType type) noexcept {
    return type == ObjectType::endpoint || type == ObjectType::notification;
}

// What `uses` has to be for each type, or nothing.
Answer<std::optional<SlotView>> look_at_uses(KernelState const& state, Asker const& asker,
                                             CreateRequest const& request) noexcept {
    constexpr std::uint8_t argument = 6;
    auto const need = [&](ObjectType type, Rights rights) -> Answer<std::optional<SlotView>> {
        return std::optional{
            TRY(look(state.slots(), asker.process, request.uses, {argument, type, rights}))};
    };
    switch (request.type) {
    case ObjectType::process:
        return need(ObjectType::space, right::write);
    case ObjectType::thread:
        return need(ObjectType::process, right::manage);
    case ObjectType::interrupt:
    case ObjectType::ports:
        return need(request.type, right::manage);
    case ObjectType::region:
        if (request.first != 0) {
            return need(ObjectType::region, right::manage);
        }
        [[fallthrough]];
    default:
        break;
    }
    return request.uses == own_space ? Answer<std::optional<SlotView>>{std::nullopt}
                                     : refuse(Check::argument, argument);
}

} // namespace

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     AccountRequest const& request) noexcept {
    SlotView const source = TRY(look(state.slots(), asker.process, request.account,
                                     {0, ObjectType::account, right::write}));
    CreateAccount const body{.source = source.capability,
                             .into = TRY(place_for(state, asker, request.into)),
                             .limit = request.limit,
                             .label = request.label};
    return if_it_holds(state, source.capability, body);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     CreateRequest const& request) noexcept {
    SlotView const account = TRY(look(state.slots(), asker.process, request.account,
                                      {0, ObjectType::account, right::write}));
    auto const uses = TRY(look_at_uses(state, asker, request));
    bool const refers = request.type == ObjectType::process || request.type == ObjectType::thread;
    // What is carved descends from what it is carved from, so that a revoke of that takes it.
    SlotView const source = uses && !refers ? *uses : account;
    Create const body{.type = request.type,
                      .source = source.capability,
                      .payer = account.object.row,
                      .into = TRY(place_for(state, asker, request.into)),
                      .first = request.first,
                      .count = request.count,
                      .uses = uses && refers ? uses->object.row : RowHandle{},
                      .through = uses && refers ? uses->capability : RowHandle{},
                      .label = request.label};
    return if_it_holds(state, source.capability, body);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     DeriveRequest const& request) noexcept {
    SlotView const source =
        TRY(look(state.slots(), asker.process, request.source, {0, {}, to_hand_on(request.into)}));
    if (request.badge != 0 && !carries_a_badge(source.object.type)) {
        return refuse(Check::badge, 4);
    }
    LogTime const expires = request.expires == LogTime{} ? source.expires : request.expires;
    if (expires != LogTime{} && expires <= state.now()) {
        return refuse(Check::argument, 5);
    }
    Derive const body{.source = source.capability,
                      .into = TRY(place_for(state, asker, request.into)),
                      .rights = request.rights,
                      .badge = request.badge == 0 ? source.badge : request.badge,
                      .expires = expires,
                      .label = request.label};
    return if_it_holds(state, source.capability, body);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     MoveRequest const& request) noexcept {
    SlotView const source =
        TRY(look(state.slots(), asker.process, request.source, {0, {}, to_hand_on(request.into)}));
    Move const body{.capability = source.capability,
                    .into = TRY(place_for(state, asker, request.into))};
    return if_it_holds(state, source.capability, body);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     TransferRequest const& request) noexcept {
    Transfer body{.receiver = request.receiver, .passed = {}};
    for (Slot const slot : request.slots) {
        SlotView const source =
            TRY(look(state.slots(), asker.process, slot,
                     {1, {}, AXIOM_MUTANT(passed_without_grant) ? right::none : right::grant}));
        body.passed.push_back(
            {source.capability,
             Slot{request.window.value + static_cast<std::uint32_t>(body.passed.size())}});
    }
    return if_it_holds(state, request.through, body);
}

// An expired capability may be given up as well as any: giving up is never refused.
Answer<Event> decide(KernelState const& state, Asker const& asker,
                     RemoveRequest const& request) noexcept {
    if (request.slot.value >= slots_max) {
        return refuse(Check::slot, 0);
    }
    auto const found = state.slots().find(asker.process, request.slot);
    if (!found) {
        return refuse(Check::capability, 0);
    }
    return if_it_holds(state, found->capability, Remove{.capability = found->capability},
                       Urgency::giving_up);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     RevokeRequest const& request) noexcept {
    SlotView const held =
        TRY(look(state.slots(), asker.process, request.slot, {0, {}, right::revoke}));
    // Where there is nothing to take back nothing is given up.
    bool const takes = request.itself || state.first_child(held.capability.index).has_value();
    return if_it_holds(
        state, held.capability, Revoke{.capability = held.capability, .itself = request.itself},
        takes || AXIOM_MUTANT(empty_revoke_is_free) ? Urgency::giving_up : Urgency::normal);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     EndRequest const& request) noexcept {
    SlotView const held =
        TRY(look(state.slots(), asker.process, request.slot, {0, {}, right::manage}));
    return if_it_holds(state, held.capability, End{.what = held.object, .code = request.code},
                       Urgency::giving_up);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     ExitRequest const& request) noexcept {
    RowHandle const row = request.what == ObjectType::process ? asker.process : asker.thread;
    return if_it_holds(state, {}, End{.what = {request.what, row}, .code = request.code},
                       Urgency::giving_up);
}

Answer<Event> decide(KernelState const& state, Asker const& asker,
                     BindRequest const& request) noexcept {
    struct Rule {
        ObjectType subject;
        ObjectType target;
        Rights rights;
    };
    constexpr std::array<Rule, 5> rules{{
        {ObjectType::thread, ObjectType::context, right::manage},
        {ObjectType::thread, ObjectType::endpoint, right::write},
        {ObjectType::thread, ObjectType::notification, right::read},
        {ObjectType::interrupt, ObjectType::notification, right::write},
        {ObjectType::thread, ObjectType::endpoint, right::write},
    }};
    auto const binding = static_cast<std::size_t>(request.binding);
    if (binding >= rules.size()) {
        return refuse(Check::argument, 3);
    }
    Rule const& rule = rules[binding];
    SlotView const subject =
        TRY(look(state.slots(), asker.process, request.subject, {0, rule.subject, right::manage}));
    Bind body{.binding = request.binding,
              .subject = subject.object.row,
              .target = {},
              .through = {},
              .bit = request.bit};
    if (request.target != own_space) {
        SlotView const target =
            TRY(look(state.slots(), asker.process, request.target, {1, rule.target, rule.rights}));
        // A line signals no bit that its binder could not.
        bool const beyond = request.binding == Binding::line && target.badge != 0 &&
                            (target.badge >> (request.bit & 63U) & 1U) == 0;
        if (beyond && !AXIOM_MUTANT(line_past_its_badge)) {
            return refuse(Check::badge, 1, target.badge);
        }
        body.target = target.object.row;
        body.through = target.capability;
    }
    return if_it_holds(state, subject.capability, body);
}

} // namespace axiom::kernel
