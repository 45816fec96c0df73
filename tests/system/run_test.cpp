// `axiom run`: the system, a session, and what is left when it is off.

#include <gtest/gtest.h>

#include <fstream>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

constexpr int answer_is_no = 1;
constexpr int usage = 2;
constexpr int not_found = 7;
constexpr int lacks_something = 10;

class Run : public testing::Test {
  protected:
    // In a data folder that is kept.
    [[nodiscard]] Outcome run(std::string const& script) const {
        return axiom_.run({"run", "--data", data_, "--key", axiom_.path("key"), "--script", "-"},
                          script);
    }
    [[nodiscard]] int verified() const {
        return axiom_.run({"verify", "--from", data_ + "/log"}).status;
    }

    CliProgram axiom_;
    std::string data_{axiom_.path("data")};
};

// What stands behind the last line that begins so.
std::string last(std::string const& text, std::string const& begin) {
    std::size_t const at = text.rfind('\n' + begin);
    if (at == std::string::npos) {
        return {};
    }
    std::size_t const from = at + 1 + begin.size();
    return text.substr(from, text.find('\n', from) - from);
}

TEST_F(Run, TheTourRunsWithoutATerminalAndEndsWithDigestsAndHashes) {
    Outcome const tour = axiom_.run({"run"});
    ASSERT_EQ(tour.status, 0) << tour.out << tour.err;
    for (char const* const line :
         {"libaxiom.a sha256 ", "libkernel.a sha256 ", "head ", "state hash "}) {
        EXPECT_EQ(last(tour.out, line).size(), 64U) << tour.out;
    }
    EXPECT_TRUE(tour.out.ends_with(last(tour.out, "state hash ") + '\n'));
}

TEST_F(Run, AKeptSystemCarriesOnWhereItEnded) {
    Outcome const first = run("axiom status\n");
    ASSERT_EQ(first.status, 0) << first.err;
    EXPECT_NE(first.out.find("boot     1\n"), std::string::npos) << first.out;
    Outcome const second = run("axiom status\nshutdown\n");
    ASSERT_EQ(second.status, 0) << second.err;
    EXPECT_NE(second.out.find("boot     2\n"), std::string::npos) << second.out;
    EXPECT_NE(last(first.out, "head "), last(second.out, "head "));
    Outcome const replayed = axiom_.run({"replay", "--from", data_ + "/log"});
    EXPECT_EQ(last(replayed.out, "state hash "), last(second.out, "state hash "));
}

// What is shown as typed can be typed.
TEST_F(Run, TheLineThatLooksBackCanBeRepeated) {
    Outcome const ran = run("shutdown\n");
    ASSERT_EQ(ran.status, 0) << ran.err;
    std::string const begin = "$ axiom verify ";
    std::size_t const at = ran.out.find(begin);
    ASSERT_NE(at, std::string::npos) << ran.out;
    std::string const words =
        ran.out.substr(at + begin.size(), ran.out.find('\n', at) - at - begin.size());
    Outcome const again = axiom_.shell("cd / && \"$AXIOM\" verify " + words);
    EXPECT_EQ(again.status, 0) << words << again.err;
}

TEST_F(Run, ARefusedLineEndsTheScriptWithItsCodeAndTheSystemInOrder) {
    Outcome const refused = run("service stop axiomd\naxiom status\n");
    EXPECT_EQ(refused.status, 6);
    EXPECT_EQ(refused.out.find("axiom> axiom status"), std::string::npos)
        << "nothing follows what was refused";
    EXPECT_EQ(verified(), 0);
}

TEST_F(Run, ALineThatIsNoneIsAMistakeOfTheWords) {
    for (std::string const& line :
         {std::string{"no_such_command"}, std::string{"service"}, std::string{"echo \"open"}}) {
        EXPECT_EQ(run(line + "\n").status, usage) << line;
    }
}

TEST_F(Run, ALineThatIsToBeRefusedMustBe) {
    Outcome const as_said = run("!service stop nobody\n# on it goes\necho on\n");
    EXPECT_EQ(as_said.status, 0) << as_said.err;
    EXPECT_NE(as_said.out.find("\non it goes\n"), std::string::npos) << as_said.out;
    EXPECT_NE(as_said.out.find("\non\n"), std::string::npos) << as_said.out;
    Outcome const not_refused = run("!echo fine\necho never\n");
    EXPECT_EQ(not_refused.status, answer_is_no);
    EXPECT_EQ(not_refused.out.find("never"), std::string::npos) << not_refused.out;
}

TEST_F(Run, WhatCannotBeReadIsFoundBeforeAnythingStarts) {
    EXPECT_EQ(axiom_.run({"run", "--data", data_, "--script", axiom_.path("absent")}).status,
              not_found);
    EXPECT_NE(::access(data_.c_str(), F_OK), 0);
    EXPECT_EQ(axiom_.run({"run", "--cpus", "many"}).status, usage);
    std::ofstream{axiom_.path("taken")} << "a file";
    Outcome const on_a_file = axiom_.run({"run", "--data", axiom_.path("taken")});
    EXPECT_EQ(on_a_file.status, usage) << on_a_file.err;
}

TEST_F(Run, WhatIsWrongWithAManifestIsSaid) {
    std::string const manifest = axiom_.path("wrong.toml");
    std::ofstream{manifest} << "[service.one]\nprogramm = \"x\"\n";
    Outcome const wrong = axiom_.run({"run", "--data", data_, "--manifest", manifest});
    EXPECT_EQ(wrong.status, lacks_something);
    EXPECT_NE(wrong.err.find("programm"), std::string::npos) << wrong.err;
}

TEST_F(Run, ASystemWhoseCommandIsKilledEndsInOrder) {
    Outcome const killed = axiom_.shell(
        "mkfifo \"" + axiom_.path("lines") + "\"; \"$AXIOM\" run --data \"" + data_ +
        "\" --script \"" + axiom_.path("lines") + "\" & run=$!; exec 3>\"" + axiom_.path("lines") +
        "\"; until \"$AXIOM\" attach --data \"" + data_ +
        "\" -c 'axiom status'; do sleep 0.01; done; kill -9 $run; " +
        "until grep -q 'log ended in order' \"" + data_ + "/sim-host.log\"; do sleep 0.01; done");
    EXPECT_EQ(killed.status, 0) << killed.err;
    EXPECT_EQ(verified(), 0);
}

} // namespace
} // namespace axiom::test
