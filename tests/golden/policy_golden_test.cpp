// The vectors of docs/policy.md: texts, their canonical bytes, their versions, and answers.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include <axiom/policy/cases.hpp>
#include <axiom/policy/founding.hpp>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;

std::string const folder = "tests/golden/policy/";

std::string file(std::string const& name) {
    std::ifstream stream{folder + name, std::ios::binary};
    EXPECT_TRUE(stream) << name;
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::vector<std::byte> from_hex(std::string const& hex) {
    std::vector<std::byte> bytes;
    for (std::size_t index = 0; index + 1 < hex.size(); index += 2) {
        bytes.push_back(static_cast<std::byte>(std::stoul(hex.substr(index, 2), nullptr, 16)));
    }
    return bytes;
}

TEST(policy_golden, texts_have_their_canonical_bytes_and_versions) {
    std::istringstream lines{file("versions.txt")};
    std::string name;
    std::size_t bytes = 0;
    std::string version;
    int seen = 0;
    for (; lines >> name >> bytes >> version; ++seen) {
        test::PolicyWorld world;
        auto const parsed = world.parse(file(name + ".policy"));
        ASSERT_TRUE(parsed) << name << ": " << parsed.error().rendered;
        EXPECT_TRUE(equal_bytes(*parsed, bytes_of(file(name + ".canonical")))) << name;
        EXPECT_EQ(parsed->size(), bytes) << name;
        ASSERT_TRUE(world.install(*parsed)) << name;
        auto const hex = to_hex(world.table().version);
        EXPECT_EQ(text_of(hex), version) << name;
    }
    EXPECT_EQ(seen, 4);
}

TEST(policy_golden, the_founding_policy_of_principal_7_has_its_bytes) {
    std::array<std::byte, policy::founding_policy_bytes_max> space{};
    auto const bytes = policy::founding_policy(PrincipalId{7}, space).value();
    EXPECT_TRUE(equal_bytes(bytes, bytes_of(file("founding.canonical"))));
}

TEST(policy_golden, what_must_be_refused_is_refused_with_its_code) {
    std::istringstream lines{file("refused.txt")};
    std::string line;
    int seen = 0;
    while (std::getline(lines, line)) {
        if (line.starts_with("#")) {
            continue;
        }
        auto const blank = line.find(' ');
        test::PolicyWorld world;
        auto const outcome = world.install(from_hex(line.substr(blank + 1)));
        ASSERT_FALSE(outcome) << line;
        EXPECT_EQ(text_of(outcome.error().code).name, line.substr(0, blank)) << line;
        ++seen;
    }
    EXPECT_EQ(seen, 11);
}

struct Failures final : policy::CaseSink {
    void result(policy::CaseResult const& result) noexcept override {
        if (!result.passed) {
            labels += std::string{result.label} + "\n";
        }
    }
    std::string labels;
};

TEST(policy_golden, the_cases_of_the_full_policy_pass) {
    test::PolicyWorld world;
    ASSERT_TRUE(world.install(world.parse(file("full.policy")).value()));
    Failures failures;
    auto const text = file("full.cases");
    auto const outcome = policy::run_cases(text, world.table(), host::portable_engine(), failures);
    ASSERT_TRUE(outcome) << outcome.error().place.line << outcome.error().what;
    EXPECT_EQ(failures.labels, "");
    EXPECT_EQ(outcome->passed, 5U);
}

TEST(policy_golden, names_and_counters_have_their_ids) {
    auto const& engine = host::portable_engine();
    EXPECT_EQ(policy::name_id(engine, "admins"), 0x330505cd127cb136U);
    policy::Request const request{.principal = PrincipalId{7}, .object = "x"};
    auto const id = [&](policy::RateKey key) {
        policy::Clause const rate{.kind = policy::ClauseKind::rate,
                                  .small = static_cast<std::uint8_t>(key),
                                  .number = 10,
                                  .other = 90'000};
        return policy::counter_key(engine, 10, rate, request).counter;
    };
    EXPECT_EQ(id(policy::RateKey::rule), 0xdaa74f005d157ecbU);
    EXPECT_EQ(id(policy::RateKey::principal), 0x052f4491ad3aa1e9U);
    EXPECT_EQ(id(policy::RateKey::object), 0xe811dc2f55432ff2U);
    EXPECT_EQ(id(policy::RateKey::capability), 0xbabecab0abfe676dU);
}

} // namespace
