#pragma once
// A plain model of policies, written from docs/policy.md: optional fields, sets and recursion, no
// tables, no order of evaluation but a sort. It shares no code with the evaluator but the request.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <axiom/policy/request.hpp>

#include <tests/support/policy_world.hpp>

namespace axiom::model {

struct Group {
    std::set<std::uint64_t> principals;
    std::set<std::string> roles;
    std::set<std::string> groups;
};

struct Cause {
    std::optional<std::uint64_t> entry{}; // else domain and kind
    unsigned domain{};
    unsigned kind{};
    unsigned within{1};
};

struct Rule {
    std::uint32_t id{};
    std::uint32_t priority{};
    bool deny{};
    std::optional<unsigned> domain{};
    std::optional<unsigned> kind{};
    std::optional<std::string> action{};
    std::optional<std::uint64_t> principal{};
    std::optional<std::string> group{};
    std::optional<std::string> role{};
    std::optional<std::string> object{};
    std::optional<std::string> object_prefix{};
    std::optional<std::uint64_t> capability{};
    std::optional<Cause> cause{};
    std::optional<std::pair<std::uint64_t, std::uint64_t>> time{};
    std::optional<std::uint64_t> expires{};
    std::optional<std::uint64_t> rights{};
    std::optional<std::string> approval{};
};

struct Policy {
    std::map<std::string, Group> groups;
    std::vector<Rule> rules;
};

struct Answer {
    policy::Verdict verdict{policy::Verdict::not_permitted};
    std::uint32_t rule{};
    std::optional<std::uint64_t> expiry{};
    std::optional<std::uint64_t> rights{};
    std::optional<std::uint64_t> approver{};
};

class Evaluator {
  public:
    Evaluator(Policy const& policy, test::PlainFacts const& facts)
        : policy_{policy}, facts_{facts} {}

    Answer ask(policy::Request const& request) const {
        auto rules = policy_.rules;
        std::ranges::sort(rules, [](Rule const& one, Rule const& two) {
            return std::pair{~one.priority, one.id} < std::pair{~two.priority, two.id};
        });
        for (Rule const& rule : rules) {
            if (!holds(rule, request)) {
                continue;
            }
            if (rule.deny) {
                return {.verdict = policy::Verdict::forbidden, .rule = rule.id};
            }
            Answer answer{.verdict = policy::Verdict::allow, .rule = rule.id};
            if (rule.expires) {
                answer.expiry = facts_.time_ms + *rule.expires;
            }
            if (rule.rights && request.rights != 0) {
                answer.rights = *rule.rights & request.rights;
            }
            if (rule.approval) {
                answer.approver = request.approver.value;
            }
            return answer;
        }
        return {};
    }

  private:
    bool in_group(std::uint64_t principal, std::string const& name) const {
        Group const& group = policy_.groups.at(name);
        return group.principals.contains(principal) ||
               std::ranges::any_of(
                   group.roles,
                   [&](auto const& role) { return facts_.roles.contains({principal, role}); }) ||
               std::ranges::any_of(group.groups,
                                   [&](auto const& inner) { return in_group(principal, inner); });
    }

    bool descends(std::uint64_t capability, std::uint64_t ancestor) const {
        if (capability == 0) {
            return false;
        }
        auto const parent = facts_.parents.find(capability);
        return capability == ancestor ||
               (parent != facts_.parents.end() && descends(parent->second, ancestor));
    }

    bool caused(Sequence sequence, Cause const& wanted, unsigned hops) const {
        if (sequence.value == 0 || hops == 0) {
            return false;
        }
        auto const& fact = facts_.entries.at(sequence.value);
        bool const here = wanted.entry ? sequence.value == *wanted.entry
                                       : static_cast<unsigned>(fact.domain) == wanted.domain &&
                                             fact.kind == wanted.kind;
        return here || std::ranges::any_of(fact.causes, [&](Sequence cause) {
                   return caused(cause, wanted, hops - 1);
               });
    }

    bool holds(Rule const& rule, policy::Request const& request) const {
        auto const same = [](auto const& wanted, auto const& got) {
            return !wanted || *wanted == got;
        };
        return same(rule.domain, static_cast<unsigned>(request.domain)) &&
               same(rule.kind, request.kind) && same(rule.action, request.action) &&
               same(rule.principal, request.principal.value) && same(rule.object, request.object) &&
               (!rule.object_prefix || request.object.starts_with(*rule.object_prefix)) &&
               (!rule.group || in_group(request.principal.value, *rule.group)) &&
               (!rule.role || facts_.roles.contains({request.principal.value, *rule.role})) &&
               (!rule.capability || descends(request.capability.value, *rule.capability)) &&
               (!rule.cause || std::ranges::any_of(request.causes,
                                                   [&](Sequence cause) {
                                                       return caused(cause, *rule.cause,
                                                                     rule.cause->within);
                                                   })) &&
               (!rule.time ||
                (rule.time->first <= facts_.time_ms && facts_.time_ms < rule.time->second)) &&
               (!rule.rights || request.rights == 0 || (request.rights & *rule.rights) != 0) &&
               (!rule.approval || request.approver.value == 0 ||
                (request.approver != request.principal &&
                 in_group(request.approver.value, *rule.approval)));
    }

    Policy const& policy_;
    test::PlainFacts const& facts_;
};

/// The policy as its owner might have written it.
inline std::string text_of(Policy const& policy) {
    std::string text = "axiom-policy 1\n";
    auto const line = [&](std::string_view keyword, auto const& field) {
        if (!field) {
            return;
        }
        text += std::string{keyword} + " ";
        if constexpr (requires { std::to_string(*field); }) {
            text += std::to_string(*field);
        } else {
            text += *field;
        }
        text += "\n";
    };
    auto const quoted = [](std::optional<std::string> const& field) {
        return field ? std::optional{"\"" + *field + "\""} : std::nullopt;
    };
    for (auto const& [name, group] : policy.groups) {
        text += "group " + name + "\n";
        for (auto const principal : group.principals) {
            text += "principal " + std::to_string(principal) + "\n";
        }
        for (auto const& role : group.roles) {
            text += "role " + role + "\n";
        }
        for (auto const& inner : group.groups) {
            text += "group " + inner + "\n";
        }
        text += "end\n";
    }
    for (Rule const& rule : policy.rules) {
        text += "rule " + std::to_string(rule.id) + " \"r\"\n" +
                (rule.deny ? "deny \"because\"\n" : "allow\n");
        line("approval", rule.approval);
        line("rights", rule.rights);
        line("expires", rule.expires);
        line("capability", rule.capability);
        line("object", quoted(rule.object));
        line("object prefix", quoted(rule.object_prefix));
        line("role", rule.role);
        line("group", rule.group);
        line("principal", rule.principal);
        line("action", rule.action);
        line("kind", rule.kind);
        line("domain", rule.domain);
        if (rule.cause) {
            text += rule.cause->entry ? "cause entry " + std::to_string(*rule.cause->entry)
                                      : "cause kind " + std::to_string(rule.cause->domain) + " " +
                                            std::to_string(rule.cause->kind);
            text += " within " + std::to_string(rule.cause->within) + "\n";
        }
        if (rule.time) {
            text += "time from " + std::to_string(rule.time->first) + " until " +
                    std::to_string(rule.time->second) + "\n";
        }
        text += "priority " + std::to_string(rule.priority) + "\nend\n";
    }
    return text;
}

} // namespace axiom::model
