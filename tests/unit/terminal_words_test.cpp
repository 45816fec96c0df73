// What people type: words, quotes, variables; and what is said of a line that is wrong.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <terminal/core/command.hpp>

namespace axiom::terminal {
namespace {

std::vector<std::string> split(std::string_view line, Variables const& variables = {}) {
    Words words;
    EXPECT_TRUE(words.split(line, variables)) << line;
    return {words.words().begin(), words.words().end()};
}

Code refused(std::string_view line) {
    Words words;
    auto const done = words.split(line, {});
    return done ? Code{} : done.error().code;
}

TEST(TerminalWords, ArePartedBySpaces) {
    EXPECT_EQ(split("  service   list\t"), (std::vector<std::string>{"service", "list"}));
    EXPECT_TRUE(split("   ").empty());
}

TEST(TerminalWords, InQuotesAreOne) {
    EXPECT_EQ(split("a 'b c' \"d e\"'f'"), (std::vector<std::string>{"a", "b c", "d ef"}));
    EXPECT_EQ(split("''"), std::vector<std::string>{""});
}

TEST(TerminalWords, TakeWhatFollowsABackslashAsItIs) {
    EXPECT_EQ(split(R"(a\ b \$x "\"" '\')"), (std::vector<std::string>{"a b", "$x", "\"", "\\"}));
}

TEST(TerminalWords, AreReplacedByVariablesButNotInSingleQuotes) {
    Variables variables;
    ASSERT_TRUE(variables.set("x", "1 2"));
    EXPECT_EQ(split("$x \"<$x>\" '$x' $y", variables),
              (std::vector<std::string>{"1 2", "<1 2>", "$x", ""}));
}

TEST(TerminalWords, EndAtAComment) {
    EXPECT_EQ(split("a # b"), std::vector<std::string>{"a"});
    EXPECT_EQ(split("a#b"), std::vector<std::string>{"a#b"});
}

TEST(TerminalWords, RefuseAQuoteThatIsNotClosed) {
    EXPECT_EQ(refused("a 'b"), Code::bad_text);
    EXPECT_EQ(refused("a \"b"), Code::bad_text);
}

TEST(TerminalWords, RefuseWhatIsNoTextOrTooMuch) {
    EXPECT_EQ(refused("\xFF"), Code::bad_text);
    EXPECT_EQ(refused(std::string(line_bytes_max + 1, 'a')), Code::out_of_range);
    std::string many;
    for (std::size_t count = 0; count <= words_max; ++count) {
        many += "a ";
    }
    EXPECT_EQ(refused(many), Code::out_of_range);
}

TEST(TerminalVariables, RefuseWhatIsNoNameTooLongOrTooMany) {
    Variables variables;
    EXPECT_EQ(variables.set("1a", "").error().code, Code::bad_text);
    EXPECT_EQ(variables.set("a", std::string(value_bytes_max + 1, 'v')).error().code,
              Code::out_of_range);
    for (std::size_t count = 0; count < variables_max; ++count) {
        ASSERT_TRUE(variables.set("v" + std::to_string(count), "x"));
    }
    EXPECT_EQ(variables.set("more", "x").error().code, Code::table_full);
    EXPECT_TRUE(variables.set("v0", "y"));
    EXPECT_EQ(variables.find("v0"), "y");
}

class Text final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override { all += piece; }
    std::string all;
};

// Knows no service.
class NoLink final : public Link {
  public:
    Result<Bytes> ask(std::string_view /*service*/, std::uint64_t /*method*/, Bytes /*request*/,
                      MessageBytes& /*held*/) noexcept override {
        return fail(Code::no_such_row);
    }
    bool is_broken() const noexcept override { return broken; }

    bool broken{};
};

std::string said(std::string_view line, bool& done, bool broken = false) {
    Text text;
    NoLink link;
    link.broken = broken;
    Session session{.link = &link, .out = &text};
    done = run_line(session, line).done;
    return text.all;
}

TEST(TerminalCommand, OfNoNameIsSaidToBeNone) {
    bool done = true;
    EXPECT_EQ(said("nonsense\x1b[2J", done).find('\x1b'), std::string::npos);
    EXPECT_FALSE(done);
}

TEST(TerminalCommand, AShutdownIsDoneWhenTheSystemHasGoneBeforeItsAnswer) {
    bool done = false;
    EXPECT_EQ(said("shutdown", done, true), "the system ends in order\n");
    EXPECT_TRUE(done);
    said("shutdown", done, false);
    EXPECT_FALSE(done);
}

TEST(TerminalCommand, WithTooFewOrTooManyArgumentsIsShownItsUsage) {
    bool done = true;
    EXPECT_EQ(said("service stop", done), "usage: service stop NAME\n");
    EXPECT_FALSE(done);
    EXPECT_EQ(said("ps x", done), "usage: ps\n");
    EXPECT_FALSE(done);
}

TEST(TerminalCommand, SaysWhatAServiceRefuses) {
    bool done = true;
    EXPECT_TRUE(said("ps", done).starts_with(" PROCESS"));
    EXPECT_FALSE(done);
}

TEST(TerminalCommand, HelpNamesEveryCommand) {
    bool done = false;
    std::string const text = said("help", done);
    EXPECT_TRUE(done);
    for (Command const* const command : commands()) {
        EXPECT_NE(text.find(command->name), std::string::npos) << command->name;
    }
}

} // namespace
} // namespace axiom::terminal
