// Log time on the running system: it moves while something waits for it, by entries, and what
// waited comes about.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <tests/system/policy_changes.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int denied = 6;
constexpr std::chrono::seconds patience{60};

class LogTime : public test::RunningSystem {
  protected:
    LogTime() { EXPECT_EQ(when_ready({"service list", "policy list"}).status, 0); }

    struct Tick {
        std::uint64_t sequence{};
        std::uint64_t now{};
    };
    [[nodiscard]] std::vector<Tick> ticks() const {
        std::istringstream lines{axiom_.run({"export", "--kind", "log.tick", "--from", log()}).out};
        std::vector<Tick> found;
        for (std::string line; std::getline(lines, line);) {
            auto const entry = nlohmann::json::parse(line);
            found.push_back({.sequence = entry["sequence"].get<std::uint64_t>(),
                             .now = entry["body"]["now"].get<std::uint64_t>()});
        }
        return found;
    }
    template <class Condition> static bool comes_true(Condition const& condition) {
        auto const until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        }
        return false;
    }
    int propose(std::string const& action) { return attach({"action propose " + action}).status; }
    void look_at_log() {
        stop();
        auto const all = ticks();
        ASSERT_FALSE(all.empty());
        for (std::size_t at = 1; at < all.size(); ++at) {
            EXPECT_GE(all[at].now, all[at - 1].now);
        }
        EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
        EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
    }
};

TEST_F(LogTime, StandsStillWhileNothingWaitsForIt) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2500});
    stop();
    EXPECT_TRUE(ticks().empty());
}

TEST_F(LogTime, APolicyThatNobodyConfirmsEndsWithItsTrial) {
    std::string const nobody_dances = R"(rule 20 "no dancing"
    priority 200
    deny "this is no place for it"
    domain actions
    action dance
end
)";
    ASSERT_EQ(propose("dance floor"), 0);
    test::install_policy(data_, nobody_dances, 2000);
    auto const refused = attach({"action propose dance floor"});
    EXPECT_EQ(refused.status, denied) << refused.out;
    EXPECT_NE(refused.out.find("this is no place for it"), std::string::npos) << refused.out;
    EXPECT_NE(attach({"policy list"}).out.find("on trial"), std::string::npos);
    ASSERT_TRUE(comes_true([&] { return propose("dance floor") == 0; }));
    EXPECT_EQ(attach({"policy list"}).out.find("on trial"), std::string::npos);
    std::size_t const when_over = ticks().size();
    EXPECT_GE(when_over, 2U);
    std::this_thread::sleep_for(std::chrono::milliseconds{2500});
    EXPECT_LE(ticks().size(), when_over + 1) << "nothing waits for it any more";
    look_at_log();
}

TEST_F(LogTime, WhoeverMovesItMayBeBegunAgainMeanwhile) {
    test::install_policy(data_, R"(rule 20 "no dancing"
    priority 200
    deny "not now"
    domain actions
    action dance
end
)",
                         3000);
    ASSERT_EQ(attach({"service stop time"}).status, 0);
    std::size_t const before = ticks().size();
    std::this_thread::sleep_for(std::chrono::milliseconds{3500});
    EXPECT_EQ(ticks().size(), before);
    EXPECT_EQ(propose("dance floor"), denied) << "log time stands still";
    ASSERT_EQ(attach({"service start time"}).status, 0);
    ASSERT_TRUE(comes_true([&] { return propose("dance floor") == 0; }));
    look_at_log();
}

TEST_F(LogTime, ARateFreesAgain) {
    test::install_policy(data_, R"(rule 20 "seldom"
    priority 200
    allow
    domain actions
    action knock
    rate 2 per 3s by rule
end
rule 21 "not more"
    priority 150
    deny "not so often"
    domain actions
    action knock
end
)");
    ASSERT_TRUE(comes_true([&] { return !ticks().empty(); }));
    EXPECT_EQ(propose("knock door"), 0);
    EXPECT_EQ(propose("knock door"), 0);
    auto const refused = attach({"action propose knock door"});
    EXPECT_EQ(refused.status, denied) << refused.out;
    EXPECT_NE(refused.out.find("not so often"), std::string::npos) << refused.out;
    ASSERT_TRUE(comes_true([&] { return propose("knock door") == 0; }));
    look_at_log();
}

// What was allowed for a time, and waited longer for whoever carries it out.
TEST_F(LogTime, AnEffectThatComesTooLateHasFailed) {
    test::install_policy(data_, R"(rule 20 "for a moment"
    priority 200
    allow
    domain actions
    action light
    expires 2s
end
)");
    ASSERT_TRUE(comes_true([&] { return !ticks().empty(); }));
    auto const in_time = attach({"action propose light lamp put:lamp=on"});
    ASSERT_EQ(in_time.status, 0) << in_time.out;
    ASSERT_TRUE(comes_true([&] { return attach({"board get lamp"}).out == "on\n"; }));
    ASSERT_EQ(attach({"service stop actions"}).status, 0);
    auto const too_late = attach({"action propose light lamp put:lamp=off"});
    ASSERT_EQ(too_late.status, 0) << too_late.out;
    std::uint64_t const decided = ticks().back().now;
    ASSERT_TRUE(comes_true([&] { return ticks().back().now >= decided + 3000; }));
    ASSERT_EQ(attach({"service start actions"}).status, 0);
    std::string shown;
    EXPECT_TRUE(comes_true([&] {
        shown = attach({"action show " + number_in(too_late.out)}).out;
        return shown.find("failed") != std::string::npos;
    })) << shown;
    EXPECT_EQ(attach({"board get lamp"}).out, "on\n");
    look_at_log();
}

} // namespace
} // namespace axiom::host
