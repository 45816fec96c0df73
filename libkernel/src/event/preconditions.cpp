// What entries rest on; see kernel/event/preconditions.hpp.

#include <kernel/event/preconditions.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint8_t source_argument = 0;
constexpr std::uint8_t process_argument = 1;
constexpr std::uint8_t slot_argument = 2;
constexpr std::uint8_t type_argument = 3;
constexpr std::uint8_t first_argument = 4;
constexpr std::uint8_t count_argument = 5;
constexpr std::uint8_t uses_argument = 6;

constexpr std::uint64_t region_pages_max = std::uint64_t{1} << 32U; // 16 TiB
constexpr std::uint64_t device_pages_max = std::uint64_t{1} << 40U; // 52 bits of address
constexpr std::uint64_t lines_max = 1U << 16U;
constexpr std::uint64_t period_us_max = 10'000'000;
constexpr std::uint64_t period_us_min = 100;

Answer<void> is_live(KernelState const& state, RowHandle capability,
                     std::uint8_t argument) noexcept {
    return state.capabilities().is_live(capability) ? Answer<void>{}
                                                    : refuse(Check::capability, argument);
}

Answer<void> within_quota(KernelState const& state, RowHandle account, Quota const& more,
                          std::uint8_t argument) noexcept {
    AccountRow const& row = state.accounts().row(account.index);
    auto const exceeded = first_exceeded(row.limit, row.used, more);
    if (exceeded && !AXIOM_MUTANT(quota_unchecked)) {
        return refuse(Check::quota, argument, static_cast<std::uint64_t>(*exceeded));
    }
    return {};
}

// A living process, a free slot, a free row, and a capability more for whoever pays for the
// process.
Answer<void> is_free(KernelState const& state, Place const& into) noexcept {
    if (!state.is_alive(into.process)) {
        return refuse(Check::ended, process_argument);
    }
    if (into.slot.value >= slots_max) {
        return refuse(Check::slot, slot_argument);
    }
    if (state.slots().find(into.process, into.slot)) {
        return refuse(Check::slot_taken, slot_argument);
    }
    return {};
}

// `cost` is the payer's; the slot is charged to the payer of the process that it lies in.
Answer<void> is_affordable(KernelState const& state, Place const& into, RowHandle payer,
                           Quota cost) noexcept {
    if (state.capabilities().full()) {
        return refuse(Check::table_full, slot_argument);
    }
    RowHandle const holder_payer = state.processes().row(into.process.index).head.payer;
    if (holder_payer == payer) {
        ++cost.capabilities;
        return within_quota(state, payer, cost, source_argument);
    }
    if (payer.generation != 0) {
        auto const affordable = within_quota(state, payer, cost, source_argument);
        if (!affordable) {
            return affordable;
        }
    }
    return within_quota(state, holder_payer, {.capabilities = 1}, process_argument);
}

Answer<CapabilityRow const*> deepening(KernelState const& state, RowHandle source,
                                       std::uint8_t argument) noexcept {
    TRY(is_live(state, source, argument));
    CapabilityRow const& row = state.capabilities().row(source.index);
    if (row.depth >= depth_max) {
        return refuse(Check::depth, argument);
    }
    return &row;
}

Answer<Quota> cost_in_range(Create const& body) noexcept {
    switch (body.type) {
    case ObjectType::account: // a kind of its own
    case ObjectType::log:     // there is but one
        return refuse(Check::type, type_argument);
    case ObjectType::region:
        if (body.count == 0 || body.count > region_pages_max) {
            return refuse(Check::argument, count_argument);
        }
        return cost_of(RegionRow{.pages = body.count, .device = body.first != 0});
    case ObjectType::context:
        if (body.count < period_us_min || body.count > period_us_max) {
            return refuse(Check::argument, count_argument);
        }
        if (body.first == 0 || body.first > body.count) {
            return refuse(Check::argument, first_argument);
        }
        return cost_of(ContextRow{.budget_us = body.first, .period_us = body.count});
    case ObjectType::thread:
        if (body.first >= priorities) {
            return refuse(Check::argument, first_argument);
        }
        return cost_of(ThreadRow{});
    default:
        return cost_of(SpaceRow{});
    }
}

