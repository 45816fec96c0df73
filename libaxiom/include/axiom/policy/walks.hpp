#pragma once
// What one evaluation learns once and then asks often: the principal's groups, the ancestors of its
// capability, the causes of the request. Each walk is bounded, made when first needed, and
// remembers how far it came, so that a clause is answered `unknown` only when the part that it
// needs is missing.

#include <array>
#include <optional>

#include <axiom/policy/evaluator.hpp>

namespace axiom::policy {

/// Which groups of the policy list a principal, directly or by a role.
class GroupSet {
  public:
    Result<std::uint64_t> of(PolicyTable const& policy, PrincipalId principal,
                             Facts const& facts) noexcept;

  private:
    std::optional<Result<std::uint64_t>> listed_{};
};

class CapabilityChain {
  public:
    /// Whether `wanted` is `capability` or an ancestor of it.
    Result<bool> has(CapabilityId wanted, CapabilityId capability, Facts const& facts) noexcept;

  private:
    void walk(CapabilityId capability, Facts const& facts) noexcept;

    bool walked_{};
    std::size_t count_{};
    std::array<CapabilityId, capability_depth_max> chain_{};
    Result<void> complete_{};
};

/// The causes in order of their distance: hop 1 are those that the request names.
class CauseWalk {
  public:
    struct Item {
        Sequence sequence{};
        DomainNumber domain{};
        std::uint16_t kind{};
        std::uint8_t hops{};
    };

    /// Whether a cause within `hops` satisfies `wanted`.
    template <class Wanted>
    Result<bool> has(Wanted const& wanted, std::uint8_t hops, Request const& request,
                     Facts const& facts) noexcept {
        if (!walked_) {
            walk(request, facts);
        }
        for (std::size_t index = 0; index < count_; ++index) {
            if (items_[index].hops <= hops && wanted(items_[index])) {
                return true;
            }
        }
        return hops <= complete_hops_ ? Result<bool>{false} : Result<bool>{std::unexpected(error_)};
    }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }

  private:
    void walk(Request const& request, Facts const& facts) noexcept;
    [[nodiscard]] bool add(Sequence sequence, std::uint8_t hops, Facts const& facts) noexcept;

    bool walked_{};
    std::size_t count_{};
    std::uint8_t complete_hops_{cause_hops_max}; // all causes within so many hops are known
    Error error_{};
    std::array<Item, causes_walked_max> items_{};
    std::array<std::array<Sequence, 2>, causes_walked_max> parents_{};
};

} // namespace axiom::policy
