// Figures without a peer: allocations while appending, and the time of a policy decision.

#include <bench/support/log_parts.hpp>

#include <chrono>

#include <axiom/policy/evaluator.hpp>
#include <axiom/policy/parse.hpp>
#include <bench/support/allocations.hpp>
#include <bench/support/failure.hpp>
#include <bench/support/live_log_fixture.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::bench {

namespace {

void measure_allocations(Options const& options, Results& results) {
    if (!options.wants("allocations")) {
        return;
    }
    progress("allocations");
    Scratch const scratch{options, "allocations"};
    RowSupply const rows;
    LogFixture fixture{scratch.path() / "log", std::uint64_t{64} << 20U};
    // The first groups make the store's two lists of dirty files, which are kept.
    auto const append_group = [&] {
        for (std::size_t number = 0; number < 1024; ++number) {
            fixture.append(rows.row(number));
        }
        require_done(fixture.log().commit(fixture.log().next_sequence()), "commit");
    };
    append_group();
    append_group();
    AllocationCount const allocations;
    constexpr std::size_t groups = 64;
    for (std::size_t group = 0; group < groups; ++group) {
        append_group();
    }
    auto const counted = static_cast<double>(allocations.count());
    results.add(Figure{.id = "allocations",
                       .what = "allocations while 65,536 entries became durable",
                       .unit = "calls",
                       .samples = {counted},
                       .limit = 0});
}

/// Nobody has a role, nothing was used, capabilities have no parents.
class NoFacts final : public policy::Facts {
  public:
    [[nodiscard]] LogTime now() const noexcept override { return LogTime{1}; }
    [[nodiscard]] Result<bool> has_role(PrincipalId /*principal*/,
                                        std::string_view /*role*/) const noexcept override {
        return false;
    }
    [[nodiscard]] Result<CapabilityId>
    capability_parent(CapabilityId /*capability*/) const noexcept override {
        return CapabilityId{};
    }
    [[nodiscard]] Result<policy::CauseFact> cause(Sequence sequence) const noexcept override {
        return fail(Code::cause_unknown, sequence.value);
    }
    [[nodiscard]] Result<std::uint64_t>
    rate_used(policy::CounterKey /*key*/) const noexcept override {
        return 0;
    }
};

// Rules that all look at the request and none of which but the last answers.
std::string policy_text(std::size_t rules) {
    std::string text = "axiom-policy 1\n";
    for (std::size_t rule = 1; rule <= rules; ++rule) {
        text += "rule " + std::to_string(rule) + " \"rule " + std::to_string(rule) + "\"\n" +
                "priority " + std::to_string(rules - rule + 1) + "\nallow\ndomain records\n" +
                (rule == rules ? "action append\n" : "action other\n") + "end\n";
    }
    return text;
}

void measure_policy(Options const& options, Results& results, std::size_t rules) {
    auto const id = "policy." + std::to_string(rules);
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    auto const table = std::make_unique<policy::PolicyTable>();
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> space(policy::policy_bytes_max);
    auto const canonical = policy::parse_policy(policy_text(rules), *draft, space);
    require(canonical.has_value(), "the bench's policy does not parse");
    require_done(policy::install(*table, *canonical, host::fastest_engine()), "install a policy");
    NoFacts const facts;
    policy::Request const request{.principal = PrincipalId{7},
                                  .domain = DomainNumber::records,
                                  .kind = 2,
                                  .action = "append",
                                  .object = "logs/web"};
    Figure figure{.id = id,
                  .what = "policy decision, the last of " + std::to_string(rules) + " rules allows",
                  .unit = "us",
                  .samples = {},
                  .limit = 100};
    std::size_t const decisions = options.size(2000, 20);
    for (std::size_t sample = 0; sample < options.pairs; ++sample) {
        auto const begin = std::chrono::steady_clock::now();
        for (std::size_t decision = 0; decision < decisions; ++decision) {
            auto const answer = policy::evaluate(*table, request, facts, host::fastest_engine());
            require(answer.verdict == policy::Verdict::allow, "the policy did not allow");
        }
        std::chrono::duration<double, std::micro> const spent =
            std::chrono::steady_clock::now() - begin;
        figure.samples.push_back(spent.count() / static_cast<double>(decisions));
    }
    results.add(figure);
}

} // namespace

void measure_costs(Options const& options, Results& results) {
    measure_allocations(options, results);
    measure_policy(options, results, 10);
    measure_policy(options, results, 200);
}

} // namespace axiom::bench