// Whether [first, first + count) lies in [from, from + length).
bool lies_within(std::uint64_t first, std::uint64_t count, std::uint64_t from,
                 std::uint64_t length) noexcept {
    return first >= from && range_fits(first - from, count, length);
}

// One that is shared would be masked, and taken away, by either of its two holders.
bool is_carved_already(KernelState const& state, std::uint64_t line) noexcept {
    bool found = false;
    state.interrupts().for_each([&](std::uint32_t, InterruptRow const& row) {
        found = found || (row.line == line && !AXIOM_MUTANT(line_carved_twice));
    });
    return found;
}

// Devices' registers, lines and ports are carved from what the machine gave the first process.
Answer<void> carved_from(KernelState const& state, Create const& body,
                         ObjectName const& from) noexcept {
    if (body.type == ObjectType::region) {
        if (from.type != ObjectType::region) {
            return refuse(Check::type, source_argument);
        }
        RegionRow const& source = state.regions().row(from.row.index);
        bool const within =
            source.device && lies_within(body.first, body.count, source.first_page, source.pages);
        return within ? Answer<void>{} : refuse(Check::range, first_argument);
    }
    if (from.type != body.type) {
        return refuse(Check::type, source_argument);
    }
    if (body.type == ObjectType::interrupt) {
        bool const from_all = state.interrupts().row(from.row.index).line == all_lines;
        if (!from_all || body.first >= lines_max) {
            return refuse(Check::range, first_argument);
        }
        return is_carved_already(state, body.first) ? refuse(Check::in_use, first_argument)
                                                    : Answer<void>{};
    }
    PortsRow const& source = state.ports().row(from.row.index);
    bool const within =
        body.count != 0 && lies_within(body.first, body.count, source.first, source.count);
    return within ? Answer<void>{} : refuse(Check::range, first_argument);
}

bool is_carved(Create const& body) noexcept {
    return body.type == ObjectType::interrupt || body.type == ObjectType::ports ||
           (body.type == ObjectType::region && body.first != 0);
}

// Whom a process acts for says who made it, or who manages the account that pays: a right which
// nobody has who was not given it.
Answer<void> may_act_for(KernelState const& state, Create const& body) noexcept {
    bool const own = PrincipalId{body.first} == state.creator(body.source).principal;
    bool const manages = state.capabilities().row(body.source.index).rights.covers(right::manage);
    return body.type != ObjectType::process || own || manages || AXIOM_MUTANT(principal_unchecked)
               ? Answer<void>{}
               : refuse(Check::rights, source_argument, right::manage.bits);
}

// Nobody's threads get ahead of what their creator, and their own process, may run at.
Answer<void> within_ceiling(KernelState const& state, Create const& body) noexcept {
    std::uint8_t const ceiling = state.creator(body.source).ceiling;
    if (body.type == ObjectType::process) {
        return body.count <= ceiling ? Answer<void>{}
                                     : refuse(Check::range, count_argument, ceiling);
    }
    if (body.type != ObjectType::thread) {
        return {};
    }
    std::uint8_t const lower = std::min(ceiling, state.processes().row(body.uses.index).ceiling);
    return body.first <= lower || AXIOM_MUTANT(priority_unbounded)
               ? Answer<void>{}
               : refuse(Check::range, first_argument, lower);
}

// Its bits wake one thread: that of two the one is forgotten would be seen by no replay.
bool wakes_another(KernelState const& state, RowHandle notification, RowHandle thread) noexcept {
    bool found = false;
    state.threads().for_each([&](std::uint32_t index, ThreadRow const& row) {
        found = found || (row.signals.target == notification && index != thread.index);
    });
    return found && !AXIOM_MUTANT(bound_twice);
}

// A live capability that stands for `object`, which lives as long as that does.
Answer<void> gives(KernelState const& state, RowHandle capability, ObjectName const& object,
                   std::uint8_t argument) noexcept {
    TRY(is_live(state, capability, argument));
    bool const stands_for_it = state.capabilities().row(capability.index).object == object;
    return stands_for_it || AXIOM_MUTANT(tied_through_another) ? Answer<void>{}
                                                               : refuse(Check::type, argument);
}

