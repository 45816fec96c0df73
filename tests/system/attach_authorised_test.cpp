// Who may attach is the policy's to say, and the log's to keep.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <sys/socket.h>

#include <services/init/api.hpp>
#include <sim-host/attach/attach_link.hpp>
#include <sim-host/attach/attach_socket.hpp>
#include <tests/system/policy_changes.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int denied = 6;

// Terminals may do everything but attach again.
constexpr std::string_view nobody_attaches = R"(rule 20 "no more terminals"
    priority 200
    deny "the doors are closed"
    domain actions
    action attach
end
)";

class AttachAuthorised : public test::RunningSystem {
  protected:
    void install(std::string_view text) {
        ASSERT_EQ(when_ready({"service list"}).status, 0);
        test::install_policy(data_, text);
    }

    // Whoever has gone is entered when the console has seen it.
    std::string search(std::string const& text) {
        std::string found;
        for (int look = 0; look < 100 && found.empty(); ++look) {
            auto const told = attach({"axiom search " + text});
            found = told.status == 0 ? told.out : std::string{};
        }
        return found;
    }
};

TEST_F(AttachAuthorised, AttachingAndLeavingAreEntries) {
    ASSERT_EQ(when_ready({"service list"}).status, 0);
    std::string const user = "\"object\":\"user "; // as the line's keeper sees it
    std::string const attached = search("attach");
    EXPECT_NE(attached.find(R"("action":"attach")"), std::string::npos) << attached;
    std::string const left = search("detach");
    ASSERT_FALSE(left.empty());
    std::string const sequence = left.substr(0, left.find(' '));
    auto const shown = attach({"axiom show " + sequence});
    EXPECT_NE(shown.out.find(user), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("\ncause      "), std::string::npos) << shown.out;
    stop();
    EXPECT_EQ(axiom_.run({"why", sequence, "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
}

TEST_F(AttachAuthorised, WhoIsDeniedIsToldWhyAndMayAskNothing) {
    install(nobody_attaches);
    auto const refused = attach({"service list"});
    EXPECT_EQ(refused.status, denied) << refused.out << refused.err;
    EXPECT_NE(refused.err.find("the doors are closed"), std::string::npos) << refused.err;
    EXPECT_EQ(refused.out, "");
}

TEST_F(AttachAuthorised, WithoutHelloNothingCanBeAsked) {
    ASSERT_EQ(when_ready({"service list"}).status, 0);
    auto const socket = connect_in(data_);
    ASSERT_TRUE(socket) << socket.error().text;
    std::array<std::byte, console::frame_bytes_max> bytes{};
    auto const frame = console::put_frame(
        bytes, console::FrameKind::ask, 7,
        console::Ask{.service = "init", .method = init::ListServices::method, .body = {}});
    ASSERT_TRUE(frame);
    ASSERT_EQ(::send(socket->number(), frame->data(), frame->size(), 0),
              static_cast<ssize_t>(frame->size()));
    console::FrameReader reader;
    std::optional<console::Frame> answer;
    while (!answer) {
        ssize_t const came =
            ::recv(socket->number(), reader.room().data(), reader.room().size(), 0);
        ASSERT_GT(came, 0);
        reader.came(static_cast<std::size_t>(came));
        answer = reader.next();
    }
    auto const told = console::value_in<console::Answer>(*answer);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->code, static_cast<std::uint16_t>(Code::not_permitted));
}

TEST_F(AttachAuthorised, WhileTheEngineIsStoppedTerminalsMayRecoverTheSystemAndNothingElse) {
    ASSERT_EQ(when_ready({"service list", "service stop policy"}).status, 0);
    auto const listed = attach({"service status policy"});
    EXPECT_EQ(listed.status, 0) << listed.out << listed.err;
    EXPECT_NE(listed.err.find("policy engine does not decide"), std::string::npos) << listed.err;
    EXPECT_EQ(attach({"axiom status"}).status, 0);
    EXPECT_EQ(attach({"board get lamp"}).status, denied);
    EXPECT_EQ(attach({"action list"}).status, denied);
    EXPECT_EQ(attach({"service start policy"}).status, 0);
    auto const proposed = when_ready({"action propose note desk"});
    EXPECT_EQ(proposed.status, 0) << proposed.out << proposed.err;
}

TEST_F(AttachAuthorised, NobodyIsLetInWithoutTheEngineWhereTheManifestDoesNotSaySo) {
    stop();
    std::ifstream file{"system.toml"};
    std::stringstream text;
    text << file.rdbuf();
    std::string manifest = text.str();
    std::size_t const at = manifest.find("argument = 1");
    ASSERT_NE(at, std::string::npos);
    manifest[at + std::string_view{"argument = "}.size()] = '0';
    std::string const path = axiom_.path("system.toml");
    std::ofstream{path} << manifest;
    start(path);
    ASSERT_EQ(when_ready({"service list", "service stop policy"}).status, 0);
    auto const refused = attach({"service list"});
    EXPECT_EQ(refused.status, denied);
    EXPECT_NE(refused.err.find("argument = 1"), std::string::npos) << refused.err;
}

} // namespace
} // namespace axiom::host
