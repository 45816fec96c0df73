// The whole system on this host: the kernel process, its services, and the log that they leave.

#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>

#include <sim-host/host/system.hpp>
#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/replay/replayer.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/system/cli_program.hpp>
#include <tests/system/programs.hpp>

namespace axiom::host {
namespace {

class SimHost : public testing::Test {
  protected:
    [[nodiscard]] SystemPlace place() const {
        return {.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path(),
                .data = axiom_.path("data")};
    }
    [[nodiscard]] std::string log() const { return place().data / "log"; }

    /// In a process of its own, which is killed after so long.
    void run_and_kill(std::chrono::microseconds after) const {
        std::string const program = place().programs / "sim-host";
        std::string const data = place().data;
        std::array<char const*, 4> const words{program.c_str(), "--data", data.c_str(), nullptr};
        pid_t id = 0;
        ASSERT_EQ(::posix_spawn(&id, program.c_str(), nullptr, nullptr,
                                const_cast<char* const*>(words.data()), environ),
                  0);
        std::this_thread::sleep_for(after);
        ::kill(id, SIGKILL);
        ::waitpid(id, nullptr, 0);
    }

    axiom::test::CliProgram axiom_;
};

TEST_F(SimHost, LeavesALogThatReplaysToTheStateThatTheKernelHad) {
    std::filesystem::create_directories(place().data);
    for (int boot = 1; boot <= 3; ++boot) {
        test::Written written;
        HostKernelOptions options = system_options(place());
        options.debug_output = [&written](Bytes text) { written.add(text); };
        auto const host = HostKernel::boot(options);
        ASSERT_TRUE(host) << host.error().text;
        (*host)->run();
        EXPECT_EQ(written.text(), "log ended in order\n");
        auto opened = OpenedLog::open(log(), fastest_engine());
        ASSERT_TRUE(opened) << opened.error().text;
        Replayer replayer{**opened};
        ASSERT_TRUE(replayer.advance_to((*opened)->end()));
        EXPECT_EQ(replayer.rejected(), 0U);
        EXPECT_EQ(replayer.domains()->log().boot_number(), BootNumber(boot));
        EXPECT_EQ(replayer.domains()->kernel().root(fastest_engine()), (*host)->kernel_root());
    }
}

TEST_F(SimHost, KilledAtAnyMomentItRecoversAndCarriesOn) {
    constexpr int kills = 12;
    constexpr int whole = 0;
    constexpr int incomplete = 4;
    constexpr int no_log_yet = 7;
    std::minstd_rand random{20261130};
    for (int count = 0; count < kills; ++count) {
        run_and_kill(std::chrono::microseconds{2000 + random() % 60000});
        int const status = axiom_.run({"verify", "--from", log()}).status;
        EXPECT_TRUE(status == whole || status == incomplete || status == no_log_yet) << status;
    }
    test::Written written;
    HostKernelOptions options = system_options(place());
    options.debug_output = [&written](Bytes text) { written.add(text); };
    auto const host = HostKernel::boot(options);
    ASSERT_TRUE(host) << host.error().text;
    (*host)->run();
    EXPECT_EQ(written.text(), "log ended in order\n");
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

} // namespace
} // namespace axiom::host
