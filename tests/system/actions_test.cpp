// Actions from proposal to outcome on the running system, and what becomes of their effects when
// whoever carries them out dies at any point of the way.

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

class ActionsRun : public test::RunningSystem {
  protected:
    /// The entry of an action that was committed.
    std::string propose(std::string const& action) {
        auto const proposed = when_ready({"action propose " + action});
        EXPECT_EQ(proposed.status, 0) << proposed.out << proposed.err;
        return number_in(proposed.out);
    }

    /// Waits for something that comes about, for some seconds.
    template <class Condition> static bool comes_true(Condition const& condition) {
        for (int look = 0; look < 500; ++look) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return false;
    }
    bool ends_as(std::string const& entry, std::string const& states) {
        std::string shown;
        bool const ended = comes_true([&] {
            shown = attach({"action show " + entry}).out;
            return shown.find(states) != std::string::npos;
        });
        EXPECT_TRUE(ended) << shown << attach({"action owed", "service list"}).out
                           << written_.text();
        return ended;
    }

    [[nodiscard]] std::size_t times_on_board(std::string const& text) const {
        std::ifstream const file{data_ + "/board"};
        std::stringstream all;
        all << file.rdbuf();
        return times_in(all.str(), text);
    }
    static std::size_t times_in(std::string const& all, std::string const& text) {
        std::size_t count = 0;
        for (std::size_t at = all.find(text); at != std::string::npos;
             at = all.find(text, at + 1)) {
            ++count;
        }
        return count;
    }
};

TEST_F(ActionsRun, AnEffectOfEachKindIsCarriedOutOnce) {
    std::string const entry = propose("light lamp put:lamp=on 'post:lamp is lit' 'print:lit now'");
    ASSERT_TRUE(ends_as(entry, "done,done,done"));
    EXPECT_EQ(attach({"board get lamp"}).out, "on\n");
    EXPECT_EQ(times_on_board(" lamp on\n"), 1U);
    EXPECT_EQ(times_on_board(" lamp is lit\n"), 1U);
    EXPECT_EQ(times_in(written_.text(), "lit now\n"), 1U);
    EXPECT_NE(attach({"action owed"}).out.find("0 effects are owed"), std::string::npos);
    EXPECT_NE(attach({"action list"}).out.find("light"), std::string::npos);
    stop();
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
}

TEST_F(ActionsRun, WhatItsTargetRefusesHasFailedForGood) {
    ASSERT_TRUE(ends_as(propose("light lamp put:nothing"), "failed"));
    EXPECT_EQ(times_on_board("nothing"), 0U);
}

// Held at the gate at each point where a crash makes a difference.
class ActionsCrash : public ActionsRun {
  protected:
    ActionsCrash() { stop(); }

    [[nodiscard]] std::string held_manifest() const {
        std::ifstream const whole{"system.toml"};
        std::stringstream text;
        text << whole.rdbuf();
        std::string manifest = text.str();
        std::string const program = "program = \"service_actions\"";
        manifest.replace(manifest.find(program), program.size(),
                         "program = \"program_held_actions\"");
        std::string const board = "{ service = \"board\", rights = [\"write\"] },\n";
        std::size_t const at = manifest.find(board, manifest.find("program_held_actions"));
        manifest.insert(at + board.size(), "    { service = \"gate\", rights = [\"write\"] },\n");
        manifest += R"(
[service.gate]
program = "program_gate"
cpu = "1ms of 10ms"
memory = "1 MiB"
restart = "always"
)";
        std::string const path = axiom_.path("held.toml");
        std::ofstream{path} << manifest;
        return path;
    }

    std::size_t held() { return times_in(written_.text(), "held\n"); }

    // Waits until somebody is held that often, then ends the executor, which begins again.
    void kill_when_held(std::size_t times) {
        ASSERT_TRUE(comes_true([&] { return held() >= times; })) << written_.text();
        EXPECT_EQ(attach({"service restart actions"}).status, 0);
    }

    /// The whole machine, killed when somebody was held that often.
    void run_until_held(std::string const& action, std::size_t times) {
        std::string const program =
            std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sim-host";
        std::string const manifest = held_manifest();
        std::string const key = axiom_.path("key");
        std::string const output = axiom_.path("output");
        std::array<char const*, 8> const words{program.c_str(), "--data",         data_.c_str(),
                                               "--manifest",    manifest.c_str(), "--key",
                                               key.c_str(),     nullptr};
        posix_spawn_file_actions_t files{};
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, output.c_str(),
                                           O_WRONLY | O_CREAT | O_TRUNC, 0600);
        pid_t id = 0;
        ASSERT_EQ(::posix_spawn(&id, program.c_str(), &files, nullptr,
                                const_cast<char* const*>(words.data()), environ),
                  0);
        ::posix_spawn_file_actions_destroy(&files);
        entry_ = propose(action);
        EXPECT_TRUE(comes_true([&] { return times_in(output_of_first(), "held\n") >= times; }));
        ::kill(id, SIGKILL);
        ::waitpid(id, nullptr, 0);
    }
    [[nodiscard]] std::string output_of_first() const {
        std::ifstream const file{axiom_.path("output")};
        std::stringstream all;
        all << file.rdbuf();
        return all.str();
    }
    [[nodiscard]] std::string outcome_of_entry() {
        EXPECT_TRUE(comes_true([&] {
            auto const owed = attach({"action owed"});
            return owed.status == 0 && owed.out.find("0 effects are owed") != std::string::npos;
        })) << attach({"action owed"}).out;
        stop();
        EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
        return axiom_.run({"export", "--kind", "actions.outcome", "--from", log()}).out;
    }

    std::string entry_;
};

