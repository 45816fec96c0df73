// Terminals that attach to the running system: what they may ask, and that none can hurt it.

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include <sys/socket.h>

#include <sim-host/attach/attach_link.hpp>
#include <sim-host/attach/attach_socket.hpp>
#include <sim-host/host/system.hpp>
#include <tests/system/cli_program.hpp>
#include <tests/system/programs.hpp>

namespace axiom::host {
namespace {

class Attach : public testing::Test {
  protected:
    Attach() {
        SystemPlace const place{.programs =
                                    std::filesystem::read_symlink("/proc/self/exe").parent_path(),
                                .data = data_,
                                .manifest = "system.toml",
                                .key = axiom_.path("key")};
        std::filesystem::create_directories(place.data);
        auto options = system_options(place);
        EXPECT_TRUE(options) << options.error().text;
        options->debug_output = [this](Bytes text) { written_.add(text); };
        auto booted = HostKernel::boot(*options);
        EXPECT_TRUE(booted) << booted.error().text;
        host_ = std::move(*booted);
        runs_ = std::thread{[this] { host_->run(); }};
    }
    ~Attach() override {
        host_->machine().press_power_button();
        runs_.join();
        EXPECT_TRUE(written_.text().ends_with("log ended in order\n")) << written_.text();
    }

    // Its services may still be beginning.
    axiom::test::Outcome attach(std::vector<std::string> const& lines) {
        std::vector<std::string> words{"attach", "--data", data_};
        for (std::string const& line : lines) {
            words.insert(words.end(), {"-c", line});
        }
        return axiom_.run(words);
    }

    axiom::test::CliProgram axiom_;
    std::string data_{axiom_.path("data")};
    test::Written written_;
    std::unique_ptr<HostKernel> host_;
    std::thread runs_;
};

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
