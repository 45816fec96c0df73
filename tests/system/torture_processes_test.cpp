// A short leg of `axiom torture processes`, and what the torture itself rests on.

#include <gtest/gtest.h>

#include <csignal>

#include <nlohmann/json.hpp>

#include <sim-host/attach/hosted_system.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

TEST(TortureProcesses, FindsNoViolation) {
    CliProgram const axiom;
    Outcome const torture =
        axiom.run({"torture", "processes", "--runs", "16", "--seed", "20261130", "--json"});
    EXPECT_EQ(torture.status, 0) << torture.out << torture.err;
    auto const counts = nlohmann::json::parse(torture.out);
    EXPECT_EQ(counts["runs"], 16);
    EXPECT_EQ(counts["violations"], nlohmann::json::array());
    for (char const* const count : {"kernels_killed", "services_killed", "ended_in_order",
                                    "acknowledged", "entries", "effects", "effects_done"}) {
        EXPECT_GT(counts[count].get<int>(), 0) << count;
    }
}

class Hosted : public testing::Test {
  protected:
    Hosted() { std::filesystem::create_directories(data_); }

    CliProgram axiom_;
    std::string data_{axiom_.path("data")};
    std::unique_ptr<host::HostedSystem> system_{
        host::HostedSystem::start(host::programs_folder() / "sim-host",
                                  {"--data", data_, "--key", axiom_.path("key")},
                                  axiom_.path("words"))
            .value()};
};

TEST_F(Hosted, AMachineWithoutItsFirstProcessStopsAndSaysSo) {
    ASSERT_TRUE(system_->attach(data_));
    auto children = system_->children();
    ASSERT_FALSE(children.empty());
    ::kill(*std::ranges::min_element(children), SIGKILL); // it was begun first
    EXPECT_EQ(system_->wait_for_end(), 70);
    EXPECT_NE(system_->last_words().find("the first process has ended"), std::string::npos);
    EXPECT_EQ(axiom_.run({"verify", "--from", data_ + "/log"}).status, 4) << "it is not sealed";
}

class WithoutOne : public Hosted, public testing::WithParamInterface<std::size_t> {};

// The children in the order in which they were begun: init, storage, axiomd, …
TEST_P(WithoutOne, ASystemThatIsSwitchedOffAtThatMomentStillEndsInOrder) {
    ASSERT_TRUE(system_->attach(data_));
    auto children = system_->children();
    ASSERT_GT(children.size(), GetParam());
    std::ranges::sort(children);
    ::kill(children[GetParam()], SIGKILL);
    system_->press_power_button();
    EXPECT_EQ(system_->wait_for_end(), 0) << system_->last_words();
    EXPECT_EQ(axiom_.run({"verify", "--from", data_ + "/log"}).status, 0) << system_->last_words();
}
INSTANTIATE_TEST_SUITE_P(AtItsEnd, WithoutOne, testing::Values(1U, 2U, 3U, 4U, 5U));

} // namespace
} // namespace axiom::test
