// The linter: every rule against every earlier one, and policy changes against all of them.
#include <axiom/policy/lint.hpp>

#include <axiom/policy/reach.hpp>

namespace axiom::policy {

namespace {

class Linter {
  public:
    Linter(PolicyTable const& policy, PolicyChange const& change,
           std::span<Finding> findings) noexcept
        : policy_{policy}, change_{change}, findings_{findings} {}

    LintReport run() noexcept {
        policy_changes();
        for (std::size_t index = 0; index < policy_.rule_count; ++index) {
            rule(index);
        }
        return report_;
    }

    /// Runs, and keeps the first error however many warnings there are.
    std::optional<Finding> first_error() noexcept {
        static_cast<void>(run());
        return first_error_;
    }

  private:
    void add(Code code, Severity severity, std::uint32_t rule = 0,
             std::uint32_t other = 0) noexcept {
        ++(severity == Severity::error ? report_.errors : report_.warnings);
        if (severity == Severity::error && !first_error_) {
            first_error_ = Finding{code, severity, rule, other};
        }
        if (report_.found < findings_.size()) {
            findings_[report_.found++] = {code, severity, rule, other};
        }
    }

    /// Whether a rule before `index` denies everything that `reach` reaches.
    [[nodiscard]] bool denied_before(std::size_t index, Reach const& reach) const noexcept {
        for (std::size_t before = 0; before < index; ++before) {
            RuleRow const& other = policy_.rule_rows[before];
            if (other.effect == Effect::deny && reach.within(other)) {
                return true;
            }
        }
        return false;
    }

    void policy_changes() noexcept {
        bool someone = false;
        for (std::size_t index = 0; index < policy_.rule_count; ++index) {
            RuleRow const& rule = policy_.rule_rows[index];
            Reach reach{policy_, rule};
            if (rule.effect != Effect::allow || !reach.narrow_to(change_) || !reach.anyone() ||
                denied_before(index, reach)) {
                continue;
            }
            bool const lasting = !reach.has(ClauseKind::time) &&
                                 !reach.has(ClauseKind::cause_entry) &&
                                 !reach.has(ClauseKind::cause_kind);
            someone = someone || lasting;
            bool const bound = reach.has(ClauseKind::principal) || reach.has(ClauseKind::group) ||
                               reach.has(ClauseKind::role) || reach.has(ClauseKind::capability) ||
                               reach.has(ClauseKind::approval);
            if (!bound) {
                add(Code::policy_open_to_all, Severity::error, rule.id);
            }
        }
        if (!someone) {
            add(Code::policy_locks_out, Severity::error);
        }
    }

    /// At most one finding about a rule that cannot apply; warnings about ties otherwise.
    void rule(std::size_t index) noexcept {
        RuleRow const& rule = policy_.rule_rows[index];
        Reach const reach{policy_, rule};
        if (!reach.anyone()) {
            add(Code::policy_unreachable, Severity::warning, rule.id);
            return;
        }
        for (std::size_t before = 0; before < index; ++before) {
            RuleRow const& other = policy_.rule_rows[before];
            if (reach.within(other)) {
                bool const opposite =
                    other.priority == rule.priority && other.effect != rule.effect;
                add(opposite ? Code::policy_contradiction : Code::policy_unreachable,
                    opposite ? Severity::error : Severity::warning, rule.id, other.id);
                return;
            }
        }
        for (std::size_t before = 0; before < index; ++before) {
            RuleRow const& other = policy_.rule_rows[before];
            if (other.priority == rule.priority && other.effect != rule.effect &&
                !reach.apart_from(other)) {
                add(Code::policy_contradiction, Severity::warning, rule.id, other.id);
            }
        }
    }

    PolicyTable const& policy_;
    PolicyChange const& change_;
    std::span<Finding> findings_;
    LintReport report_{};
    std::optional<Finding> first_error_{};
};

} // namespace

LintReport lint(PolicyView policy, PolicyChange const& change,
                std::span<Finding> findings) noexcept {
    return Linter{policy, change, findings}.run();
}

Result<void> check_sound(PolicyView policy, PolicyChange const& change) noexcept {
    auto const error = Linter{policy, change, {}}.first_error();
    return error ? fail(error->code, error->rule, error->other) : Result<void>{};
}

} // namespace axiom::policy
