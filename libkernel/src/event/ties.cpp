// What objects have of each other, given and let go; see kernel/event/ties.hpp.

#include <kernel/event/state.hpp>

#include <utility>

#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

Bound& KernelState::edit_bound(Tie tie) noexcept {
    if (tie.kind == Tie::Kind::line) {
        return table<InterruptRow>().edit(tie.subject).notification;
    }
    if (tie.kind == Tie::Kind::space) {
        return table<ProcessRow>().edit(tie.subject).space;
    }
    return table<ThreadRow>().edit(tie.subject).*thread_ties[static_cast<std::size_t>(tie.kind)];
}

// A thread keeps no process alive: it ends with it, and its row says whose it was.
void KernelState::keep(Tie::Kind kind, RowHandle target) noexcept {
    if (kind != Tie::Kind::process) {
        refer({target_of(kind), target});
    }
}

void KernelState::link(Tie tie, Bound const& bound) noexcept {
    if (bound.through.generation != 0) {
        ties_.insert(bound.through.index, tie);
    }
}

// Its capability, if that has gone already, was revoked.
void KernelState::untie(Tie tie) noexcept {
    Bound& place = edit_bound(tie);
    Bound const was = std::exchange(place, Bound{});
    if (was.through.generation != 0) {
        bool const lives = capabilities_.is_live(was.through);
        ties_.erase(lives ? was.through.index : ties_.doomed(), tie);
    }
    if (tie.kind == Tie::Kind::process) {
        place.target = was.target;
    } else if (was.target.generation != 0) {
        release({target_of(tie.kind), was.target});
    }
}

void KernelState::bind(Bind const& bind) noexcept {
    Tie const tie{tie_of(bind.binding), bind.subject.index};
    Bound bound{.target = bind.target, .through = bind.through, .badge = 0};
    if (bind.target.generation != 0) {
        bound.badge = capabilities_.row(bind.through.index).badge;
        keep(tie.kind, bind.target); // before the last is let go, which may be the same
    }
    untie(tie);
    edit_bound(tie) = bound;
    link(tie, bound);
    if (bind.binding == Binding::line) {
        table<InterruptRow>().edit(bind.subject.index).bit = bind.bit;
    }
}

// To whom a later revoke takes them from, as children do. They have no expiry of their own, so that
// what was given for a time goes with the capability that says so.
void KernelState::hand_ties_up(std::uint32_t capability) noexcept {
    CapabilityRow const& row = capabilities_.row(capability);
    bool const has_parent = row.parent.generation != 0;
    LogTime const lasts = has_parent ? capabilities_.row(row.parent.index).expires : LogTime{};
    bool const outlives = row.expires != lasts && !AXIOM_MUTANT(tie_outlives_expiry);
    while (auto const tie = ties_.first(capability)) {
        ties_.erase(capability, *tie);
        if (outlives) {
            ties_.insert(ties_.doomed(), *tie);
            continue;
        }
        Bound& bound = edit_bound(*tie);
        bound.through = AXIOM_MUTANT(tie_escapes) ? RowHandle{} : row.parent;
        link(*tie, bound);
    }
}

// Its ties end in `settle`: what ends with them may hold what this cascade is just walking through.
void KernelState::take_back(std::uint32_t capability) noexcept {
    if (AXIOM_MUTANT(tie_survives)) {
        hand_ties_up(capability);
    }
    while (auto const tie = ties_.first(capability)) {
        ties_.erase(capability, *tie);
        ties_.insert(ties_.doomed(), *tie);
    }
    drop(capability);
}

void KernelState::end_tie(Tie tie) noexcept {
    if (tie.kind == Tie::Kind::process && !AXIOM_MUTANT(thread_survives_revoke)) {
        return end_thread(tie.subject, 0);
    }
    if (tie.kind == Tie::Kind::space && !AXIOM_MUTANT(process_survives_revoke)) {
        return end_process(tie.subject, 0);
    }
    untie(tie);
    if (!AXIOM_MUTANT(tie_end_untold)) {
        departures_.note_tie(tie);
    }
}

} // namespace axiom::kernel
