// What the kernel process says to people: a line each, of the level that was asked for, lost and
// counted rather than waited for.

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim-host/diagnostics/diagnostics.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {
namespace {

class DiagnosticsLines : public testing::Test {
  protected:
    [[nodiscard]] DiagnosticsOptions options() const { return {.file = file_}; }
    [[nodiscard]] static std::string contents(std::filesystem::path const& path) {
        std::ifstream file{path};
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    // What stands behind the time.
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> found;
        std::istringstream text{contents(file_)};
        for (std::string line; std::getline(text, line);) {
            found.push_back(line.substr(line.find(' ') + 1));
        }
        return found;
    }

    axiom::test::TemporaryFolder folder_;
    std::filesystem::path file_{folder_.path() / "said"};
};

TEST_F(DiagnosticsLines, AreWrittenWithTheirLevelInTheirOrder) {
    {
        Diagnostics diagnostics{options()};
        diagnostics.say(DiagnosticLevel::info, "one");
        diagnostics.say(DiagnosticLevel::warning, "two {}");
        diagnostics.say(DiagnosticLevel::error, "");
    }
    EXPECT_EQ(lines(), (std::vector<std::string>{"info one", "warning two {}", "error "}));
}

TEST_F(DiagnosticsLines, BelowTheLevelAreNotWritten) {
    auto asked = options();
    asked.level = DiagnosticLevel::warning;
    {
        Diagnostics diagnostics{asked};
        diagnostics.say(DiagnosticLevel::debug, "no");
        diagnostics.say(DiagnosticLevel::info, "no");
        diagnostics.say(DiagnosticLevel::warning, "yes");
    }
    EXPECT_EQ(lines(), std::vector<std::string>{"warning yes"});
}

TEST_F(DiagnosticsLines, OfTheSystemAreOneEachAndCannotForgeOthers) {
    {
        Diagnostics diagnostics{options()};
        diagnostics.say_of_system(bytes_of("first\nsecond\x1b[2J\rthird\n\nlast"));
    }
    EXPECT_EQ(lines(), (std::vector<std::string>{"info first", "info second\\x1b[2J\\x0dthird",
                                                 "info ", "info last"}));
}

TEST_F(DiagnosticsLines, FillNoMoreThanTheFilesThatAreKept) {
    auto asked = options();
    asked.file_bytes = 4096;
    asked.older_files = 2;
    {
        Diagnostics diagnostics{asked};
        for (int line = 0; line < 1000; ++line) {
            diagnostics.say(DiagnosticLevel::info, std::string(64, 'x'));
        }
        EXPECT_EQ(diagnostics.lost(), 0U);
    }
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder_.path()}) {
        EXPECT_LE(entry.file_size(), asked.file_bytes) << entry.path();
        ++files;
    }
    EXPECT_EQ(files, 1 + asked.older_files);
}

TEST_F(DiagnosticsLines, ThatNobodyTakesAreLostAndCountedAndKeepNobodyWaiting) {
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    int const reader = ::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(reader, 0);
    auto asked = options();
    asked.queue_lines = 16;
    asked.file_bytes = std::size_t{1} << 40U;
    std::uint64_t lost = 0;
    std::string read;
    {
        auto diagnostics = std::make_unique<Diagnostics>(asked);
        for (int line = 0; diagnostics->lost() == 0 && line < 1'000'000; ++line) {
            diagnostics->say(DiagnosticLevel::info, std::string(200, 'x'));
        }
        lost = diagnostics->lost();
        std::jthread const ends{[&] { diagnostics.reset(); }};
        std::array<char, 65536> piece{};
        while (read.find("were lost") == std::string::npos) {
            ssize_t const bytes = ::read(reader, piece.data(), piece.size());
            if (bytes > 0) {
                read.append(piece.data(), static_cast<std::size_t>(bytes));
            }
        }
        ::fcntl(reader, F_SETFL, 0);
        while (true) { // to the end, so that the writer ends
            ssize_t const bytes = ::read(reader, piece.data(), piece.size());
            if (bytes <= 0) {
                break;
            }
        }
    }
    ::close(reader);
    EXPECT_GT(lost, 0U);
}

TEST_F(DiagnosticsLines, InAFolderThatIsNotThereAreRefusedAtOnce) {
    auto asked = options();
    asked.file = "/proc/none/said";
    EXPECT_THROW(Diagnostics{asked}, std::exception);
}

} // namespace
} // namespace axiom::host
