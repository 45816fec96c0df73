// Terminals that attach to the running system: what they may ask, and that none can hurt it.

#include <gtest/gtest.h>

#include <thread>

#include <sys/socket.h>

#include <sim-host/attach/attach_link.hpp>
#include <sim-host/attach/attach_socket.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

class Attach : public test::RunningSystem {};

TEST_F(Attach, ShowsWhatRuns) {
    auto const shown = attach({"service list", "ps", "axiom status"});
    EXPECT_EQ(shown.status, 0) << shown.err;
    for (char const* const name : {"storage", "axiomd", "attach", "console", "boot     1"}) {
        EXPECT_NE(shown.out.find(name), std::string::npos) << shown.out;
    }
}

TEST_F(Attach, RefusesToStopWhatTheLogRestsOn) {
    constexpr int denied = 6;
    EXPECT_EQ(attach({"service stop axiomd"}).status, denied);
    EXPECT_EQ(attach({"service stop storage"}).status, denied);
    EXPECT_EQ(attach({"service list"}).status, 0);
}

TEST_F(Attach, StopsAServiceAndBeginsItAgain) {
    EXPECT_EQ(attach({"service stop time"}).status, 0);
    EXPECT_NE(attach({"service status time"}).out.find("stopped"), std::string::npos);
    EXPECT_EQ(attach({"service start time"}).status, 0);
    EXPECT_NE(attach({"service start time"}).status, 0);
    EXPECT_NE(attach({"service stop nobody"}).status, 0);
}

TEST_F(Attach, AConsoleThatIsBegunAgainIsReachedAgain) {
    static_cast<void>(attach({"service restart console"})); // its answer may go with it
    int status = -1;
    for (int look = 0; look < 100 && status != 0; ++look) {
        status = attach({"service list"}).status;
    }
    EXPECT_EQ(status, 0);
}

TEST_F(Attach, EndsTheSystemInOrder) {
    EXPECT_EQ(attach({"shutdown"}).status, 0);
    runs_.join();
    runs_ = std::thread{[] {}};
}

TEST_F(Attach, WhoSendsAnythingAtAllHurtsNobodyElse) {
    auto const socket = connect_in(data_);
    ASSERT_TRUE(socket) << socket.error().text;
    std::string const noise(100'000, 'A');
    static_cast<void>(::send(socket->number(), noise.data(), noise.size(), MSG_DONTWAIT));
    EXPECT_EQ(attach({"service list"}).status, 0);
}

TEST_F(Attach, ManyWhoAttachAndSayNothingLeaveRoomWhenTheyHaveGone) {
    {
        std::vector<Descriptor> idle;
        for (int count = 0; count < 200; ++count) {
            auto socket = connect_in(data_);
            if (!socket) {
                break; // the host's queue is full
            }
            idle.push_back(std::move(*socket));
        }
        EXPECT_GT(idle.size(), 4U);
    }
    int status = -1;
    for (int look = 0; look < 100 && status != 0; ++look) {
        status = attach({"service list"}).status;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace axiom::host
