// Any bytes as a policy's text: refused at a place within it, or canonical bytes that install,
// print and parse to themselves. The linter and the evaluator then take whatever came of it.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include <axiom/policy/lint.hpp>

#include <tests/support/policy_world.hpp>

using namespace axiom;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    static auto const draft = std::make_unique<policy::PolicyDraft>();
    static auto const table = std::make_unique<policy::PolicyTable>();
    static std::array<std::byte, policy::policy_bytes_max> space;
    static std::array<std::byte, policy::policy_bytes_max> again;

    std::string_view const text{reinterpret_cast<char const*>(data), data_bytes};
    auto const bytes = policy::parse_policy(text, *draft, space);
    if (!bytes) {
        test::StringSink sink;
        policy::render(sink, bytes.error());
        auto const lines = 1 + std::ranges::count(text, '\n');
        require(bytes.error().place.line <= static_cast<std::size_t>(lines));
        return 0;
    }
    require(policy::install(*table, *bytes, host::portable_engine()).has_value());
    test::StringSink printed;
    policy::print_policy(printed, *table);
    auto const second = policy::parse_policy(printed.value, *draft, again);
    require(second.has_value() && equal_bytes(*second, *bytes));

    std::array<policy::Finding, 4> findings{};
    auto const report = policy::lint(*table, {}, findings);
    require(policy::check_sound(*table, {}).has_value() == (report.errors == 0));
    test::PlainFacts const facts;
    policy::Request const request{.domain = DomainNumber::policy, .kind = 1, .action = "install"};
    auto const answer = policy::evaluate(*table, request, facts, host::portable_engine());
    require(policy::check(answer.decision).has_value());
    return 0;
}