Answer<void> uses_what_lives(KernelState const& state, Create const& body) noexcept {
    if (body.type == ObjectType::process) {
        return gives(state, body.through, {ObjectType::space, body.uses}, uses_argument);
    }
    if (body.type == ObjectType::thread) {
        TRY(gives(state, body.through, {ObjectType::process, body.uses}, uses_argument));
        return state.is_alive(body.uses) ? Answer<void>{} : refuse(Check::ended, uses_argument);
    }
    bool const none = body.uses == RowHandle{} && body.through == RowHandle{};
    return none ? Answer<void>{} : refuse(Check::argument, uses_argument);
}

} // namespace

Answer<void> precondition(KernelState const& state, Start const& body) noexcept {
    KernelCapacities const& rows = state.capacities();
    if (state.started()) {
        return refuse(Check::in_use);
    }
    bool fits =
        body.capacities.capabilities <= rows.capabilities && body.capacities.rings <= rows.rings;
    for (auto const field : object_capacities) {
        fits = fits && body.capacities.*field <= rows.*field;
    }
    bool const enough = rows.accounts != 0 && rows.processes != 0 && rows.spaces != 0 &&
                        rows.regions != 0 && rows.interrupts != 0 && rows.ports != 0 &&
                        rows.capabilities >= start_capabilities;
    if (!fits || !enough) {
        return refuse(Check::table_full);
    }
    Quota const first{.objects = start_objects, .capabilities = start_capabilities};
    bool const sound = body.device_pages <= device_pages_max && body.ports <= ports_end &&
                       body.capacities.rings <= rings_max;
    if (first_exceeded(body.limit, {}, first) || !sound) {
        return refuse(Check::argument);
    }
    return {};
}

Answer<void> precondition(KernelState const& state, CreateAccount const& body) noexcept {
    CapabilityRow const& source = *TRY(deepening(state, body.source, source_argument));
    if (source.object.type != ObjectType::account) {
        return refuse(Check::type, source_argument);
    }
    TRY(is_free(state, body.into));
    if (state.table_full(ObjectType::account)) {
        return refuse(Check::table_full, source_argument);
    }
    AccountRow row{};
    row.limit = body.limit;
    // One more object and one more capability are counted on top.
    for (auto const field : quota_fields) {
        if (row.limit.*field == ~std::uint64_t{0}) {
            return refuse(Check::argument, 3);
        }
    }
    return is_affordable(state, body.into, source.object.row, cost_of(row));
}

Answer<void> precondition(KernelState const& state, Create const& body) noexcept {
    CapabilityRow const& source =
        *TRY(deepening(state, body.source, is_carved(body) ? uses_argument : source_argument));
    TRY(is_free(state, body.into));
    Quota const cost = TRY(cost_in_range(body));
    if (is_carved(body)) {
        TRY(carved_from(state, body, source.object));
    } else if (source.object != ObjectName{ObjectType::account, body.payer}) {
        return refuse(Check::type, source_argument);
    }
    if (!state.accounts().is_live(body.payer)) {
        return refuse(Check::ended, source_argument);
    }
    TRY(uses_what_lives(state, body));
    TRY(may_act_for(state, body));
    TRY(within_ceiling(state, body));
    if (state.table_full(body.type)) {
        return refuse(Check::table_full, type_argument);
    }
    return is_affordable(state, body.into, body.payer, cost);
}

Answer<void> precondition(KernelState const& state, Derive const& body) noexcept {
    CapabilityRow const& source = *TRY(deepening(state, body.source, source_argument));
    TRY(is_free(state, body.into));
    if (!source.rights.covers(body.rights) && !AXIOM_MUTANT(more_rights_derived)) {
        return refuse(Check::more_rights, 3,
                      std::uint64_t{body.rights.bits} & ~std::uint64_t{source.rights.bits});
    }
    if (source.badge != 0 && body.badge != source.badge && !AXIOM_MUTANT(badge_given_twice)) {
        return refuse(Check::badge, 4);
    }
    bool const outlives =
        source.expires != LogTime{} && (body.expires == LogTime{} || body.expires > source.expires);
    if (outlives && !AXIOM_MUTANT(expiry_outlived)) {
        return refuse(Check::expired, 5);
    }
    return is_affordable(state, body.into, {}, {});
}

Answer<void> precondition(KernelState const& state, Move const& body) noexcept {
    TRY(is_live(state, body.capability, source_argument));
    TRY(is_free(state, body.into));
    RowHandle const holder = state.capabilities().row(body.capability.index).holder;
    RowHandle const before = state.processes().row(holder.index).head.payer;
    RowHandle const after = state.processes().row(body.into.process.index).head.payer;
    return before == after ? Answer<void>{}
                           : within_quota(state, after, {.capabilities = 1}, process_argument);
}

