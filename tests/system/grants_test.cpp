// Capabilities at the terminal: seen, granted, denied with the grant that is lacking, taken back.

#include <gtest/gtest.h>

#include <services/init/api.hpp>
#include <sim-host/attach/attach_link.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int denied = 6;
constexpr int not_found = 7;

class Grants : public test::RunningSystem {
  protected:
    Grants() { EXPECT_EQ(when_ready({"service list"}).status, 0); }
};

TEST_F(Grants, WhatIsGrantedCanBeUsedUntilItIsTakenBack) {
    auto const lacking = attach({"calc 6*7"});
    EXPECT_EQ(lacking.status, denied);
    EXPECT_NE(lacking.out.find("grant console calculator"), std::string::npos) << lacking.out;
    auto const granted = attach({"grant console calculator"});
    ASSERT_EQ(granted.status, 0) << granted.out << granted.err;
    EXPECT_TRUE(granted.out.ends_with("; done\n")) << granted.out;
    EXPECT_EQ(attach({"calc 6*7"}).out, "42\n");
    auto const held = attach({"caps console"});
    EXPECT_NE(held.out.find("-w----  endpoint"), std::string::npos) << held.out;
    EXPECT_NE(held.out.find("calculator"), std::string::npos) << held.out;
    EXPECT_NE(attach({"grant console calculator"}).status, 0) << "it has it already";
    ASSERT_EQ(attach({"revoke console calculator"}).status, 0);
    EXPECT_EQ(attach({"calc 6*7"}).status, denied);
    EXPECT_EQ(attach({"caps console"}).out.find("calculator"), std::string::npos);
    EXPECT_NE(attach({"revoke console calculator"}).status, 0) << "it has it no more";
    stop();
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

TEST_F(Grants, WhatThePolicyForbidsIsExplained) {
    auto const refused = attach({"grant console storage"});
    EXPECT_EQ(refused.status, denied);
    EXPECT_NE(refused.out.find("forbidden: "), std::string::npos) << refused.out;
    EXPECT_NE(refused.out.find("the log rests on"), std::string::npos) << refused.out;
    EXPECT_EQ(attach({"caps console"}).out.find("storage"), std::string::npos);
}

TEST_F(Grants, NobodyIsGrantedWhatIsNotThere) {
    EXPECT_EQ(attach({"grant console nobody"}).status, not_found);
    EXPECT_EQ(attach({"grant nobody calculator"}).status, not_found);
    EXPECT_EQ(attach({"caps nobody"}).status, not_found);
    EXPECT_EQ(attach({"caps 999999"}).status, not_found);
}

TEST_F(Grants, AFavourEndsWithItsProcess) {
    ASSERT_EQ(attach({"grant time calculator"}).status, 0);
    EXPECT_NE(attach({"caps time"}).out.find("calculator"), std::string::npos);
    ASSERT_EQ(attach({"service stop time", "service start time"}).status, 0);
    EXPECT_NE(attach({"revoke time calculator"}).status, 0);
    ASSERT_EQ(when_ready({"grant time calculator"}).status, 0);
    EXPECT_NE(when_ready({"caps time"}).out.find("calculator"), std::string::npos);
}

// A terminal speaks to init itself; init changes nobody's authority for it.
TEST_F(Grants, InitChangesAuthorityForWhoeverCarriesActionsOutAlone) {
    auto const link = AttachLink::open(data_);
    ASSERT_TRUE(link) << link.error().text;
    MessageBytes held;
    auto const granted = ask(
        **link, "init",
        init::GrantService{.what = init::Name{"calculator"}, .whom = init::Name{"console"}}, held);
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().code, Code::not_permitted);
    auto const revoked = ask(
        **link, "init",
        init::RevokeService{.what = init::Name{"calculator"}, .whom = init::Name{"console"}}, held);
    ASSERT_FALSE(revoked);
    EXPECT_EQ(revoked.error().code, Code::not_permitted);
}

TEST_F(Grants, TheActionSaysAllThatIsDone) {
    auto const other = attach({"action propose note desk grant:"});
    ASSERT_EQ(other.status, 0) << other.out;
    std::string const sequence = number_in(other.out);
    std::string state;
    for (int look = 0; look < 100 && state.find("failed") == std::string::npos; ++look) {
        state = attach({"action show " + sequence}).out;
    }
    EXPECT_NE(state.find("failed"), std::string::npos) << state;
}

TEST_F(Grants, AKilledProcessBeginsAgain) {
    auto const before = attach({"service status time"});
    ASSERT_EQ(attach({"kill time"}).status, 0);
    std::string after = before.out;
    for (int look = 0;
         look < 200 && (after == before.out || after.find("runs") == std::string::npos); ++look) {
        after = attach({"service status time"}).out;
    }
    EXPECT_NE(after.find("137"), std::string::npos) << after;
    EXPECT_EQ(attach({"kill 1"}).status, not_found) << "init is nobody's to kill";
    EXPECT_EQ(attach({"kill 999999"}).status, not_found);
}

TEST_F(Grants, TopIsOnePictureOfEightyColumns) {
    auto const top = attach({"top"});
    EXPECT_EQ(top.status, 0) << top.out;
    for (char const* const name : {"init", "axiomd", "console", "CPU %", " entries; the newest "}) {
        EXPECT_NE(top.out.find(name), std::string::npos) << top.out;
    }
    for (std::size_t at = 0; at < top.out.size();) {
        std::size_t const end = top.out.find('\n', at);
        EXPECT_LE(end - at, 80U) << top.out.substr(at, end - at);
        at = end + 1;
    }
}

TEST_F(Grants, TheGraphHasEveryParent) {
    auto const all = attach({"caps"});
    ASSERT_EQ(all.status, 0);
    EXPECT_GT(std::ranges::count(all.out, '\n'), 100) << "more than one answer holds";
    EXPECT_NE(all.out.find("power button"), std::string::npos) << all.out;
}

} // namespace
} // namespace axiom::host
