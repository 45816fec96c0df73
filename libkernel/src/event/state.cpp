// The tables and their projections; see kernel/event/state.hpp.

#include <kernel/event/state.hpp>

#include <algorithm>
#include <array>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Quota cost_of(AccountRow const& row) noexcept {
    Quota cost = row.limit; // what a child may spend is spent
    ++cost.objects;
    return cost;
}

Quota cost_of(ThreadRow const& /*row*/) noexcept {
    return {.pages = message_pages, .objects = 1, .threads = 1};
}

Quota cost_of(RegionRow const& row) noexcept {
    return {.pages = row.device ? 0 : row.pages, .objects = 1};
}

Quota cost_of(ContextRow const& row) noexcept {
    constexpr std::uint64_t second_us = 1'000'000;
    return {.objects = 1,
            .cpu_us = (row.budget_us * second_us + row.period_us - 1) / row.period_us};
}

namespace {

// Of the table of this type.
template <std::size_t type>
constexpr std::uint32_t rows_of(KernelCapacities const& capacities) noexcept {
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): of the last, behind it
    return rows_before(capacities, static_cast<ObjectType>(type + 1)) -
           rows_before(capacities, static_cast<ObjectType>(type));
}

template <std::size_t... types>
ObjectTables tables_for(Arena& arena, KernelCapacities const& capacities,
                        std::index_sequence<types...> /*all*/) noexcept {
    return {std::tuple_element_t<types, ObjectTables>{arena, rows_of<types>(capacities)}...};
}

template <std::size_t... types>
std::size_t bytes_for_tables(KernelCapacities const& capacities,
                             std::index_sequence<types...> /*all*/) noexcept {
    return (std::tuple_element_t<types, ObjectTables>::bytes_for(rows_of<types>(capacities)) + ...);
}

using AllTypes = std::make_index_sequence<object_types>;

} // namespace

KernelState::KernelState(Arena& arena, KernelCapacities const& capacities) noexcept
    : capacities_{capacities}, tables_{tables_for(arena, capacities, AllTypes{})},
      capabilities_{arena, capacities.capabilities}, rings_{arena, capacities.rings},
      slots_{arena, capacities.capabilities},
      children_{arena, capacities.capabilities, capacities.capabilities},
      held_{arena, capacities.processes, capacities.capabilities},
      process_threads_{arena, capacities.processes, capacities.threads}, ties_{arena, capacities},
      departures_{arena, capacities}, dying_{arena.make<ObjectName>(objects_of(capacities))},
      counted_{arena.make<std::uint32_t>(objects_of(capacities))},
      spent_{arena.make<Quota>(capacities.accounts)} {}

std::size_t KernelState::bytes_for(KernelCapacities const& rows) noexcept {
    return bytes_for_tables(rows, AllTypes{}) +
           HashedTable<CapabilityRow>::bytes_for(rows.capabilities) +
           SealedRings::bytes_for(rows.rings) + SlotViews::bytes_for(rows.capabilities) +
           RowLists::bytes_for(rows.capabilities, rows.capabilities) +
           RowLists::bytes_for(rows.processes, rows.capabilities) +
           RowLists::bytes_for(rows.processes, rows.threads) + Ties::bytes_for(rows) +
           Departures::bytes_for(rows) + Arena::bytes_for<ObjectName>(objects_of(rows)) +
           Arena::bytes_for<std::uint32_t>(objects_of(rows)) +
           Arena::bytes_for<Quota>(rows.accounts);
}

// ── looking ────────────────────────────────────────────────────────────────────────────────────

bool KernelState::lives(ObjectName const& object) const noexcept {
    return on_table(*this, object.type,
                    [&](auto const& table) { return table.is_live(object.row); });
}

bool KernelState::is_alive(RowHandle process) const noexcept {
    return processes().is_live(process) && processes().row(process.index).life == Life::alive;
}

ObjectHead const& KernelState::head(ObjectName const& object) const noexcept {
    return on_table(*this, object.type, [&](auto const& table) -> ObjectHead const& {
        return table.row(object.row.index).head;
    });
}

