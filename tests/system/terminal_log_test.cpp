// The log at the terminal of the running system: read, searched and checked while it grows.

#include <gtest/gtest.h>

#include <fstream>
#include <semaphore>
#include <sstream>
#include <utility>

#include <sim-host/attach/attach_link.hpp>
#include <terminal/core/command.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

class TerminalLog : public test::RunningSystem {
  protected:
    // The sequence of a new action's entry.
    std::string propose(std::string const& object) {
        auto const proposed = when_ready({"action propose note " + object});
        EXPECT_EQ(proposed.status, 0) << proposed.out << proposed.err;
        return number_in(proposed.out);
    }
};

constexpr int not_found = 7;

TEST_F(TerminalLog, ShowsAnEntryByEveryNameThatItHas) {
    std::string const sequence = propose("desk");
    auto const shown = attach({"axiom show " + sequence});
    EXPECT_EQ(shown.status, 0) << shown.out;
    for (char const* const part : {"actions.commit, durable", "principal  2", R"("desk")"}) {
        EXPECT_NE(shown.out.find(part), std::string::npos) << shown.out;
    }
    EXPECT_NE(attach({"axiom show 0"}).out.find("log.genesis"), std::string::npos);
    EXPECT_NE(attach({"axiom show @"}).out.find("entry "), std::string::npos);
    EXPECT_NE(attach({"axiom show @~1"}).status, not_found);
    EXPECT_EQ(attach({"axiom show 999999"}).status, not_found);
    EXPECT_EQ(attach({"axiom show @~999999"}).status, not_found);
    EXPECT_NE(attach({"axiom show it"}).status, 0);
}

TEST_F(TerminalLog, TellsTheNewestInTheirOrder) {
    static_cast<void>(propose("first"));
    static_cast<void>(propose("second"));
    auto const tail = attach({"axiom tail -n 1000"});
    EXPECT_EQ(tail.status, 0) << tail.out;
    EXPECT_TRUE(tail.out.starts_with("0       log.genesis")) << tail.out;
    EXPECT_LT(tail.out.find("\"first\""), tail.out.find("\"second\"")) << tail.out;
    for (std::size_t at = 0; at < tail.out.size();) {
        std::size_t const end = tail.out.find('\n', at);
        EXPECT_LE(end - at, 80U) << tail.out.substr(at, end - at);
        at = end + 1;
    }
    auto const one = attach({"axiom tail -n 1"});
    EXPECT_EQ(std::ranges::count(one.out, '\n'), 1) << one.out;
    EXPECT_NE(attach({"axiom tail -n 1001"}).status, 0);
    EXPECT_NE(attach({"axiom tail desk"}).status, 0);
}

TEST_F(TerminalLog, FindsTextAndKinds) {
    std::string const sequence = propose("needle");
    static_cast<void>(propose("hay"));
    auto const found = attach({"axiom search needle"});
    EXPECT_EQ(found.status, 0) << found.out;
    EXPECT_TRUE(found.out.starts_with(sequence + ' ')) << found.out;
    EXPECT_EQ(std::ranges::count(found.out, '\n'), 1) << found.out;
    auto const kind = attach({"axiom search actions.commit"});
    EXPECT_NE(kind.out.find("needle"), std::string::npos) << kind.out;
    EXPECT_NE(kind.out.find("hay"), std::string::npos) << kind.out;
    auto const newest = attach({"axiom search actions.commit -n 1"});
    EXPECT_EQ(newest.out.find("needle"), std::string::npos) << newest.out;
    EXPECT_NE(attach({"axiom search log.genesis"}).out.find("log.genesis"), std::string::npos);
    EXPECT_EQ(attach({"axiom search nothing-of-this"}).status, not_found);
}

// Goes on until a text has been written.
class Until final : public TextSink, public terminal::Onlooker {
  public:
    explicit Until(std::string wanted) : wanted_{std::move(wanted)} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        if (std::exchange(is_first_, false)) {
            shown_.release();
        }
        written_ += piece;
    }
    void await_first() noexcept { shown_.acquire(); }
    [[nodiscard]] bool goes_on() noexcept override {
        return written_.find(wanted_) == std::string::npos;
    }

  private:
    std::string wanted_;
    std::string written_;
    bool is_first_{true};
    std::binary_semaphore shown_{0};
};

TEST_F(TerminalLog, FollowsWhatComes) {
    static_cast<void>(propose("before"));
    Until until{"\"after\""};
    auto const link = AttachLink::open(data_);
    ASSERT_TRUE(link) << link.error().text;
    bool followed = false;
    std::thread follower{[&] {
        terminal::Session session{.link = link->get(), .out = &until, .onlooker = &until};
        followed = terminal::run_line(session, "axiom tail -n 1 -f").done;
    }};
    until.await_first(); // what comes later it knows by following alone
    static_cast<void>(propose("after"));
    follower.join();
    EXPECT_TRUE(followed);
}

TEST_F(TerminalLog, FollowsUntilTheSystemEnds) {
    static_cast<void>(propose("before"));
    Until until{"nothing of this"};
    auto const link = AttachLink::open(data_);
    ASSERT_TRUE(link) << link.error().text;
    bool followed = true;
    std::thread follower{[&] {
        terminal::Session session{.link = link->get(), .out = &until, .onlooker = &until};
        followed = terminal::run_line(session, "axiom tail -f").done;
    }};
    stop();
    follower.join();
    EXPECT_FALSE(followed);
    EXPECT_TRUE((*link)->is_broken());
}

TEST_F(TerminalLog, VouchesForWhatItReadAgain) {
    static_cast<void>(propose("desk"));
    auto const checked = attach({"axiom verify"});
    EXPECT_EQ(checked.status, 0) << checked.out;
    EXPECT_NE(checked.out.find(" blocks, 1 segment: "), std::string::npos) << checked.out;
    EXPECT_NE(checked.out.find("rests on axiomd's word"), std::string::npos) << checked.out;
}

// The medium lies on the host, whose hand may slip.
TEST_F(TerminalLog, NamesWhatIsDamagedUnderTheRunningSystem) {
    static_cast<void>(propose("soon-damaged"));
    std::filesystem::path damaged;
    for (auto const& each : std::filesystem::recursive_directory_iterator{log()}) {
        std::ifstream file{each.path(), std::ios::binary};
        std::stringstream bytes;
        bytes << file.rdbuf();
        std::size_t const at = bytes.str().find("soon-damaged");
        if (at != std::string::npos) {
            std::fstream medium{each.path(), std::ios::in | std::ios::out | std::ios::binary};
            medium.seekp(static_cast<std::streamoff>(at));
            medium << 'S';
            damaged = each.path();
        }
    }
    ASSERT_FALSE(damaged.empty());
    constexpr int tampering = 3;
    auto const checked = attach({"axiom verify"});
    EXPECT_EQ(checked.status, tampering) << checked.out;
    EXPECT_NE(checked.out.find("commitment"), std::string::npos) << checked.out;
}

} // namespace
} // namespace axiom::host
