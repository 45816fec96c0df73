#pragma once
// A policy and a state to ask it about, both made of plain values, for the tests of the evaluator.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <axiom/codec/text_sink.hpp>
#include <axiom/policy/evaluator.hpp>
#include <axiom/policy/explain.hpp>
#include <axiom/policy/parse.hpp>
#include <axiom/policy/print.hpp>
#include <axiom/policy/rate.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::test {

class StringSink final : public TextSink {
  public:
    void text(std::string_view piece) noexcept override { value += piece; }
    std::string value;
};

/// Facts that a test writes down. What is not there is false, 0 or unreadable.
class PlainFacts final : public policy::Facts {
  public:
    std::uint64_t time_ms{};
    std::set<std::pair<std::uint64_t, std::string>> roles;
    std::map<std::uint64_t, std::uint64_t> parents; // capability to parent
    std::map<std::uint64_t, policy::CauseFact> entries;
    std::map<std::uint64_t, std::uint64_t> used; // counter to uses
    bool roles_fail{};
    bool rates_fail{};
    std::uint64_t any_rate_used{}; // of counters that `used` does not have
    std::uint64_t unreadable_capability{};

    [[nodiscard]] LogTime now() const noexcept override { return LogTime{time_ms}; }
    [[nodiscard]] Result<bool> has_role(PrincipalId principal,
                                        std::string_view role) const noexcept override {
        if (roles_fail) {
            return fail(Code::io_failed);
        }
        return roles.contains({principal.value, std::string{role}});
    }
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId capability) const noexcept override {
        if (unreadable_capability != 0 && capability.value == unreadable_capability) {
            return fail(Code::no_such_row, capability.value);
        }
        auto const found = parents.find(capability.value);
        return CapabilityId{found == parents.end() ? 0 : found->second};
    }
    [[nodiscard]] Result<policy::CauseFact> cause(Sequence sequence) const noexcept override {
        auto const found = entries.find(sequence.value);
        if (found == entries.end()) {
            return fail(Code::cause_unknown, sequence.value);
        }
        return found->second;
    }
    [[nodiscard]] Result<std::uint64_t> rate_used(policy::CounterKey key) const noexcept override {
        if (rates_fail) {
            return fail(Code::table_full);
        }
        auto const found = used.find(key.counter);
        return found == used.end() ? any_rate_used : found->second;
    }
};

/// A mistake in a text, with what it borrows kept alive.
struct Mistake {
    Code code{};
    policy::Place place{};
    std::string rendered;
};

class PolicyWorld {
  public:
    /// The canonical bytes of the text, or its mistake.
    std::expected<std::vector<std::byte>, Mistake> parse(std::string_view text) {
        std::vector<std::byte> space(policy::policy_bytes_max);
        auto const bytes = policy::parse_policy(text, *draft_, space);
        if (!bytes) {
            StringSink sink;
            policy::render(sink, bytes.error());
            return std::unexpected(Mistake{bytes.error().code, bytes.error().place, sink.value});
        }
        return std::vector<std::byte>(bytes->begin(), bytes->end());
    }

    Result<void> install(Bytes canonical) {
        return policy::install(*table_, canonical, host::portable_engine());
    }

    /// Parses and installs a text that must be good, behind the header line.
    void use(std::string_view rules) {
        auto const bytes = parse("axiom-policy 1\n" + std::string{rules});
        if (!bytes) {
            throw std::runtime_error(bytes.error().rendered);
        }
        install(*bytes).value();
    }

    [[nodiscard]] policy::PolicyTable const& table() const { return *table_; }

    [[nodiscard]] std::string print() const {
        StringSink sink;
        policy::print_policy(sink, *table_);
        return sink.value;
    }

    [[nodiscard]] policy::Answer ask(policy::Request const& request) const {
        return policy::evaluate(*table_, request, facts, host::portable_engine());
    }

    [[nodiscard]] std::string explain(policy::Request const& request) const {
        std::vector<policy::TraceStep> steps(4096);
        policy::Trace trace{steps};
        auto const answer =
            policy::evaluate(*table_, request, facts, host::portable_engine(), &trace);
        StringSink sink;
        policy::explain(sink, *table_, request, answer, trace);
        return sink.value;
    }

    PlainFacts facts;

  private:
    std::unique_ptr<policy::PolicyTable> table_ = std::make_unique<policy::PolicyTable>();
    std::unique_ptr<policy::PolicyDraft> draft_ = std::make_unique<policy::PolicyDraft>();
};

} // namespace axiom::test