bool KernelState::table_full(ObjectType type) const noexcept {
    return on_table(*this, type, [](auto const& table) { return table.full(); });
}

// ── references ─────────────────────────────────────────────────────────────────────────────────

ObjectHead& KernelState::edit_head(ObjectName const& object) noexcept {
    AXIOM_ASSERT(lives(object));
    return on_table(*this, object.type,
                    [&](auto& table) -> ObjectHead& { return table.edit(object.row.index).head; });
}

void KernelState::refer(ObjectName const& object) noexcept {
    ++edit_head(object).references;
}

void KernelState::release(ObjectName const& object) noexcept {
    ObjectHead& head = edit_head(object);
    AXIOM_ASSERT(head.references != 0);
    if (--head.references == 0) {
        AXIOM_ASSERT(dying_count_ < dying_.size());
        dying_[dying_count_++] = object;
    }
}

void KernelState::settle() noexcept {
    while (true) {
        if (auto const tie = ties_.first(ties_.doomed())) {
            end_tie(*tie);
        } else if (dying_count_ != 0) {
            ObjectName const object = dying_[--dying_count_]; // its place may be taken meanwhile
            end_object(object);
        } else {
            return;
        }
    }
}

// ── objects ────────────────────────────────────────────────────────────────────────────────────

// Nothing refers to it. What it refers to is released, which may put more aside.
void KernelState::end_object(ObjectName const& object) noexcept {
    std::uint32_t const index = object.row.index;
    if (object.type == ObjectType::process && processes().row(index).life == Life::alive) {
        end_process(index, 0);
    } else if (object.type == ObjectType::thread && threads().row(index).life == Life::alive) {
        end_thread(index, 0);
    } else if (object.type == ObjectType::interrupt) {
        untie({Tie::Kind::line, index});
    }
    on_table(*this, object.type, [&](auto& rows) {
        auto const row = rows.row(index);
        rows.remove(index);
        if (row.head.payer.generation != 0) {
            if (!AXIOM_MUTANT(cost_not_given_back)) {
                give_back(table<AccountRow>().edit(row.head.payer.index).used, cost_of(row));
            }
            release({ObjectType::account, row.head.payer});
        }
    });
    departures_.note(object.type, index);
}

void KernelState::end_process(std::uint32_t process, std::uint64_t code) noexcept {
    ProcessRow& row = table<ProcessRow>().edit(process);
    AXIOM_ASSERT(row.life == Life::alive);
    row.life = Life::ended;
    row.exit_code = code;
    departures_.note(ObjectType::process, process);
    while (auto const thread = process_threads_.first(process)) {
        end_thread(*thread, code);
    }
    while (auto const capability = held_.first(process)) {
        if (AXIOM_MUTANT(ended_process_keeps_a_capability) &&
            !held_.next(*capability).has_value()) {
            break;
        }
        hand_up(*capability);
        drop(*capability);
    }
    untie({Tie::Kind::space, process});
}

void KernelState::end_thread(std::uint32_t thread, std::uint64_t code) noexcept {
    ThreadRow& row = table<ThreadRow>().edit(thread);
    AXIOM_ASSERT(row.life == Life::alive);
    row.life = Life::ended;
    row.exit_code = code;
    departures_.note(ObjectType::thread, thread);
    for (std::size_t kind = 0; kind < tie_kinds; ++kind) {
        if (thread_ties[kind] != nullptr) {
            untie({static_cast<Tie::Kind>(kind), thread});
        }
    }
    process_threads_.erase(row.process.target.index, thread);
}

// ── capabilities ───────────────────────────────────────────────────────────────────────────────

void KernelState::link(std::uint32_t capability) noexcept {
    CapabilityRow const& row = capabilities_.row(capability);
    slots_.insert({capability, capabilities_.generation(capability)}, row);
    held_.insert(row.holder.index, capability);
    if (row.parent.generation != 0) {
        children_.insert(row.parent.index, capability);
    }
}

