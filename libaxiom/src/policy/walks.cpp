// The three bounded walks of an evaluation.
#include <axiom/policy/walks.hpp>

#include <axiom/base/mutant.hpp>

namespace axiom::policy {

Result<std::uint64_t> GroupSet::of(PolicyTable const& policy, PrincipalId principal,
                                   Facts const& facts) noexcept {
    if (listed_) {
        return *listed_;
    }
    std::uint64_t listed = 0;
    for (std::size_t index = 0; index < policy.group_count; ++index) {
        for (MemberRow const& row : policy.members(policy.group_rows[index])) {
            bool in = row.kind == MemberKind::principal && row.number == principal.value;
            if (row.kind == MemberKind::role) {
                auto const role = facts.has_role(principal, policy.text(row.text));
                if (!role) {
                    listed_ = std::unexpected(role.error());
                    return *listed_;
                }
                in = *role;
            }
            listed |= in ? std::uint64_t{1} << index : 0;
        }
    }
    listed_ = listed;
    return listed;
}

void CapabilityChain::walk(CapabilityId capability, Facts const& facts) noexcept {
    walked_ = true;
    CapabilityId next = capability;
    while (next.value != 0) {
        if (count_ == chain_.size()) {
            complete_ = fail(Code::evaluation_error, capability.value, count_);
            return;
        }
        chain_[count_++] = next;
        auto const parent = facts.capability_parent(next);
        if (!parent) {
            complete_ = std::unexpected(parent.error());
            return;
        }
        next = *parent;
    }
}

Result<bool> CapabilityChain::has(CapabilityId wanted, CapabilityId capability,
                                  Facts const& facts) noexcept {
    if (!walked_) {
        walk(capability, facts);
    }
    for (std::size_t index = 0; index < count_; ++index) {
        if (chain_[index] == wanted && (index == 0 || !AXIOM_MUTANT(policy_ancestors_forgotten))) {
            return true;
        }
    }
    return complete_ ? Result<bool>{false} : Result<bool>{std::unexpected(complete_.error())};
}

bool CauseWalk::add(Sequence sequence, std::uint8_t hops, Facts const& facts) noexcept {
    for (std::size_t index = 0; index < count_; ++index) {
        if (items_[index].sequence == sequence) {
            return true;
        }
    }
    if (count_ == items_.size()) {
        error_ = Error{Code::evaluation_error, sequence.value, count_};
        return false;
    }
    auto const fact = facts.cause(sequence);
    if (!fact) {
        error_ = fact.error();
        return false;
    }
    items_[count_] = {sequence, fact->domain, fact->kind, hops};
    parents_[count_] = fact->causes;
    ++count_;
    return true;
}

void CauseWalk::walk(Request const& request, Facts const& facts) noexcept {
    walked_ = true;
    for (Sequence const cause : request.causes) {
        if (cause.value != 0 && !add(cause, 1, facts)) {
            complete_hops_ = 0;
            return;
        }
    }
    std::uint8_t const hops_walked =
        AXIOM_MUTANT(policy_causes_of_causes_forgotten) ? 1 : cause_hops_max;
    for (std::size_t index = 0; index < count_ && items_[index].hops < hops_walked; ++index) {
        auto const hops = static_cast<std::uint8_t>(items_[index].hops + 1);
        for (Sequence const cause : parents_[index]) {
            if (cause.value != 0 && !add(cause, hops, facts)) {
                complete_hops_ = items_[index].hops;
                return;
            }
        }
    }
}

} // namespace axiom::policy
