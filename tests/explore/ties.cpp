#include <tests/explore/ties.hpp>

#include <algorithm>

namespace axiom::kernel::explore {

std::vector<HeldTie> ties_in(KernelState const& state) {
    std::vector<HeldTie> found;
    auto const add = [&](Tie::Kind kind, RowHandle subject, Bound const& bound) {
        if (bound.target.generation != 0) {
            found.push_back({kind, subject, bound});
        }
    };
    auto const& threads = state.threads();
    threads.for_each([&](std::uint32_t index, ThreadRow const& row) {
        RowHandle const self{index, threads.generation(index)};
        if (row.life == Life::alive) {
            add(Tie::Kind::process, self, row.process);
            add(Tie::Kind::context, self, row.context);
            add(Tie::Kind::faults, self, row.faults);
            add(Tie::Kind::budgets, self, row.budgets);
            add(Tie::Kind::signals, self, row.signals);
        }
    });
    auto const& processes = state.processes();
    processes.for_each([&](std::uint32_t index, ProcessRow const& row) {
        add(Tie::Kind::space, {index, processes.generation(index)}, row.space);
    });
    auto const& interrupts = state.interrupts();
    interrupts.for_each([&](std::uint32_t index, InterruptRow const& row) {
        add(Tie::Kind::line, {index, interrupts.generation(index)}, row.notification);
    });
    return found;
}

HeldTie const* same_tie(std::vector<HeldTie> const& ties, HeldTie const& as) {
    auto const found = std::ranges::find_if(ties, [&](HeldTie const& each) {
        return each.kind == as.kind && each.subject == as.subject &&
               each.bound.target == as.bound.target;
    });
    return found == ties.end() ? nullptr : &*found;
}

} // namespace axiom::kernel::explore
