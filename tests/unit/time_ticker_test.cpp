// When log time is moved, and when it is left alone.

#include <gtest/gtest.h>

#include <services/time/ticker.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::time {
namespace {

using test::ScriptedKernel;

constexpr kernel::Slot axiomd_slot = slots::granted;
constexpr kernel::Slot log_slot{slots::granted.value + 1};
constexpr LoopSize size{.couriers = 1, .conversations = 1};

// Ends when it has tried once.
class Once {
  public:
    Once(Loop& loop, Ticker& ticker) noexcept : loop_{&loop}, ticker_{&ticker} {}
    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }
    Detached run(Result<bool>& result) noexcept {
        auto const ticked = co_await ticker_->tick();
        result = ticked;
        serving_ = Serving::ends;
    }

  private:
    Loop* loop_;
    Ticker* ticker_;
    Serving serving_{Serving::goes_on};
};

class TimeTicker : public testing::Test {
  protected:
    void axiomd_says(axiomd::Clock const& clock) {
        kernel_.peer(axiomd_slot, [clock](kernel::Words const& asked, kernel::MessageBuffer& to) {
            EXPECT_EQ(asked.words[0], axiomd::AskClock::method);
            return test::PeerAnswer{{.head = *put_message(to, clock), .words = {}}};
        });
    }
    Result<bool> tick() {
        memory_.resize(Loop::bytes_for(size));
        Arena arena{MutableBytes{memory_}};
        Loop loop{calls_, arena, size};
        EXPECT_TRUE(loop.begin());
        Ticker ticker{loop, axiomd_slot, log_slot};
        Once once{loop, ticker};
        Result<bool> result = fail(Code::no_memory);
        EXPECT_TRUE(once.run(result).begun());
        EXPECT_TRUE(serve<Api<>>(loop, once));
        return result;
    }

    std::vector<std::byte> memory_;
    ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
};

TEST_F(TimeTicker, MovesLogTimeWhileSomethingWaitsForIt) {
    axiomd_says({.is_armed = true, .log_ms = 5, .wall_ns = 7'000'000});
    EXPECT_EQ(tick(), Result<bool>{true});
}

TEST_F(TimeTicker, LeavesLogTimeAloneWhileNothingWaitsForIt) {
    kernel_.refuse(kernel::Call::log_propose, kernel::Check::quota);
    axiomd_says({.is_armed = false, .log_ms = 5, .wall_ns = 7'000'000});
    EXPECT_EQ(tick(), Result<bool>{false});
}

TEST_F(TimeTicker, TellsThatTheKernelRefuses) {
    kernel_.refuse(kernel::Call::log_propose, kernel::Check::quota);
    axiomd_says({.is_armed = true, .log_ms = 5, .wall_ns = 7'000'000});
    auto const refused = tick();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kernel_refused);
}

TEST_F(TimeTicker, TellsThatAxiomdDoesNotAnswer) {
    auto const refused = tick();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unanswered);
}

} // namespace
} // namespace axiom::time
