// What terminals are shown: nothing of others moves a cursor, and lines end where the screen does.

#include <gtest/gtest.h>

#include <string>

#include <axiom/action/action_kinds.hpp>
#include <axiom/domain/kind.hpp>
#include <terminal/core/entry_reader.hpp>
#include <terminal/view/entry_text.hpp>
#include <terminal/view/printable.hpp>

namespace axiom::terminal {
namespace {

class StringSink final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override { value += piece; }
    std::string value;
};

std::string printable(std::string_view text) {
    StringSink sink;
    put_printable(sink, text);
    EXPECT_EQ(printable_width(text) > sink.value.size(), false) << text;
    return sink.value;
}

std::string lines(std::string_view text) {
    StringSink sink;
    put_lines(sink, text);
    return sink.value;
}

std::string cut(std::string_view text, std::size_t columns) {
    StringSink sink;
    CutSink cutter{sink, columns};
    cutter.text(text.substr(0, text.size() / 2));
    cutter.text(text.substr(text.size() / 2));
    return sink.value;
}

TEST(TerminalView, EscapesWhatIsNoLetter) {
    EXPECT_EQ(printable("plain – text"), "plain – text");
    EXPECT_EQ(printable("\x1b[2J\n\x7f"), "\\x1b[2J\\x0a\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"), "\\x9b") << "the control sequence introducer of C1";
    EXPECT_EQ(printable("\xe2\x80\xae"), "\\u202e") << "text from right to left";
    EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3") << "no UTF-8";
    EXPECT_EQ(printable("\xf3\xa0\x80\x81"), "\\u0e0001") << "a tag that nobody sees";
}

TEST(TerminalView, LinesOfOthersEndWhereTheyEndAndMoveNoCursor) {
    EXPECT_EQ(lines("one\n\ntwo"), "one\n\ntwo");
    EXPECT_EQ(lines("\x1b[2J\r\n\xff\n"), "\\x1b[2J\\x0d\n\\xff\n");
    EXPECT_EQ(lines(""), "");
}

TEST(TerminalView, CutsAtTheColumnThatIsThere) {
    EXPECT_EQ(cut("abcdef", 8), "abcdef");
    EXPECT_EQ(cut("abcdefgh", 6), "abcd..");
    EXPECT_EQ(cut("\n\n\n", 7), "\\x0a..");
    EXPECT_EQ(printable_width("a–\n"), 6U);
}

TEST(TerminalView, ALineOfAGatedEntryBeginsWithItsContent) {
    Gated<action::Commit> const body{
        .decision = {}, .content = {.action = "note", .object = "a\"}{", .effects = {}}};
    std::array<std::byte, 512> room{};
    Bytes const bytes = encode_whole(MutableBytes{room}, body).value();
    EntryHeader header{.kind = static_cast<std::uint16_t>(action::Kind::commit),
                       .domain = DomainNumber::actions,
                       .sequence = Sequence{7},
                       .body_bytes = static_cast<std::uint32_t>(bytes.size()),
                       .principal = PrincipalId{2}};
    StringSink sink;
    put_entry_line(sink, {.header = header, .body = bytes}, 100);
    EXPECT_EQ(sink.value, "7       actions.commit      p2    "
                          R"({"action":"note","object":"a\"}{","effects":[]})"
                          "\n");
    sink.value.clear();
    header.kind = 77;
    put_entry_line(sink, {.header = header, .body = bytes}, 60);
    EXPECT_TRUE(sink.value.starts_with("7       actions.77          p2    \"")) << sink.value;
    EXPECT_EQ(sink.value.size(), 61U);
}

TEST(TerminalView, EntriesHaveNames) {
    EXPECT_EQ(reference_in("7", 8).value(), Sequence{7});
    EXPECT_EQ(reference_in("@", 8).value(), Sequence{7});
    EXPECT_EQ(reference_in("@~7", 8).value(), Sequence{0});
    for (char const* const none : {"8", "@~8", "18446744073709551615"}) {
        EXPECT_EQ(reference_in(none, 8).error().code, Code::no_such_row) << none;
    }
    for (char const* const bad : {"", "@~", "-1", "@x", "18446744073709551616"}) {
        EXPECT_EQ(reference_in(bad, 8).error().code, Code::bad_text) << bad;
    }
}

} // namespace
} // namespace axiom::terminal
