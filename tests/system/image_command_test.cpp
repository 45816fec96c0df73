// A log in an image, as the command meets it: read like any other, never written, and of one that
// was cut there is a verdict and what is left.

#include <gtest/gtest.h>

#include <filesystem>

#include <nlohmann/json.hpp>

#include <tests/support/file_bytes.hpp>
#include <tests/support/image_of_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

class ImageCommand : public testing::Test {
  protected:
    // Two segments of a mebibyte, and half of a third.
    void make(int lines = 4000) {
        std::string text;
        for (int line = 0; line < lines; ++line) {
            text += std::string(300, 'x') + std::to_string(line) + "\n";
        }
        Outcome const made =
            axiom_.run({"ingest", "--to", "log", "--segment-mib", "1", "-q"}, text);
        ASSERT_EQ(made.status, 0) << made.err;
        image_of_log(axiom_.path("log"), axiom_.path("image"));
    }

    CliProgram axiom_;
};

TEST_F(ImageCommand, EveryVerbThatWritesSaysThatImagesAreOnlyRead) {
    make(20);
    std::string const before = bytes_in(axiom_.path("image"));
    std::vector<std::vector<std::string>> const writing{
        {"mark", "here"},
        {"erase", "3", "--reason", "r"},
        {"erase", "--owed"},
        {"prune", "--keep-boots", "0", "--reason", "r"},
        {"prune", "--keep-boots", "0", "--dry-run"},
        {"fork", "--reason", "r"},
        {"seal"},
        {"seal", "--mirror", "other"},
        {"snapshot"},
        {"key", "rotate"},
        {"key", "lost", "--reason", "r"},
        {"policy", "confirm"},
        {"identity", "add", "person"},
        {"account", "set", "7", "--rate", "1"},
        {"repair", "--mirror", "other"},
        {"repair", "--from-archive", "log"},
    };
    for (std::vector<std::string> words : writing) {
        words.insert(words.end(), {"--from", "image"});
        Outcome const refused = axiom_.run(words);
        EXPECT_EQ(refused.status, 2) << words[0] << refused.err;
        if (refused.err.find("is missing") == std::string::npos) {
            EXPECT_NE(refused.err.find("images and disks are only read"), std::string::npos)
                << words[0] << " " << words[1] << refused.err;
        }
    }
    Outcome const refused = axiom_.run({"ingest", "--to", "image"}, "a\n");
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_NE(refused.err.find("images and disks are only read"), std::string::npos);
    EXPECT_TRUE(bytes_in(axiom_.path("image")) == before);
    EXPECT_FALSE(fs::exists(axiom_.path("other")));
    EXPECT_NE(axiom_.run({"mark", "--help"}).out.find("images and disks are only"),
              std::string::npos);
    EXPECT_EQ(axiom_.run({"log", "--help"}).out.find("images and disks are only"),
              std::string::npos);
}

TEST_F(ImageCommand, OneThatWasCutHasAVerdictAndWhatIsLeftIsRead) {
    make();
    nlohmann::json const whole =
        nlohmann::json::parse(axiom_.run({"verify", "--from", "image", "--json"}).out);
    ASSERT_EQ(whole["segments"], 3);
    constexpr std::uint64_t area = 262'144;
    constexpr std::uint64_t mib = 1U << 20U;
    for (std::uint64_t const size :
         {area + 2 * mib + 300'000, area + 2 * mib + 1, area + 2 * mib, area + mib + 777'777,
          area + mib + 4096, area + mib, area + 100'000}) {
        fs::resize_file(axiom_.path("image"), size);
        Outcome const verdict = axiom_.run({"verify", "--from", "image", "--json"});
        EXPECT_EQ(verdict.status, 4) << size << verdict.out << verdict.err;
        nlohmann::json const facts = nlohmann::json::parse(verdict.out);
        EXPECT_EQ(facts["log_id"], whole["log_id"]) << size;
        SecondOpinion const second = second_opinion(axiom_.path("image"));
        EXPECT_EQ(second.soundness, host::Soundness::incomplete) << second.text;
        EXPECT_EQ(facts["entries"], second.entries) << size << second.text;
        EXPECT_EQ(facts["head"], second.head) << size << second.text;

        Outcome const listed = axiom_.run({"log", "--from", "image", "-n", "1", "--json"});
        EXPECT_EQ(listed.status, 0) << size << listed.err;
        EXPECT_NE(listed.err.find("ends too early"), std::string::npos) << listed.err;
        EXPECT_EQ(nlohmann::json::parse(listed.out)["sequence"], second.entries - 1) << size;
        Outcome const exported = axiom_.run({"export", "--from", "image"});
        EXPECT_EQ(exported.status, 0) << size << exported.err;
        EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(exported.out, '\n')),
                  second.entries);
        EXPECT_EQ(axiom_.run({"replay", "--from", "image"}).status, 0) << size;
        Outcome const repaired = axiom_.run({"repair", "--from", "image"});
        EXPECT_EQ(repaired.status, 4) << size << repaired.err;
    }
}

// The same of a folder.
TEST_F(ImageCommand, WhatIsLeftOfACutFileIsRead) {
    make();
    fs::resize_file(axiom_.path("log/segments/00000002.axm"), 200'000);
    std::uint64_t const entries = second_opinion(axiom_.path("log")).entries;
    Outcome const listed = axiom_.run({"log", "--from", "log", "-n", "1", "--json", "-q"});
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_NE(listed.err.find("warning: the medium of log ends too early"), std::string::npos)
        << listed.err;
    EXPECT_EQ(nlohmann::json::parse(listed.out)["sequence"], entries - 1);
    fs::remove(axiom_.path("log/segments/00000000.axm"));
    Outcome const headless = axiom_.run({"log", "--from", "log", "-n", "1"});
    EXPECT_EQ(headless.status, 4) << headless.err;
    EXPECT_NE(headless.err.find("the segment file is missing"), std::string::npos) << headless.err;
}

} // namespace
} // namespace axiom::test
