// What `erase` and `prune` take away is in no file that axiom wrote: not in the database that
// `axiom sql` keeps either; where it cannot be reached, that is said.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret = "a secret that nobody shall keep";

class ErasedProjection : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(axiom_
                      .run({"ingest", "--to", "log", "--segment-mib", "1"},
                           "one\n" + std::string{secret} + "\nthree\n")
                      .status,
                  0);
        ASSERT_EQ(ask().status, 0);
        line_ = ask().out;
        line_ = line_.substr(line_.find('\n') + 1); // below the column's name
        line_.resize(line_.find('\n'));
        ASSERT_EQ(files_with_secret().size(), 2U) << "the log and the database";
    }

    Outcome ask() {
        return axiom_.run({"sql",
                           "SELECT sequence FROM lines WHERE line = '" + std::string{secret} + "'",
                           "--from", "log"});
    }

    std::vector<std::string> files_with_secret() {
        std::vector<std::string> files;
        for (auto const& entry : fs::recursive_directory_iterator{axiom_.path("")}) {
            std::ifstream stream{entry.path(), std::ios::binary};
            std::ostringstream all;
            all << stream.rdbuf();
            if (all.str().find(secret) != std::string::npos) {
                files.push_back(entry.path().string());
            }
        }
        return files;
    }

    fs::path database() {
        for (auto const& entry : fs::recursive_directory_iterator{axiom_.path("")}) {
            if (entry.path().extension() == ".sqlite") {
                return entry.path();
            }
        }
        return {};
    }

    Outcome erase() {
        return axiom_.run({"erase", line_, "--from", "log", "--reason", "asked for"});
    }

    CliProgram axiom_;
    std::string line_;
};

TEST_F(ErasedProjection, AfterAnErasureNoFileHoldsTheBytes) {
    Outcome const erased = erase();
    ASSERT_EQ(erased.status, 0) << erased.err;
    EXPECT_EQ(files_with_secret(), std::vector<std::string>{});
    EXPECT_EQ(ask().status, 1) << "no row";
    EXPECT_EQ(files_with_secret(), std::vector<std::string>{});
}

TEST_F(ErasedProjection, AfterPruningNoFileHoldsTheBytes) {
    ASSERT_EQ(axiom_.run({"mark", "here", "3", "--from", "log"}).status, 0);
    Outcome const pruned =
        axiom_.run({"prune", "--keep-boots", "1", "--from", "log", "--reason", "old"});
    ASSERT_EQ(pruned.status, 0) << pruned.err;
    EXPECT_EQ(files_with_secret(), std::vector<std::string>{});
}

TEST_F(ErasedProjection, TheDatabaseOfTheLogBeforeAForkGoesToo) {
    ASSERT_EQ(
        axiom_.run({"fork", "--from", "log", "--reason", "a new one", "--new-key", "key"}).status,
        0);
    Outcome const erased =
        axiom_.run({"erase", line_, "--from", "log", "--reason", "asked for", "--key", "key"});
    ASSERT_EQ(erased.status, 0) << erased.err;
    EXPECT_EQ(files_with_secret(), std::vector<std::string>{});
}

TEST_F(ErasedProjection, ADatabaseThatCannotGoIsNamed) {
    fs::path const file = database();
    ASSERT_TRUE(fs::remove(file));
    ASSERT_TRUE(fs::create_directories(file / "in the way"));
    Outcome const erased = erase();
    EXPECT_EQ(erased.status, 11) << erased.err;
    EXPECT_NE(erased.err.find("projection_stays"), std::string::npos) << erased.err;
    EXPECT_NE(erased.err.find(file.string()), std::string::npos) << erased.err;
    EXPECT_NE(erased.out.find("is erased (recorded as entry "), std::string::npos) << erased.out;
    EXPECT_EQ(files_with_secret(), std::vector<std::string>{}) << "the log's bytes are gone";
    fs::remove_all(file);
    Outcome const owed = axiom_.run({"erase", "--owed", "--from", "log"});
    EXPECT_EQ(owed.status, 1) << owed.err;
}

TEST_F(ErasedProjection, ADatabaseThatCannotGoHidesNoResultOfPruning) {
    ASSERT_EQ(axiom_.run({"mark", "here", "3", "--from", "log"}).status, 0);
    fs::path const file = database();
    ASSERT_TRUE(fs::remove(file));
    ASSERT_TRUE(fs::create_directories(file / "in the way"));
    Outcome const pruned =
        axiom_.run({"prune", "--keep-boots", "1", "--from", "log", "--reason", "old"});
    EXPECT_EQ(pruned.status, 11) << pruned.err;
    EXPECT_NE(pruned.out.find("pruned: "), std::string::npos) << pruned.out;
    EXPECT_NE(pruned.err.find("projection_stays"), std::string::npos) << pruned.err;
}

// Whenever whoever erases or prunes is killed: what went from the log is in no database of it, and
// what did not is owed to the next writer, who takes it out of both.
TEST_F(ErasedProjection, AKillAtAnyTimeLeavesNothingInTheDatabaseThatIsNotInTheLog) {
    ASSERT_EQ(axiom_.run({"mark", "here", "3", "--from", "log"}).status, 0);
    auto const is_in_log = [](std::string const& file) { return file.ends_with(".axm"); };
    for (std::vector<std::string> const& words :
         {std::vector<std::string>{"erase", line_, "--from", "log", "--reason", "asked for"},
          std::vector<std::string>{"prune", "--keep-boots", "1", "--from", "log", "--reason",
                                   "old"}}) {
        fs::path const kept = fs::path{axiom_.path("")}.parent_path().string() + ".kept";
        fs::remove_all(kept);
        fs::copy(axiom_.path(""), kept, fs::copy_options::recursive);
        for (unsigned ms = 1; ms < 60; ms += 2) {
            static_cast<void>(axiom_.run_and_kill(words, "", ms));
            auto const files = files_with_secret();
            EXPECT_TRUE(files.empty() || std::ranges::any_of(files, is_in_log))
                << words[0] << " killed after " << ms << " ms: " << files.front();
            bool const began =
                axiom_.run({"verify", "--from", "log", "--json"}).out.find("\"erasures_owed\":1") !=
                std::string::npos;
            ASSERT_EQ(axiom_.run({"seal", "--from", "log"}).status, 0);
            EXPECT_TRUE(!began || files_with_secret().empty())
                << words[0] << " killed after " << ms << " ms";
            for (auto const& entry : fs::directory_iterator{axiom_.path("")}) {
                fs::remove_all(entry.path());
            }
            fs::copy(kept, axiom_.path(""), fs::copy_options::recursive);
        }
        fs::remove_all(kept);
    }
}

} // namespace
} // namespace axiom::test
