// Entries become changes; see kernel/event/apply.hpp.

#include <kernel/event/apply.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>

#include <kernel/event/preconditions.hpp>

namespace axiom::kernel {

namespace {

// A new object's first capability: every right, and a child of what it was created with. That to an
// account has the right to manage it only if that to its parent has: it says for whom processes may
// act, which is not made by making an account.
void give_first_capability(KernelState& state, ObjectName const& object, RowHandle source,
                           Place const& into, HeldText<label_max> const& label) noexcept {
    CapabilityRow row{};
    row.holder = into.process;
    row.slot = into.slot;
    row.object = object;
    row.rights = right::all;
    row.label = label;
    if (source.generation != 0) {
        CapabilityRow const& parent = state.capabilities().row(source.index);
        row.parent = source;
        row.depth = static_cast<std::uint8_t>(parent.depth + 1);
        row.expires = parent.expires;
        bool const account = object.type == ObjectType::account;
        if (account && !parent.rights.covers(right::manage) && !AXIOM_MUTANT(manage_made_anew)) {
            row.rights = Rights{static_cast<std::uint8_t>(right::all.bits & ~right::manage.bits)};
        }
    }
    state.add(row);
}

void change(KernelState& state, Start const& body) noexcept {
    using std::string_view_literals::operator""sv;
    AccountRow first{};
    first.limit = body.limit;
    RowHandle const account = state.add(first);
    ObjectHead const head{.payer = account};
    RowHandle const space = state.add(SpaceRow{.head = head});
    ProcessRow process_row{};
    process_row.head = head;
    process_row.principal = body.principal;
    process_row.space.target = space;
    process_row.ceiling = priorities - 1;
    RowHandle const process = state.add(process_row);
    RegionRow registers{};
    registers.head = head;
    registers.device = true;
    registers.first_page = 1;
    registers.pages = body.device_pages > 1 ? body.device_pages - 1 : 0;
    std::uint32_t slot = 0;
    auto const give = [&](ObjectType type, RowHandle row, std::string_view label) {
        give_first_capability(state, {type, row}, {}, {process, Slot{slot++}},
                              HeldText<label_max>{label});
    };
    give(ObjectType::account, account, "account"sv);
    give(ObjectType::process, process, "self"sv);
    give(ObjectType::space, space, "space"sv);
    give(ObjectType::region, state.add(registers), "registers"sv);
    give(ObjectType::interrupt, state.add(InterruptRow{.head = head, .line = all_lines}),
         "lines"sv);
    give(ObjectType::ports, state.add(PortsRow{.head = head, .first = 0, .count = body.ports}),
         "ports"sv);
    give(ObjectType::log, state.add(LogRow{.head = head}), "log"sv);
    state.add_rings(body.capacities.rings);
}

void change(KernelState& state, CreateAccount const& body) noexcept {
    AccountRow row{};
    row.head.payer = state.capabilities().row(body.source.index).object.row;
    row.limit = body.limit;
    RowHandle const account = state.add(row);
    give_first_capability(state, {ObjectType::account, account}, body.source, body.into,
                          body.label);
}

RowHandle add_object(KernelState& state, Create const& body) noexcept {
    ObjectHead const head{.payer = body.payer};
    switch (body.type) {
    case ObjectType::process:
        return state.add(ProcessRow{
            .head = head,
            .principal = PrincipalId{body.first},
            .space = {.target = body.uses, .through = body.through},
            .ceiling = static_cast<std::uint8_t>(state.creator(body.source).ceiling - body.count)});
    case ObjectType::thread:
        return state.add(ThreadRow{.head = head,
                                   .process = {.target = body.uses, .through = body.through},
                                   .priority = static_cast<std::uint8_t>(body.first)});
    case ObjectType::region:
        return state.add(RegionRow{.head = head,
                                   .pages = body.count,
                                   .device = body.first != 0,
                                   .first_page = body.first});
    case ObjectType::endpoint:
        return state.add(EndpointRow{.head = head});
    case ObjectType::notification:
        return state.add(NotificationRow{.head = head});
    case ObjectType::context:
        return state.add(
            ContextRow{.head = head, .budget_us = body.first, .period_us = body.count});
    case ObjectType::interrupt:
        return state.add(InterruptRow{.head = head, .line = body.first});
    case ObjectType::ports:
        return state.add(PortsRow{.head = head,
                                  .first = static_cast<std::uint32_t>(body.first),
                                  .count = static_cast<std::uint32_t>(body.count)});
    case ObjectType::space:
    case ObjectType::account:
    case ObjectType::log:
        break;
    }
    return state.add(SpaceRow{.head = head});
}

void change(KernelState& state, Create const& body) noexcept {
    ObjectName const object{body.type, add_object(state, body)};
    give_first_capability(state, object, body.source, body.into, body.label);
}

// The same as its source, but for where it lies.
CapabilityRow child_of(KernelState const& state, RowHandle source, Place const& into) noexcept {
    CapabilityRow row = state.capabilities().row(source.index);
    row.parent = source;
    row.depth = static_cast<std::uint8_t>(row.depth + 1);
    row.holder = into.process;
    row.slot = into.slot;
    return row;
}

void change(KernelState& state, Derive const& body) noexcept {
    CapabilityRow row = child_of(state, body.source, body.into);
    row.rights = body.rights;
    row.badge = body.badge;
    row.expires = body.expires;
    row.label = body.label;
    state.add(row);
}

void change(KernelState& state, Transfer const& body) noexcept {
    for (Passed const& each : body.passed) {
        CapabilityRow child = child_of(state, each.source, {body.receiver, each.slot});
        if (AXIOM_MUTANT(passed_stronger)) {
            child.rights = right::all;
        }
        state.add(child);
    }
}

void change(KernelState& state, Move const& body) noexcept {
    state.move(body.capability.index, body.into);
}

void change(KernelState& state, Remove const& body) noexcept {
    state.remove(body.capability.index);
}

void change(KernelState& state, Revoke const& body) noexcept {
    state.revoke(body.capability.index, body.itself);
}

void change(KernelState& state, End const& body) noexcept {
    if (body.what.type == ObjectType::process) {
        state.end_process(body.what.row.index, body.code);
    } else {
        state.end_thread(body.what.row.index, body.code);
    }
}

void change(KernelState& state, Bind const& body) noexcept {
    state.bind(body);
}

void change(KernelState& state, Seal const& body) noexcept {
    state.seal(body);
}

template <class Body> Result<void> apply_as(KernelState& state, Bytes bytes) noexcept {
    Body const body = TRY(decode_whole<Body>(bytes));
    if (auto const holds = precondition(state, body); !holds) {
        return fail(Code::out_of_range, static_cast<std::uint64_t>(holds.error().check),
                    holds.error().detail);
    }
    change(state, body);
    state.settle();
    return {};
}

template <class... Body>
Result<void> apply_one_of(std::tuple<Body...> const* /*all*/, KernelState& state, Kind kind,
                          Bytes bytes) noexcept {
    Result<void> outcome = fail(Code::unknown_kind, static_cast<std::uint64_t>(kind));
    static_cast<void>(
        ((kind == kind_of<Body> && (outcome = apply_as<Body>(state, bytes), true)) || ...));
    return outcome;
}

} // namespace

Result<void> apply(KernelState& state, Kind kind, Bytes body) noexcept {
    return apply_one_of(static_cast<Bodies const*>(nullptr), state, kind, body);
}

} // namespace axiom::kernel