void KernelState::unlink(std::uint32_t capability) noexcept {
    CapabilityRow const& row = capabilities_.row(capability);
    slots_.erase(capability);
    departures_.note_capability(capability);
    held_.erase(row.holder.index, capability);
    if (row.parent.generation != 0) {
        children_.erase(row.parent.index, capability);
    }
}

RowHandle KernelState::add(CapabilityRow const& row) noexcept {
    refer(row.object);
    RowHandle const payer = processes().row(row.holder.index).head.payer;
    ++table<AccountRow>().edit(payer.index).used.capabilities;
    RowHandle const added = capabilities_.add(row);
    link(added.index);
    return added;
}

// The capability goes; nothing descends from it any more.
void KernelState::drop(std::uint32_t capability) noexcept {
    AXIOM_ASSERT(!children_.first(capability) && !ties_.first(capability));
    CapabilityRow const row = capabilities_.row(capability);
    unlink(capability);
    capabilities_.remove(capability);
    --table<AccountRow>()
          .edit(processes().row(row.holder.index).head.payer.index)
          .used.capabilities;
    release(row.object);
}

// What was derived from it descends from its parent from now on, so that a later revoke of that
// one still takes it.
void KernelState::hand_up(std::uint32_t capability) noexcept {
    RowHandle const parent = capabilities_.row(capability).parent;
    while (auto const child = children_.first(capability)) {
        children_.erase(capability, *child);
        capabilities_.edit(*child).parent = AXIOM_MUTANT(orphans_escape) ? RowHandle{} : parent;
        if (capabilities_.row(*child).parent.generation != 0) {
            children_.insert(parent.index, *child);
        }
    }
    hand_ties_up(capability);
}

void KernelState::move(std::uint32_t capability, Place const& into) noexcept {
    CapabilityRow const before = capabilities_.row(capability);
    unlink(capability);
    --table<AccountRow>()
          .edit(processes().row(before.holder.index).head.payer.index)
          .used.capabilities;
    ++table<AccountRow>()
          .edit(processes().row(into.process.index).head.payer.index)
          .used.capabilities;
    CapabilityRow& row = capabilities_.edit(capability);
    row.holder = into.process;
    row.slot = into.slot;
    link(capability);
}

void KernelState::remove(std::uint32_t capability) noexcept {
    hand_up(capability);
    drop(capability);
}

// Always the leaf that the first children lead to: depth bounds the way down, and each step up
// removes one.
void KernelState::revoke(std::uint32_t capability, bool itself) noexcept {
    std::uint32_t at = capability;
    while (true) {
        while (auto const child = children_.first(at)) {
            at = *child;
        }
        if (at == capability) {
            break;
        }
        std::uint32_t const parent = capabilities_.row(at).parent.index;
        take_back(at);
        if (AXIOM_MUTANT(cascade_cut)) {
            break;
        }
        at = parent;
    }
    if (itself && !children_.first(capability)) {
        take_back(capability);
    }
}

void KernelState::tick(LogTime now) noexcept {
    now = std::max(now, slots_.now());
    slots_.set_now(now);
    std::uint32_t taken = 0;
    for (std::uint32_t index = 0; index < capabilities_.capacity(); ++index) {
        if (!capabilities_.is_live({index, capabilities_.generation(index)})) {
            continue; // or it descended from one before it
        }
        LogTime const expires = capabilities_.row(index).expires;
        if (expires != LogTime{} && expires <= now &&
            !(AXIOM_MUTANT(some_expire_later) && taken++ >= 64)) {
            revoke(index, true);
            settle();
        }
    }
}

void KernelState::clear() noexcept {
    for (std::size_t type = 0; type < object_types; ++type) {
        on_table(*this, static_cast<ObjectType>(type), [](auto& table) { table.clear(); });
    }
    capabilities_.clear();
    rings_.clear();
    slots_.clear();
    children_.clear();
    held_.clear();
    process_threads_.clear();
    ties_.clear();
    departures_.clear();
    dying_count_ = 0;
}

} // namespace axiom::kernel
