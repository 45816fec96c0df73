// The interrupt lines of the machine on a host: none is lost, and none that is masked delivered.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include <sys/eventfd.h>

#include <sim-host/machine/interrupt_lines.hpp>

namespace axiom::host {
namespace {

class InterruptLinesTest : public testing::Test {
  protected:
    InterruptLinesTest() {
        auto made = InterruptLines::create(4, [this] { told_.fetch_add(1); });
        EXPECT_TRUE(made);
        lines_ = std::move(*made);
    }

    /// The next line, which may be on its way.
    std::optional<std::uint64_t> soon() {
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        auto next = lines_->next();
        while (!next && std::chrono::steady_clock::now() < until) {
            next = told_.load() == 0 ? std::nullopt : lines_->next();
        }
        return next;
    }
    static void wait_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds{30}); }

    std::atomic<int> told_{};
    std::unique_ptr<InterruptLines> lines_;
};

TEST_F(InterruptLinesTest, WhatIsRaisedThroughTheDescriptorIsTold) {
    lines_->mask(2, false);
    ::eventfd_write(lines_->descriptor(2), 1);
    EXPECT_EQ(soon(), 2U);
    EXPECT_EQ(lines_->next(), std::nullopt);
}

TEST_F(InterruptLinesTest, AMaskedLineIsRememberedAndDeliveredOnceItIsUnmasked) {
    lines_->raise(1);
    lines_->raise(1);
    wait_a_little();
    EXPECT_EQ(told_.load(), 0);
    EXPECT_EQ(lines_->next(), std::nullopt);
    lines_->mask(1, false);
    EXPECT_EQ(soon(), 1U);
    EXPECT_EQ(lines_->next(), std::nullopt);
}

TEST_F(InterruptLinesTest, WhatIsMaskedBeforeItIsTakenWaitsForBeingUnmasked) {
    lines_->mask(1, false);
    lines_->raise(1);
    while (told_.load() == 0) {
        std::this_thread::yield();
    }
    lines_->mask(1, true);
    EXPECT_EQ(lines_->next(), std::nullopt);
    lines_->mask(1, false);
    EXPECT_EQ(soon(), 1U);
}

TEST_F(InterruptLinesTest, ALineThatIsRaisedWithoutEndIsDeliveredOnceForEachUnmasking) {
    lines_->mask(3, false);
    std::atomic<bool> ends{};
    std::thread storm{[&] {
        while (!ends.load()) {
            lines_->raise(3);
        }
    }};
    EXPECT_EQ(soon(), 3U);
    lines_->mask(3, true); // as the kernel does with a line that it takes
    wait_a_little();
    EXPECT_EQ(told_.load(), 1);
    lines_->mask(3, false);
    EXPECT_EQ(soon(), 3U);
    EXPECT_LE(told_.load(), 3);
    ends.store(true);
    storm.join();
}

} // namespace
} // namespace axiom::host
