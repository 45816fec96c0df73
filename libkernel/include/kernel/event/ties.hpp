#pragma once
// Ties: what objects have of each other through capabilities, listed by the capability.
//
//     thread ──▶ its process, context, fault and budget endpoints, notification
//     interrupt ──▶ the notification that its line signals      process ──▶ its space
//
// A tie goes when the capability that it came through is revoked, or expires: a thread with its
// process's and a process with its space's ends, anything else is let go. Like a child capability
// it goes over to the parent when the capability is merely given up. A subject has one tie of each
// kind, so that what a revoke may have to let go is bounded by objects that somebody has paid for.
//
// The lists are a projection of the rows (`Bound`): never hashed, rebuilt when a snapshot is
// loaded.

#include <array>

#include <kernel/event/kinds.hpp>
#include <kernel/event/row_lists.hpp>

namespace axiom::kernel {

struct Tie {
    /// The first ones as in `Binding`.
    enum class Kind : std::uint8_t { context, faults, signals, line, budgets, process, space };

    Kind kind{};
    std::uint32_t subject{}; // index of a thread, of an interrupt (line) or of a process (space)
};
inline constexpr std::size_t tie_kinds = 7;

[[nodiscard]] constexpr Tie::Kind tie_of(Binding binding) noexcept {
    return static_cast<Tie::Kind>(binding);
}
static_assert(tie_of(Binding::context) == Tie::Kind::context &&
              tie_of(Binding::budgets) == Tie::Kind::budgets);

/// What a tie of this kind leads to.
[[nodiscard]] constexpr ObjectType target_of(Tie::Kind kind) noexcept {
    constexpr std::array<ObjectType, tie_kinds> types{
        ObjectType::context,      ObjectType::endpoint, ObjectType::notification,
        ObjectType::notification, ObjectType::endpoint, ObjectType::process,
        ObjectType::space};
    return types[static_cast<std::size_t>(kind)];
}

/// Where a thread's row has each; of a line and of a space others' rows have it.
inline constexpr std::array<Bound ThreadRow::*, tie_kinds> thread_ties{&ThreadRow::context,
                                                                       &ThreadRow::faults,
                                                                       &ThreadRow::signals,
                                                                       nullptr,
                                                                       &ThreadRow::budgets,
                                                                       &ThreadRow::process,
                                                                       nullptr};

/// How many ties there may be of the kinds before `kind` together; of all, with `tie_kinds`.
[[nodiscard]] constexpr std::uint32_t ties_before(KernelCapacities const& rows,
                                                  std::size_t kind) noexcept {
    std::uint32_t sum = 0;
    for (std::size_t before = 0; before < kind; ++before) {
        auto const each = static_cast<Tie::Kind>(before);
        sum += each == Tie::Kind::line    ? rows.interrupts
               : each == Tie::Kind::space ? rows.processes
                                          : rows.threads;
    }
    return sum;
}

/// Each tie's number, below `ties_before(rows, tie_kinds)`.
[[nodiscard]] constexpr std::uint32_t number_of(KernelCapacities const& rows, Tie tie) noexcept {
    return ties_before(rows, static_cast<std::size_t>(tie.kind)) + tie.subject;
}
[[nodiscard]] constexpr Tie tie_at(KernelCapacities const& rows, std::uint32_t number) noexcept {
    std::size_t kind = tie_kinds - 1;
    while (ties_before(rows, kind) > number) {
        --kind;
    }
    return {static_cast<Tie::Kind>(kind), number - ties_before(rows, kind)};
}

class Ties {
  public:
    Ties(Arena& arena, KernelCapacities const& rows) noexcept
        : rows_{rows}, lists_{arena, rows.capabilities + 1, ties_before(rows, tie_kinds)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(KernelCapacities const& rows) noexcept {
        return RowLists::bytes_for(rows.capabilities + 1, ties_before(rows, tie_kinds));
    }

    /// Whoever owns what is to go, beside the capabilities.
    [[nodiscard]] std::uint32_t doomed() const noexcept { return rows_.capabilities; }

    [[nodiscard]] std::optional<Tie> first(std::uint32_t owner) const noexcept {
        auto const number = lists_.first(owner);
        return number ? std::optional{tie_at(rows_, *number)} : std::nullopt;
    }
    void insert(std::uint32_t owner, Tie tie) noexcept {
        lists_.insert(owner, number_of(rows_, tie));
    }
    void erase(std::uint32_t owner, Tie tie) noexcept {
        lists_.erase(owner, number_of(rows_, tie));
    }
    void clear() noexcept { lists_.clear(); }

  private:
    KernelCapacities rows_;
    RowLists lists_;
};

} // namespace axiom::kernel
