// What became of authority and of actions, read from the log of a system that is off.

#include <gtest/gtest.h>

#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int answer_is_no = 1;
constexpr int usage = 2;
constexpr int not_found = 7;

class OfflineAuthority : public test::RunningSystem {
  protected:
    // The entry of a grant, and the system off.
    std::uint64_t granted() {
        EXPECT_EQ(when_ready({"service list"}).status, 0);
        auto const told = attach({"grant console calculator"});
        EXPECT_EQ(told.status, 0) << told.out;
        stop();
        return std::stoull(number_in(told.out));
    }
    axiom::test::Outcome run(std::vector<std::string> words) {
        words.insert(words.end(), {"--from", log()});
        return axiom_.run(words);
    }
};

TEST_F(OfflineAuthority, CapabilitiesAreThoseAfterTheEntryThatIsNamed) {
    std::uint64_t const commit = granted();
    // The effect's capability came right behind its commit, and before the system ended.
    std::string line;
    std::uint64_t after = commit;
    for (; line.empty() && after < commit + 10; ++after) {
        auto const diff = run({"cap", "diff", std::to_string(commit), std::to_string(after)});
        if (diff.status == answer_is_no && diff.out.find("\"calculator\"") != std::string::npos) {
            line = diff.out;
        }
    }
    ASSERT_FALSE(line.empty());
    EXPECT_TRUE(line.starts_with("+ ")) << line;
    std::string const entry = std::to_string(commit + 10);
    auto const listed = run({"cap", "list", entry});
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_NE(listed.out.find("-w---- endpoint"), std::string::npos) << listed.out;
    std::string const id = line.substr(2, line.find(' ', 2) - 2);
    auto const shown = run({"cap", "show", id, entry});
    EXPECT_EQ(shown.status, 0) << shown.err;
    EXPECT_NE(shown.out.find("\"calculator\""), std::string::npos) << shown.out;
    EXPECT_EQ(run({"cap", "show", "999999", entry}).status, not_found);
    EXPECT_EQ(run({"cap", "diff", entry, entry}).status, 0);
}

TEST_F(OfflineAuthority, TheGraphIsATreeAndTwoPictures) {
    std::string const entry = std::to_string(granted());
    auto const dot = run({"cap", "graph", entry, "--dot"});
    EXPECT_TRUE(dot.out.starts_with("digraph capabilities {\n")) << dot.out;
    EXPECT_NE(dot.out.find(" -> c"), std::string::npos);
    auto const mermaid = run({"cap", "graph", entry, "--mermaid"});
    EXPECT_TRUE(mermaid.out.starts_with("flowchart TD\n")) << mermaid.out;
    auto const tree = run({"cap", "graph", entry});
    auto const list = run({"cap", "list", entry});
    EXPECT_EQ(std::ranges::count(tree.out, '\n'), std::ranges::count(list.out, '\n'));
    EXPECT_EQ(run({"cap", "graph", entry, "--dot", "--mermaid"}).status, usage);
}

TEST_F(OfflineAuthority, ActionsAreListedWithTheirEffects) {
    std::string const entry = std::to_string(granted());
    auto const listed = run({"action", "list"});
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_NE(listed.out.find("grant\tcalculator to console\tdone"), std::string::npos)
        << listed.out;
    EXPECT_NE(listed.out.find("\tattach\tuser "), std::string::npos) << listed.out;
    auto const shown = run({"action", "show", entry});
    EXPECT_NE(shown.out.find("init.grant (repeatable) : done, entry "), std::string::npos)
        << shown.out;
    EXPECT_EQ(run({"action", "show", "0"}).status, not_found);
    EXPECT_EQ(run({"action", "owed"}).status, 0);
}

} // namespace
} // namespace axiom::host
