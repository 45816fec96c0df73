// `axiom job`: a program runs, its outcome is written down, and runs again to the same.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

using namespace riscv;
using Json = nlohmann::json;

void write_file(std::string const& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}
std::string file_text(std::string const& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

// Copies up to eight bytes of the input to the output, says "m\n", and exits with their number.
JobImage copying() {
    constexpr std::int32_t data = JobImage::data_address;
    return {.text = {addi(a7, x0, 63), addi(a0, x0, 0), lui(a1, data), addi(a2, x0, 8), ecall,
                     addi(t0, a0, 0), addi(a7, x0, 64), addi(a2, a0, 0), addi(a0, x0, 1), ecall,
                     addi(a0, x0, 2), addi(a1, a1, 8), addi(a2, x0, 2), ecall, addi(a7, x0, 93),
                     addi(a0, t0, 0), ecall},
            .data = {std::byte{}, std::byte{}, std::byte{}, std::byte{}, std::byte{}, std::byte{},
                     std::byte{}, std::byte{}, std::byte{'m'}, std::byte{'\n'}}};
}

class CliJob : public testing::Test {
  protected:
    CliJob() {
        write_file(axiom_.path("copy.elf"), text_of(Bytes{copying().file()}));
        write_file(axiom_.path("loop.elf"), text_of(Bytes{JobImage{.text = {jal(x0, 0)}}.file()}));
    }

    Outcome job(std::vector<std::string> words, std::string const& input = {}) {
        words.insert(words.begin(), "job");
        return axiom_.run(words, input);
    }
    void run_recorded(std::string const& input) {
        write_file(axiom_.path("in"), input);
        Outcome const ran = job({"run", axiom_.path("copy.elf"), "-i", axiom_.path("in"), "-o",
                                 axiom_.path("out"), "--outcome", axiom_.path("outcome")});
        ASSERT_EQ(ran.status, input.empty() ? 0 : 1) << ran.err;
    }
    Json recorded() { return Json::parse(file_text(axiom_.path("outcome"))); }
    void record(Json const& json) { write_file(axiom_.path("outcome"), json.dump()); }

    CliProgram axiom_;
};

TEST_F(CliJob, OutputIsStdoutAndTheRestIsStderr) {
    Outcome const ran = job({"run", axiom_.path("copy.elf"), "-i", "-"}, "abc");
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, "abc");
    EXPECT_NE(ran.err.find("job: m\n"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("exited 3\n"), std::string::npos) << ran.err;
    EXPECT_EQ(job({"run", axiom_.path("copy.elf")}).status, 0) << "exit code 0 is success";
}

TEST_F(CliJob, AnOutcomeSaysWhatItWas) {
    run_recorded("hello");
    EXPECT_EQ(file_text(axiom_.path("out")), "hello");
    Json const outcome = recorded();
    EXPECT_EQ(outcome["schema"], "axiom.job-outcome/1");
    EXPECT_EQ(outcome["input"]["bytes"], 5);
    EXPECT_EQ(outcome["outcome"]["reason"], "exited");
    EXPECT_EQ(outcome["outcome"]["detail"], 5);
    EXPECT_EQ(outcome["outcome"]["fuel_used"], 17 + 3);
    EXPECT_EQ(outcome["outcome"]["output_bytes"], 5);
}

TEST_F(CliJob, VerifiedItIsTheSame) {
    run_recorded("hello");
    Outcome const again = job({"verify", axiom_.path("outcome"), "-o", axiom_.path("out")});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out.rfind("same: exited 5, 20 fuel, 5 bytes", 0), 0U) << again.out;
}

TEST_F(CliJob, AnOutcomeThatSaysOtherwiseIsDivergenceAndNamed) {
    run_recorded("hello");
    Json const good = recorded();
    for (char const* const member : {"fuel_used", "detail", "pc", "memory_used_bytes",
                                     "input_read_bytes", "output_bytes", "message_bytes"}) {
        Json bad = good;
        bad["outcome"][member] = good["outcome"][member].get<std::uint64_t>() + 1;
        record(bad);
        Outcome const again = job({"verify", axiom_.path("outcome")});
        EXPECT_EQ(again.status, 5) << member;
        EXPECT_EQ(again.out.rfind(std::string{member} + ": recorded ", 0), 0U) << again.out;
    }
    for (char const* const member : {"output_digest", "message_digest"}) {
        Json bad = good;
        bad["outcome"][member] = std::string(64, '0');
        record(bad);
        EXPECT_EQ(job({"verify", axiom_.path("outcome")}).status, 5) << member;
    }
    record(good);
    write_file(axiom_.path("out"), "hellO");
    EXPECT_EQ(job({"verify", axiom_.path("outcome"), "-o", axiom_.path("out")}).status, 5);
}

TEST_F(CliJob, AnotherInputOrProgramIsNotTheOneThatWasRun) {
    run_recorded("hello");
    write_file(axiom_.path("other"), "hellO");
    EXPECT_EQ(job({"verify", axiom_.path("outcome"), "-i", axiom_.path("other")}).status, 3);
    EXPECT_EQ(job({"verify", axiom_.path("outcome"), "--program", axiom_.path("loop.elf")}).status,
              3);
    EXPECT_EQ(job({"verify", axiom_.path("outcome"), "-i", "-"}, "hello").status, 0);
}

TEST_F(CliJob, AFileThatIsNoOutcomeIsRefusedByItsMember) {
    run_recorded("hello");
    Json bad = recorded();
    bad["limits"].erase("fuel");
    record(bad);
    Outcome const refused = job({"verify", axiom_.path("outcome")});
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.err.find("`fuel`"), std::string::npos) << refused.err;
    write_file(axiom_.path("outcome"), "no json");
    EXPECT_EQ(job({"verify", axiom_.path("outcome")}).status, 2);
    record({{"schema", "axiom.job-outcome/9"}});
    EXPECT_EQ(job({"verify", axiom_.path("outcome")}).status, 8);
}

TEST_F(CliJob, AJobThatLoopsIsEndedByName) {
    Outcome const ran = job({"run", axiom_.path("loop.elf"), "--fuel", "123456"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.err.find("out_of_fuel"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("123456 fuel"), std::string::npos) << ran.err;
}

TEST_F(CliJob, AFileThatIsNoProgramIsRefusedByItsRule) {
    write_file(axiom_.path("text"), std::string(100, 'x'));
    Outcome const refused = job({"run", axiom_.path("text")});
    EXPECT_EQ(refused.status, 8);
    EXPECT_NE(refused.err.find("[elf_magic]"), std::string::npos) << refused.err;
    Outcome const small = job({"run", axiom_.path("copy.elf"), "--memory", "4096"});
    EXPECT_EQ(small.status, 2);
    EXPECT_NE(small.err.find("--memory 69632"), std::string::npos) << small.err;
    EXPECT_EQ(job({"run", axiom_.path("absent")}).status, 7);
}

TEST_F(CliJob, NothingIsWrittenOverAndNothingRunsBefore) {
    write_file(axiom_.path("kept"), "kept");
    for (char const* const option : {"--output", "--outcome"}) {
        Outcome const refused = job({"run", axiom_.path("copy.elf"), option, axiom_.path("kept")});
        EXPECT_EQ(refused.status, 2) << option;
        EXPECT_EQ(refused.out, "");
    }
    EXPECT_EQ(file_text(axiom_.path("kept")), "kept");
    EXPECT_EQ(job({"run", axiom_.path("copy.elf"), "--json"}).status, 2)
        << "outcome and output cannot both be stdout";
}

} // namespace
} // namespace axiom::test
