// `axiom erase` on a log with an archive: the bytes go there too, and the archive stays one from
// which the log can be restored.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret = "a secret that nobody shall keep";

class ArchiveErasureCommand : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(
            ingest("log", "p", std::string{secret} + "\n" + some_lines(4000), {"--archive", "kept"})
                .status,
            0);
        Outcome const found =
            axiom_.run({"sql", "SELECT min(sequence) FROM lines", "--from", "log"});
        line_ = found.out.substr(found.out.find('\n') + 1); // below the column's name
        line_.resize(line_.find('\n'));
    }

    Outcome ingest(std::string const& log, std::string const& producer, std::string const& input,
                   std::vector<std::string> more = {}) {
        std::vector<std::string> words{"ingest", "--to",       log,     "--segment-mib",
                                       "1",      "--producer", producer};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words, input);
    }

    static std::string some_lines(int count) {
        std::string lines;
        for (int index = 0; index < count; ++index) {
            lines += std::string(500, 'x') + " " + std::to_string(index) + "\n";
        }
        return lines;
    }

    bool has_secret(std::string const& folder) {
        for (auto const& entry : fs::recursive_directory_iterator{axiom_.path(folder)}) {
            std::ifstream stream{entry.path(), std::ios::binary};
            std::ostringstream all;
            all << stream.rdbuf();
            if (all.str().find(secret) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    CliProgram axiom_;
    std::string line_;
};

TEST_F(ArchiveErasureCommand, TheArchiveVerifiesAndTheLogIsRestoredFromIt) {
    ASSERT_TRUE(has_secret("kept"));
    Outcome const erased = axiom_.run({"erase", line_, "--from", "log", "--reason", "asked for"});
    ASSERT_EQ(erased.status, 0) << erased.err;
    EXPECT_FALSE(has_secret("log"));
    EXPECT_FALSE(has_secret("kept"));
    Outcome const verdict = axiom_.run({"verify", "--from", "kept"});
    EXPECT_EQ(verdict.status, 0) << verdict.out << verdict.err;
    EXPECT_NE(verdict.out.find("1 attachment, each by an entry"), std::string::npos) << verdict.out;

    fs::remove_all(axiom_.path("log"));
    fs::copy(axiom_.path("kept"), axiom_.path("again"), fs::copy_options::recursive);
    Outcome const forked =
        axiom_.run({"fork", "--from", "again", "--reason", "the log is lost", "--new-key", "key"});
    ASSERT_EQ(forked.status, 0) << forked.err;
    Outcome const more = ingest("again", "q", "one more\n", {"--key", "key"});
    EXPECT_EQ(more.status, 0) << more.err;
    Outcome const restored = axiom_.run({"verify", "--from", "again"});
    EXPECT_EQ(restored.status, 0) << restored.out << restored.err;
}

// Erased while there was no archive; one that is made, or comes back, honours it.
TEST_F(ArchiveErasureCommand, AnArchiveThatWasAwayOrIsNewHonoursTheErasure) {
    ASSERT_EQ(
        axiom_.run({"erase", line_, "--from", "log", "--reason", "asked for", "--archive", "none"})
            .status,
        0);
    EXPECT_TRUE(has_secret("kept"));
    EXPECT_EQ(axiom_.run({"verify", "--from", "kept"}).status, 4) << "as before";
    for (std::string const archive : {"kept", "new"}) {
        Outcome const later = ingest("log", archive, some_lines(3000), {"--archive", archive});
        ASSERT_EQ(later.status, 0) << later.err;
        EXPECT_FALSE(has_secret(archive));
        Outcome const verdict = axiom_.run({"verify", "--from", archive});
        EXPECT_TRUE(verdict.status == 0 || verdict.status == 4) << verdict.out << verdict.err;
        EXPECT_NE(verdict.out.find("1 attachment, each by an entry"), std::string::npos)
            << verdict.out;
    }
}

} // namespace
} // namespace axiom::test