TEST_F(ActionsCrash, ARepeatableEffectIsRunAgainUnderItsToken) {
    start(held_manifest());
    std::string const entry = propose("light lamp put:lamp=on");
    kill_when_held(1); // before the effect
    kill_when_held(2); // after it, before its outcome
    ASSERT_TRUE(ends_as(entry, "done"));
    EXPECT_EQ(times_on_board(" lamp on\n"), 1U);
}

TEST_F(ActionsCrash, OfAQueryableEffectTheTargetIsAskedFirst) {
    start(held_manifest());
    std::string const entry = propose("tell desk post:hello");
    kill_when_held(1);
    kill_when_held(2);
    ASSERT_TRUE(ends_as(entry, "done"));
    EXPECT_EQ(times_on_board(" hello\n"), 1U);
}

TEST_F(ActionsCrash, AnEffectThatHappensOnlyOnceIsNeverRunASecondTime) {
    start(held_manifest());
    std::string const entry = propose("say hall 'print:never said' 'print:said once'");
    kill_when_held(1); // of the first, before it
    kill_when_held(2); // of the second, after it
    ASSERT_TRUE(ends_as(entry, "unknown,unknown"));
    EXPECT_EQ(times_in(written_.text(), "never said"), 0U);
    EXPECT_EQ(times_in(written_.text(), "said once"), 1U);
}

TEST_F(ActionsCrash, AmidTheEffectsOfAnActionTheRestIsCarriedOut) {
    start(held_manifest());
    std::string const entry = propose("light lamp put:lamp=on post:lit put:lamp=off");
    for (std::size_t times = 1; times <= 5; ++times) {
        kill_when_held(times); // twice at the first, once at the second, twice at the third
    }
    ASSERT_TRUE(ends_as(entry, "done,done,done"));
    EXPECT_EQ(times_on_board(" lamp on\n"), 1U);
    EXPECT_EQ(times_on_board(" lit\n"), 1U);
    EXPECT_EQ(attach({"board get lamp"}).out, "off\n");
}

TEST_F(ActionsCrash, TheWholeMachineDiesAfterCommitAndBeforeTheEffect) {
    run_until_held("light lamp put:lamp=on", 1);
    EXPECT_EQ(times_on_board(" lamp on\n"), 0U);
    start("system.toml");
    std::string const outcomes = outcome_of_entry();
    EXPECT_EQ(times_in(outcomes, "\"done\""), 1U) << outcomes;
    EXPECT_EQ(times_on_board(" lamp on\n"), 1U);
}

TEST_F(ActionsCrash, TheWholeMachineDiesAfterAnEffectAndBeforeItsOutcome) {
    run_until_held("tell desk put:a=b post:hello", 1);
    start(held_manifest());
    std::string const entry = entry_;
    kill_when_held(1); // before the first again, since the gate has forgotten
    kill_when_held(2); // after the first
    ASSERT_TRUE(comes_true([&] { return held() >= 3; })); // the second is done, its outcome is not
    stop();
    EXPECT_EQ(times_on_board(" hello\n"), 1U);
    start("system.toml");
    std::string const outcomes = outcome_of_entry();
    EXPECT_EQ(times_in(outcomes, "\"done\""), 2U) << outcomes;
    EXPECT_EQ(times_on_board(" hello\n"), 1U);
    EXPECT_EQ(times_on_board(" a b\n"), 1U);
}

TEST_F(ActionsCrash, TheWholeMachineDiesAfterAnEffectThatHappensOnlyOnceHasBegun) {
    run_until_held("say hall 'print:never said'", 1);
    start("system.toml");
    std::string const outcomes = outcome_of_entry();
    EXPECT_EQ(times_in(outcomes, "\"unknown\""), 1U) << outcomes;
    EXPECT_EQ(times_in(output_of_first() + written_.text(), "never said"), 0U);
}

} // namespace
} // namespace axiom::host
