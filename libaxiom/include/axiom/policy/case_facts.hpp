#pragma once
// The facts that a test file states: small tables, searched from the front.

#include <axiom/codec/list.hpp>
#include <axiom/policy/request.hpp>

namespace axiom::policy {

inline constexpr std::size_t case_facts_max = 64; // of each sort

class CaseFacts final : public Facts {
  public:
    struct Role {
        PrincipalId principal{};
        std::string_view role{};
    };
    struct Parent {
        CapabilityId capability{};
        CapabilityId parent{};
    };
    struct Entry {
        Sequence sequence{};
        CauseFact fact{};
    };

    LogTime time{};
    std::uint64_t used{}; // of every counter
    List<Role, case_facts_max> roles{};
    List<Parent, case_facts_max> parents{};
    List<Entry, case_facts_max> entries{};

    [[nodiscard]] LogTime now() const noexcept override { return time; }
    [[nodiscard]] Result<bool> has_role(PrincipalId principal,
                                        std::string_view role) const noexcept override {
        for (Role const& row : roles) {
            if (row.principal == principal && row.role == role) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId capability) const noexcept override {
        for (Parent const& row : parents) {
            if (row.capability == capability) {
                return row.parent;
            }
        }
        return CapabilityId{};
    }
    [[nodiscard]] Result<CauseFact> cause(Sequence sequence) const noexcept override {
        for (Entry const& row : entries) {
            if (row.sequence == sequence) {
                return row.fact;
            }
        }
        return fail(Code::cause_unknown, sequence.value);
    }
    [[nodiscard]] Result<std::uint64_t> rate_used(CounterKey /*key*/) const noexcept override {
        return used;
    }
};

} // namespace axiom::policy