Answer<void> precondition(KernelState const& state, Remove const& body) noexcept {
    return is_live(state, body.capability, source_argument);
}

Answer<void> precondition(KernelState const& state, Revoke const& body) noexcept {
    return is_live(state, body.capability, source_argument);
}

Answer<void> precondition(KernelState const& state, Transfer const& body) noexcept {
    constexpr std::uint8_t list_argument = 1;
    if (body.passed.empty()) {
        return refuse(Check::argument, list_argument);
    }
    for (std::size_t index = 0; index < body.passed.size(); ++index) {
        Passed const& each = body.passed[index];
        TRY(deepening(state, each.source, list_argument));
        auto const free = is_free(state, {body.receiver, each.slot});
        if (!free) {
            return refuse(Check::window, list_argument,
                          static_cast<std::uint64_t>(free.error().check));
        }
        for (std::size_t before = 0; before < index; ++before) {
            if (body.passed[before].slot == each.slot) {
                return refuse(Check::window, list_argument);
            }
        }
    }
    auto const& table = state.capabilities();
    if (table.capacity() - table.size() < body.passed.size()) {
        return refuse(Check::table_full, list_argument);
    }
    RowHandle const payer = state.processes().row(body.receiver.index).head.payer;
    return within_quota(state, payer, {.capabilities = body.passed.size()}, list_argument);
}

Answer<void> precondition(KernelState const& state, End const& body) noexcept {
    if (body.what.type == ObjectType::process) {
        return state.is_alive(body.what.row) ? Answer<void>{}
                                             : refuse(Check::ended, source_argument);
    }
    if (body.what.type != ObjectType::thread) {
        return refuse(Check::type, source_argument);
    }
    bool const alive = state.threads().is_live(body.what.row) &&
                       state.threads().row(body.what.row.index).life == Life::alive;
    return alive ? Answer<void>{} : refuse(Check::ended, source_argument);
}

Answer<void> precondition(KernelState const& state, Bind const& body) noexcept {
    bool const line = body.binding == Binding::line;
    if (line) {
        if (!state.interrupts().is_live(body.subject)) {
            return refuse(Check::capability, source_argument);
        }
        if (state.interrupts().row(body.subject.index).line == all_lines) {
            return refuse(Check::range, source_argument);
        }
        if (body.bit > 63) {
            return refuse(Check::argument, slot_argument);
        }
    } else {
        TRY(precondition(state, End{.what = {ObjectType::thread, body.subject}}));
        if (body.bit != 0) {
            return refuse(Check::argument, slot_argument);
        }
    }
    ObjectType const type = target_of(tie_of(body.binding));
    if (body.target == RowHandle{}) {
        return body.through == RowHandle{} ? Answer<void>{}
                                           : refuse(Check::argument, process_argument);
    }
    TRY(gives(state, body.through, {type, body.target}, process_argument));
    if (body.binding == Binding::signals && wakes_another(state, body.target, body.subject)) {
        return refuse(Check::in_use, process_argument);
    }
    return {};
}

Answer<void> precondition(KernelState const& state, Seal const& body) noexcept {
    RingRow const* const row = state.rings().find(body.ring);
    if (row == nullptr) {
        return refuse(Check::range);
    }
    // Each term lies below 2^58 before it is added to another.
    bool const bounded = std::uint64_t{body.count} + body.notes <= seal_records_max &&
                         body.lost < ring_index_end && body.first < ring_index_end &&
                         body.unrecorded < ring_index_end;
    bool const notes_fit = body.ring % 2 == 1 || body.notes == 0; // calls are not only counted
    bool const says_something = body.count != 0 || body.lost != 0 || body.notes != 0;
    if (!bounded || !notes_fit || !says_something || (body.notes != 0) != (body.unrecorded != 0)) {
        return refuse(Check::argument);
    }
    bool const follows = body.first == row->end + body.lost && body.end() <= ring_index_end &&
                         body.previous == row->hash;
    return follows || AXIOM_MUTANT(seal_need_not_follow) ? Answer<void>{} : refuse(Check::range);
}

} // namespace axiom::kernel
