// The whole system on this host: the kernel process, its services, and the log that they leave.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <random>
#include <semaphore>
#include <thread>

#include <spawn.h>
#include <sys/wait.h>

#include <services/axiomd/catalog.hpp>
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
    // The system as it is, and somebody who leaves after a moment, with whom it ends.
    SimHost() {
        std::filesystem::create_directories(place().data);
        write_manifest(R"(
[service.visitor]
program = "program_visitor"
cpu = "1ms of 10ms"
memory = "1 MiB"
restart = "never"
)");
    }

    void write_manifest(char const* more) const {
        std::ifstream const whole{"system.toml"};
        std::ofstream manifest{place().manifest};
        manifest << whole.rdbuf() << more;
    }

    [[nodiscard]] SystemPlace place() const {
        return {.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path(),
                .data = axiom_.path("data"),
                .manifest = axiom_.path("system.toml"),
                .key = axiom_.path("checkpoint.key")};
    }
    [[nodiscard]] std::string log() const { return place().data / "log"; }

    struct Ended {
        std::string said;
        Hash256 kernel_root;
    };
    /// The system, until the end of one of its services is its own.
    [[nodiscard]] static Ended run_to_its_end(SystemPlace const& where) {
        test::Written written;
        auto options = system_options(where);
        EXPECT_TRUE(options) << options.error().text;
        options->debug_output = [&written](Bytes text) { written.add(text); };
        auto const host = HostKernel::boot(*options);
        EXPECT_TRUE(host) << host.error().text;
        (*host)->run();
        return {.said = written.text(), .kernel_root = (*host)->kernel_root()};
    }

    /// In a process of its own, which is killed after so long.
    void run_and_kill(std::chrono::microseconds after) const {
        std::string const program = place().programs / "sim-host";
        std::string const data = place().data;
        std::string const manifest = place().manifest;
        std::string const key = place().key;
        std::array<char const*, 8> const words{program.c_str(), "--data",         data.c_str(),
                                               "--manifest",    manifest.c_str(), "--key",
                                               key.c_str(),     nullptr};
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
    for (int boot = 1; boot <= 3; ++boot) {
        Ended const ended = run_to_its_end(place());
        EXPECT_EQ(ended.said, "log ended in order\n");
        EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
        auto opened = OpenedLog::open(log(), fastest_engine());
        ASSERT_TRUE(opened) << opened.error().text;
        Replayer replayer{**opened};
        ASSERT_TRUE(replayer.advance_to((*opened)->end()));
        EXPECT_EQ(replayer.rejected(), 0U);
        EXPECT_EQ(replayer.domains()->log().boot_number(), BootNumber(boot));
        EXPECT_EQ(replayer.domains()->kernel().root(fastest_engine()), ended.kernel_root);
        auto const shown = axiom_.run({"show", "--json", "--from", log(), "boot:-1"});
        auto const boots = nlohmann::json::parse(shown.out)["body"];
        EXPECT_EQ(boots["boot"], boot);
        EXPECT_EQ(boots["domains"].size(), axiomd::known_versions().size());
    }
}

TEST_F(SimHost, ALogIsNotOpenedWithAnotherKeyThanItsOwn) {
    SystemPlace other = place();
    other.key = axiom_.path("one.key");
    EXPECT_EQ(run_to_its_end(other).said, "log ended in order\n");
    // Nothing starts over such a log, so nobody leaves: the button is pressed once axiomd has said
    // why.
    other.key = axiom_.path("other.key");
    auto options = system_options(other);
    ASSERT_TRUE(options) << options.error().text;
    test::Written written;
    std::binary_semaphore told{0};
    options->debug_output = [&](Bytes text) {
        bool const was_told = written.text().contains("axiomd: wrong_key");
        written.add(text);
        if (!was_told && written.text().contains("axiomd: wrong_key")) {
            told.release();
        }
    };
    auto const host = HostKernel::boot(*options);
    ASSERT_TRUE(host) << host.error().text;
    std::jthread const button{[&] {
        told.acquire();
        (*host)->machine().press_power_button();
    }};
    (*host)->run();
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
}

