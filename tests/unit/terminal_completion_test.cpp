// Completion at a terminal: what all that fits has in common.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <services/init/api.hpp>
#include <terminal/core/completion.hpp>

namespace axiom::terminal {
namespace {

class Services final : public Link {
  public:
    Result<Bytes> ask(std::string_view service, std::uint64_t method, Bytes /*request*/,
                      MessageBytes& held) noexcept override {
        EXPECT_EQ(service, "init");
        EXPECT_EQ(method, init::ListServices::method);
        ++asked;
        init::Services all;
        for (char const* const name : {"storage", "store", "time"}) {
            all.services.push_back({.name = init::Name{name}});
        }
        return encode_whole(MutableBytes{held}, all);
    }
    [[nodiscard]] bool is_broken() const noexcept override { return false; }
    int asked{};
};

class StringSink final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override { value += piece; }
    std::string value;
};

class TerminalCompletion : public testing::Test {
  protected:
    std::string rest(std::string_view typed) {
        return std::string{complete(*session_, typed).rest.view()};
    }

    Services services_;
    std::unique_ptr<Session> session_{new Session{.link = &services_}};
};

TEST_F(TerminalCompletion, GoesOnAsFarAsAllThatFit) {
    EXPECT_EQ(rest("axiom sho"), "w ");
    EXPECT_EQ(rest("axi"), "om ");
    EXPECT_EQ(rest("service st"), "");
    EXPECT_EQ(rest("service sto"), "p ");
    EXPECT_EQ(rest("nothing"), "");
    EXPECT_EQ(services_.asked, 0);
}

TEST_F(TerminalCompletion, KnowsTheServices) {
    EXPECT_EQ(rest("service status t"), "ime ");
    EXPECT_EQ(rest("service status st"), "or");
    EXPECT_EQ(rest("grant console ti"), "me ");
    EXPECT_EQ(rest("echo t"), "") << "it takes no service";
}

TEST_F(TerminalCompletion, ListsWhatFits) {
    StringSink list;
    EXPECT_EQ(complete(*session_, "kill s", &list).fitting, 2U);
    EXPECT_EQ(list.value, "storage\nstore\n");
}

} // namespace
} // namespace axiom::terminal
