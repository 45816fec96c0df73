// Objects and jobs on the running system: contents over restarts, jobs through every death, hostile
// jobs, and what another machine makes of the same.

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <sim-host/jobs/job_run.hpp>
#include <sim-host/platform/string_text.hpp>
#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

using namespace axiom::test::riscv;
using axiom::test::copying_job;
using axiom::test::endless_job;
using axiom::test::JobImage;

constexpr std::int32_t data_page = JobImage::data_address;

// Writes a kilobyte, again and again.
JobImage printing() {
    return {.text = {addi(a7, x0, 64), addi(a0, x0, 1), lui(a1, data_page), addi(a2, x0, 1024),
                     ecall, jal(x0, -16)},
            .data = std::vector<std::byte>(1024)};
}
// Asks for a page more, again and again.
JobImage eating() {
    return {.text = {addi(a7, x0, 214), addi(a0, x0, 0), ecall, lui(a1, 4096),
                     register_type(Opcode::registers, {0}, a0, a0, a1), ecall, jal(x0, -8)}};
}

class JobsRun : public test::RunningSystem {
  protected:
    std::string write(std::string const& name, std::string_view bytes) {
        std::ofstream{axiom_.path(name), std::ios::binary} << bytes;
        return axiom_.path(name);
    }
    std::string read(std::string const& name) const {
        std::ifstream stream{axiom_.path(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }
    static std::string sample(std::size_t size) {
        std::string text;
        for (std::size_t at = 0; text.size() < size; ++at) {
            text += "line " + std::to_string(at * 7919) + "\n";
        }
        text.resize(size);
        return text;
    }

    /// Puts it and says its id.
    std::string put(std::string_view bytes) {
        std::string const path = write("put", bytes);
        auto const done = when_ready({"object put " + path});
        EXPECT_EQ(done.status, 0) << done.out << done.err << written_.text();
        EXPECT_EQ(done.out.substr(0, 64), hex_text(content_digest(bytes_of(bytes))));
        return done.out.substr(0, 64);
    }
    std::string put(JobImage const& image) { return put(text_of(Bytes{image.file()})); }
    std::string get(std::string const& id) {
        std::filesystem::remove(axiom_.path("got"));
        auto const done = when_ready({"object get " + id + " " + axiom_.path("got")});
        EXPECT_EQ(done.status, 0) << done.out << done.err;
        return read("got");
    }

    std::string submit(std::string const& words) {
        auto const done = when_ready({"job submit " + words});
        EXPECT_EQ(done.status, 0) << done.out << done.err;
        return number_in(done.out);
    }
    template <class Condition> static bool comes_true(Condition const& condition) {
        for (int look = 0; look < 1000; ++look) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return false;
    }
    /// What is said of it when it has ended.
    std::string ending_of(std::string const& job) {
        std::string shown;
        EXPECT_TRUE(comes_true([&] {
            shown = attach({"job wait " + job}).out;
            return shown.find("effect   done") != std::string::npos ||
                   shown.find("effect   failed") != std::string::npos;
        })) << shown
            << attach({"service list", "action owed"}).out << written_.text();
        return shown;
    }
    static std::string word_behind(std::string const& text, std::string const& name) {
        std::size_t const at = text.find('\n' + name + ' ');
        if (at == std::string::npos) {
            return {};
        }
        std::size_t const begin = text.find_first_not_of(' ', at + 1 + name.size());
        return text.substr(begin, text.find_first_of(" \n", begin) - begin);
    }
    bool is_amid(std::string const& job) {
        return comes_true([&] {
            std::string const shown = attach({"job status " + job}).out;
            return shown.find("state    running") != std::string::npos &&
                   word_behind(shown, "fuel") != "0";
        });
    }
    /// Another machine comes to the same.
    void expect_verified(std::string const& result) {
        stop();
        auto const same = axiom_.run({"job", "verify", "--data", data_, result});
        EXPECT_EQ(same.status, 0) << same.out << same.err;
        EXPECT_TRUE(same.out.starts_with("same: ")) << same.out;
        EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
        EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
        auto const outcomes = axiom_.run({"export", "--kind", "actions.outcome", "--from", log()});
        EXPECT_NE(outcomes.out.find(result), std::string::npos) << outcomes.out;
    }
};

TEST_F(JobsRun, AContentIsThereAfterARestartOfEverything) {
    std::string const content = sample(300'000);
    std::string const id = put(content);
    EXPECT_EQ(get(id), content);
    for (char const* const service : {"objects", "object-storage"}) {
        EXPECT_EQ(attach({std::string{"service restart "} + service}).status, 0);
        EXPECT_EQ(get(id), content);
    }
    stop();
    start("system.toml");
    EXPECT_EQ(get(id), content);
    EXPECT_NE(attach({"object put " + axiom_.path("put")}).out.find("was there"),
              std::string::npos);
    EXPECT_NE(attach({"object list"}).out.find(id), std::string::npos);
}

TEST_F(JobsRun, WhatIsDamagedOnTheMediumIsNamedAndPutAgain) {
    std::string const content = sample(3000);
    std::string const id = put(content);
    stop();
    std::filesystem::path segment;
    for (auto const& each : std::filesystem::recursive_directory_iterator{data_ + "/objects"}) {
        bool const is_segment = each.is_regular_file() && each.file_size() > (1U << 20U);
        segment = is_segment ? each.path() : segment;
    }
    std::fstream file{segment, std::ios::binary | std::ios::in | std::ios::out};
    std::string bytes((1U << 20U), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::size_t const at = bytes.find(content.substr(0, 100));
    ASSERT_NE(at, std::string::npos);
    file.seekp(static_cast<std::streamoff>(at)).put('L');
    file.close();
    start("system.toml");
    auto const shown = when_ready({"axiom status", "object total"});
    ASSERT_EQ(shown.status, 0);
    auto const refused = attach({"object show " + id});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.out.find("object_damaged"), std::string::npos) << refused.out;
    put(content);
    EXPECT_EQ(get(id), content);
}

TEST_F(JobsRun, AJobReadsAnObjectAndWritesOneAndAnyoneMayVerifyIt) {
    std::string const content = sample(100'000);
    std::string const job = submit(put(copying_job()) + " " + put(content));
    std::string const shown = ending_of(job);
    EXPECT_NE(shown.find("exited 0"), std::string::npos) << shown;
    EXPECT_EQ(word_behind(shown, "output"), hex_text(content_digest(bytes_of(content))));
    EXPECT_EQ(get(word_behind(shown, "output")), content);
    auto const image = copying_job().file();
    auto const here = run_job({.program = image,
                               .input = bytes_of(content),
                               .limits = {.fuel = 100'000'000'000,
                                          .memory_bytes = 1U << 26U,
                                          .output_bytes = 1U << 26U,
                                          .message_bytes = 1U << 16U}});
    ASSERT_TRUE(here);
    EXPECT_EQ(word_behind(shown, "fuel"), std::to_string(here->outcome.fuel_used));
    EXPECT_NE(attach({"job list"}).out.find("done"), std::string::npos);
    EXPECT_EQ(attach({"job output " + job + " " + axiom_.path("out")}).status, 0);
    EXPECT_EQ(read("out"), content);
    expect_verified(word_behind(shown, "result"));
}

TEST_F(JobsRun, TheSameJobComesToTheSameResult) {
    std::string const words = put(copying_job()) + " " + put("some text");
    std::string const first = ending_of(submit(words));
    std::string const second = ending_of(submit(words));
    EXPECT_FALSE(word_behind(first, "result").empty());
    EXPECT_EQ(word_behind(first, "result"), word_behind(second, "result"));
}

TEST_F(JobsRun, AHostileJobEndsByTheRuleThatItBreaks) {
    struct Hostile {
        std::string words;
        std::string rule;
    };
    Hostile const hostile[] = {
        {put(endless_job()) + " - 10000000", "out_of_fuel"},
        {put(eating()) + " - 10000000 1000000", "out_of_memory"},
        {put(printing()) + " - 100000000 1000000 100000", "output_limit"},
        {put("no program at all") + " -", "header_fits"},
        {put(endless_job()) + " - 1000 40000000000", "for its MEMORY"},
        {std::string(64, 'a') + " -", "for its PROGRAM"},
        {put(endless_job()) + " " + std::string(64, 'a'), "for its INPUT"},
    };
    for (Hostile const& each : hostile) {
        std::string const shown = ending_of(submit(each.words));
        EXPECT_NE(shown.find("effect   failed"), std::string::npos) << shown;
        EXPECT_NE(shown.find(each.rule), std::string::npos) << each.words << "\n" << shown;
    }
    // And whoever comes after them is served.
    EXPECT_NE(ending_of(submit(put(copying_job()) + " " + put("x"))).find("exited 0"),
              std::string::npos);
}

TEST_F(JobsRun, AJobThatWasLostWithItsWorkerOrItsServiceIsRunAgainToTheSame) {
    std::string const job = submit(put(endless_job()) + " - 400000000");
    ASSERT_TRUE(is_amid(job));
    EXPECT_EQ(attach({"service restart worker"}).status, 0);
    ASSERT_TRUE(is_amid(job));
    EXPECT_EQ(attach({"service restart jobs"}).status, 0);
    ASSERT_TRUE(is_amid(job));
    EXPECT_EQ(attach({"service restart objects"}).status, 0);
    std::string const shown = ending_of(job);
    EXPECT_NE(shown.find("out_of_fuel"), std::string::npos) << shown;
    EXPECT_EQ(word_behind(shown, "fuel"), "400000000");
    expect_verified(word_behind(shown, "result"));
}

TEST_F(JobsRun, ACancelledJobEndsAndOthersGoOn) {
    std::string const job = submit(put(endless_job()) + " - 9000000000000");
    ASSERT_TRUE(is_amid(job));
    std::string const other = submit(put(copying_job()) + " " + put("x"));
    EXPECT_EQ(attach({"job cancel " + job}).status, 0);
    std::string const shown = ending_of(job);
    EXPECT_NE(shown.find("effect   failed"), std::string::npos) << shown;
    EXPECT_NE(shown.find("cancelled"), std::string::npos) << shown;
    EXPECT_NE(ending_of(other).find("exited 0"), std::string::npos);
}

TEST_F(JobsRun, AJobOfAMachineThatWasKilledIsRunAgainToTheSame) {
    std::string const program = put(endless_job());
    stop();
    std::string const machine =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sim-host";
    std::string const key = axiom_.path("key");
    std::array<char const*, 6> const words{machine.c_str(), "--data",    data_.c_str(),
                                           "--key",         key.c_str(), nullptr};
    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t id = 0;
    ASSERT_EQ(::posix_spawn(&id, machine.c_str(), &files, nullptr,
                            const_cast<char* const*>(words.data()), environ),
              0);
    ::posix_spawn_file_actions_destroy(&files);
    std::string const job = submit(program + " - 400000000");
    EXPECT_TRUE(is_amid(job));
    ::kill(id, SIGKILL);
    ::waitpid(id, nullptr, 0);
    start("system.toml");
    ASSERT_EQ(when_ready({"job list"}).status, 0);
    std::string const shown = ending_of(job);
    EXPECT_NE(shown.find("out_of_fuel"), std::string::npos) << shown;
    expect_verified(word_behind(shown, "result"));
}

} // namespace
} // namespace axiom::host