TEST_F(SimHost, AServiceThatFollowsTheLogHasTheStateThatItLeadsTo) {
    write_manifest(R"(
[service.follower]
program = "program_follower"
cpu = "5ms of 10ms"
memory = "16 MiB"
restart = "never"
gets = [{ service = "axiomd", rights = ["write"] }]
)");
    for (int boot = 1; boot <= 2; ++boot) {
        EXPECT_EQ(run_to_its_end(place()).said, "follower agrees\nlog ended in order\n");
    }
}

TEST_F(SimHost, NobodyIsLeftAloneByWhomTheyLeanOnWhenTheSystemEnds) {
    write_manifest(R"(
[service.leaner]
program = "program_leaner"
cpu = "5ms of 10ms"
memory = "1 MiB"
restart = "always"
gets = [{ service = "board", rights = ["write"] }]

[service.visitor]
program = "program_visitor"
cpu = "1ms of 10ms"
memory = "1 MiB"
restart = "never"
)");
    for (int boot = 1; boot <= 5; ++boot) {
        EXPECT_EQ(run_to_its_end(place()).said, "log ended in order\n");
    }
}

TEST_F(SimHost, KilledAtAnyMomentItRecoversAndCarriesOn) {
    constexpr int kills = 12;
    constexpr int whole = 0;
    constexpr int incomplete = 4;
    constexpr int no_folder_yet = 7;
    constexpr int no_log_yet = 8;
    bool had_log = false;
    std::minstd_rand random{20261130};
    for (int count = 0; count < kills; ++count) {
        run_and_kill(std::chrono::microseconds{2000 + random() % 60000});
        int const status = axiom_.run({"verify", "--from", log()}).status;
        // Until its first entry was durable there is none; from then on there always is.
        bool const is_log = status == whole || status == incomplete;
        EXPECT_TRUE(is_log || (!had_log && (status == no_folder_yet || status == no_log_yet)))
            << status;
        had_log = had_log || is_log;
    }
    EXPECT_EQ(run_to_its_end(place()).said, "log ended in order\n");
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

// The process of this name that this one has started; waits for it to come up.
pid_t child_named(std::string const& name, pid_t but_not = 0) {
    for (int look = 0; look < 500; ++look) {
        for (auto const& entry : std::filesystem::directory_iterator{"/proc"}) {
            std::ifstream stat{entry.path() / "stat"};
            pid_t id = 0;
            std::string comm;
            char state = 0;
            pid_t parent = 0;
            if (stat >> id >> comm >> state >> parent && parent == ::getpid() && id != but_not &&
                state != 'Z' && comm == "(" + name.substr(0, 15) + ")") {
                return id;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return 0;
}

class SimHostRestarts : public SimHost, public testing::WithParamInterface<char const*> {};

TEST_P(SimHostRestarts, AServiceThatIsKilledIsBegunAgainAndTheLogEndsInOrder) {
    SystemPlace whole = place();
    whole.manifest = "system.toml"; // nobody leaves
    test::Written written;
    auto options = system_options(whole);
    ASSERT_TRUE(options) << options.error().text;
    options->debug_output = [&written](Bytes text) { written.add(text); };
    auto const host = HostKernel::boot(*options);
    ASSERT_TRUE(host) << host.error().text;
    pid_t const first = child_named(GetParam());
    ASSERT_NE(first, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    ::kill(first, SIGKILL);
    EXPECT_NE(child_named(GetParam(), first), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    (*host)->machine().press_power_button();
    (*host)->run();
    EXPECT_TRUE(written.text().ends_with("log ended in order\n")) << written.text();
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
    auto const verdict = axiom_.run({"verify", "--from", log()});
    EXPECT_EQ(verdict.status, 0) << verdict.out; // whole and sealed
}

INSTANTIATE_TEST_SUITE_P(, SimHostRestarts, testing::Values("service_axiomd", "device_storage"));

} // namespace
} // namespace axiom::host
