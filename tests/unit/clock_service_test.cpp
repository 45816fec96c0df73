// The clock: dates, and a `time` that answers, fails and lies.

#include <gtest/gtest.h>

#include <services/clock/service.hpp>
#include <services/time/api.hpp>
#include <tests/support/forged.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::clock {
namespace {

constexpr kernel::Slot time_slot = slots::granted;
constexpr LoopSize size{.couriers = 1, .conversations = 2, .frame_bytes = 64U << 10U};

class ClockService : public testing::Test {
  protected:
    Result<Reading> read(test::Peer time) {
        kernel_.peer(time_slot, std::move(time));
        kernel_.request(7, Read{});
        EXPECT_TRUE(loop_.begin());
        static_cast<void>(serve<ClockApi>(loop_, clock_));
        return kernel_.answer_to<Read>(7);
    }
    static test::Peer tells(time::Times const& times) {
        return [times](kernel::Words const& asked, kernel::MessageBuffer& buffer) {
            EXPECT_EQ(asked.words[0], time::AskTimes::method);
            return test::PeerAnswer{{.head = *put_message(buffer, times), .words = {}}};
        };
    }

    test::ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    test::OwnedArena arena_{Loop::bytes_for(size)};
    Loop loop_{calls_, arena_, size};
    Clock clock_{loop_, time_slot};
};

TEST(Calendar, KnowsLeapYearsAndCenturies) {
    constexpr std::uint64_t day = std::uint64_t{24} * 3600 * 1000;
    EXPECT_EQ(civil_time(0), (CivilTime{1970, 1, 1, 0, 0, 0, 0}));
    EXPECT_EQ(civil_time(day - 1), (CivilTime{1970, 1, 1, 23, 59, 59, 999}));
    EXPECT_EQ(civil_time(day), (CivilTime{1970, 1, 2, 0, 0, 0, 0}));
    EXPECT_EQ(civil_time(951'782'400'000), (CivilTime{2000, 2, 29, 0, 0, 0, 0}));
    EXPECT_EQ(civil_time(951'868'800'000), (CivilTime{2000, 3, 1, 0, 0, 0, 0}));
    EXPECT_EQ(civil_time(4'107'542'400'000), (CivilTime{2100, 3, 1, 0, 0, 0, 0}));
    EXPECT_EQ(civil_time(4'107'542'400'000 - 1), (CivilTime{2100, 2, 28, 23, 59, 59, 999}));
    EXPECT_EQ(civil_time(1'700'000'000'123), (CivilTime{2023, 11, 14, 22, 13, 20, 123}));
    EXPECT_EQ(civil_time(~std::uint64_t{0}).year, 584'556'019U);
}

TEST_F(ClockService, SaysWhatTimeSays) {
    auto const told = read(
        tells({.log_ms = 951'782'400'000, .wall_ns = 1'700'000'000'123'456'789, .moves = true}));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->wall, (CivilTime{2023, 11, 14, 22, 13, 20, 123}));
    EXPECT_EQ(told->log, (CivilTime{2000, 2, 29, 0, 0, 0, 0}));
    EXPECT_TRUE(told->log_moves);
    EXPECT_TRUE(told->log_is_known);
}

TEST_F(ClockService, SaysWhenTheLogHasNoTimeYet) {
    auto const told = read(tells({.log_ms = 0, .wall_ns = 5, .moves = false}));
    ASSERT_TRUE(told);
    EXPECT_FALSE(told->log_is_known);
    EXPECT_FALSE(told->log_moves);
}

TEST_F(ClockService, PassesOnThatNobodyKnows) {
    auto const told = read([](kernel::Words const&, kernel::MessageBuffer&) {
        return test::PeerAnswer{refusal_words({Code::unanswered, 3})};
    });
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, Code::unanswered);
}

TEST_F(ClockService, OutlivesATimeThatDies) {
    auto const told = read([](kernel::Words const&, kernel::MessageBuffer&) {
        return test::PeerAnswer{
            std::unexpected{kernel::Refusal{.check = kernel::Check::capability}}};
    });
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, Code::unanswered);
}

TEST_F(ClockService, TakesNoAnswerThatIsNone) {
    auto const told = read([](kernel::Words const&, kernel::MessageBuffer& buffer) {
        buffer.bytes.fill(std::byte{0xff});
        return test::PeerAnswer{{.head = kernel::MessageHead::of(3, 0), .words = {}}};
    });
    ASSERT_FALSE(told);
}

} // namespace
} // namespace axiom::clock
