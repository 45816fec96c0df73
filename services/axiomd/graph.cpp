#include <services/axiomd/graph.hpp>

namespace axiom::axiomd {

namespace {

CapabilityStatus status_of(kernel::KernelState const& state, std::uint32_t index) noexcept {
    kernel::CapabilityRow const& row = state.capabilities().row(index);
    return {.id = state.capabilities().generation(index),
            .parent = row.parent.generation,
            .holder = row.holder.generation,
            .slot = row.slot.value,
            .object = row.object.type,
            .number = row.object.row.generation,
            .rights = row.rights,
            .depth = row.depth,
            .badge = row.badge,
            .label = row.label};
}

bool is_wanted(kernel::CapabilityRow const& row, CapabilityStatus const& status,
               ListCapabilities const& asks) noexcept {
    return (asks.holder == 0 || row.holder.generation == asks.holder) &&
           (asks.id == 0 || status.id == asks.id);
}

ProcessLoad load_of(kernel::KernelState const& state, std::uint32_t index) noexcept {
    kernel::ProcessRow const& row = state.processes().row(index);
    ProcessLoad load{.number = state.processes().generation(index),
                     .principal = row.principal.value,
                     .lives = row.life == kernel::Life::alive};
    for (auto thread = state.first_thread(index); thread; thread = state.next_thread(*thread)) {
        load.threads += state.threads().row(*thread).life == kernel::Life::alive ? 1 : 0;
        RowHandle const context = state.threads().row(*thread).context.target;
        if (state.contexts().is_live(context)) {
            load.budget_us = state.contexts().row(context.index).budget_us;
            load.period_us = state.contexts().row(context.index).period_us;
        }
    }
    for (auto held = state.first_held(index); held; held = state.next_held(*held)) {
        ++load.capabilities;
    }
    if (state.accounts().is_live(row.head.payer)) {
        kernel::AccountRow const& account = state.accounts().row(row.head.payer.index);
        load.pages = account.used.pages;
        load.pages_max = account.limit.pages;
        load.log_bytes_max = account.limit.log_bytes;
    }
    return load;
}

} // namespace

Capabilities list_capabilities(kernel::KernelState const& state,
                               ListCapabilities const& asks) noexcept {
    Capabilities found;
    for (std::uint32_t index = asks.from; index < state.capabilities().capacity(); ++index) {
        if (!state.capabilities().is_live(index)) {
            continue;
        }
        CapabilityStatus const status = status_of(state, index);
        if (!is_wanted(state.capabilities().row(index), status, asks)) {
            continue;
        }
        if (found.capabilities.full()) {
            found.next = index;
            break;
        }
        found.capabilities.push_back(status);
    }
    return found;
}

Load list_load(kernel::KernelState const& state, AskLoad const& asks) noexcept {
    Load found;
    for (std::uint32_t index = asks.from; index < state.processes().capacity(); ++index) {
        if (!state.processes().is_live(index)) {
            continue;
        }
        if (found.processes.full()) {
            found.next = index;
            break;
        }
        found.processes.push_back(load_of(state, index));
    }
    return found;
}

} // namespace axiom::axiomd
