#pragma once
// What the evaluator is asked, and the facts that rules may read beyond it.
//
// Facts are the state at one sequence (`decided_at`): whoever implements them answers from that
// state alone, so that asking again later, on the state as of that sequence, gives the same answer.

#include <cstdint>
#include <span>
#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/log/entry.hpp>

namespace axiom::policy {

/// The name that decides: `action` is by convention the kind's name in its domain's table.
struct Request {
    PrincipalId principal{};
    PrincipalId approver{}; // who has approved; 0 is nobody yet
    DomainNumber domain{};
    std::uint16_t kind{};
    std::string_view action{};
    std::string_view object{};
    CapabilityId capability{}; // 0 is none
    std::span<Sequence const> causes{};
    std::uint64_t rights{}; // rights asked for; 0 where the request grants none
};

/// What rules may know of an entry among the causes.
struct CauseFact {
    DomainNumber domain{};
    std::uint16_t kind{};
    std::array<Sequence, 2> causes{}; // 0 is none
};

/// Which counter a rate reads: its id and the window it counts in.
struct CounterKey {
    std::uint64_t counter{};
    std::uint64_t window_ms{};

    friend bool operator==(CounterKey, CounterKey) noexcept = default;
};

class Facts {
  public:
    /// Log time at `decided_at`.
    [[nodiscard]] virtual LogTime now() const noexcept = 0;

    /// Whether the identity domain gives `principal` this role. An unknown principal or role is
    /// `false`.
    [[nodiscard]] virtual Result<bool> has_role(PrincipalId principal,
                                                std::string_view role) const noexcept = 0;

    /// The capability that `capability` was derived from; 0 when it has none.
    [[nodiscard]] virtual Result<CapabilityId>
    capability_parent(CapabilityId capability) const noexcept = 0;

    /// The entry at `sequence`; any refusal means that it cannot be read.
    [[nodiscard]] virtual Result<CauseFact> cause(Sequence sequence) const noexcept = 0;

    /// How much of the counter's rate is used up at `now` (policy/rate.hpp). `table_full` when the
    /// counter has no row and none is free.
    [[nodiscard]] virtual Result<std::uint64_t> rate_used(CounterKey key) const noexcept = 0;

  protected:
    ~Facts() = default;
};

} // namespace axiom::policy
