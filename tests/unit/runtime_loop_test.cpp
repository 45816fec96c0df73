// The loop of a service: what it is asked, what it asks, and what comes of it when others fail.

#include <gtest/gtest.h>

#include <services/runtime/ask.hpp>
#include <services/runtime/serve.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom {

namespace {

struct Number {
    std::uint64_t value{};
};
struct Double {
    static constexpr std::uint64_t method = 1;
    using Answer = Number;
    std::uint64_t value{};
};
struct AskPeer {
    static constexpr std::uint64_t method = 2;
    using Answer = Number;
    std::uint64_t value{};
};
struct Later {
    static constexpr std::uint64_t method = 3;
    using Answer = Number;
    std::uint64_t pause_ns{};
};
struct AwaitSignal {
    static constexpr std::uint64_t method = 4;
    using Answer = Number;
    std::uint64_t bits{};
};
struct End : WithoutFields {
    static constexpr std::uint64_t method = 5;
    using Answer = Number;
};

} // namespace

template <> struct Schema<Number> {
    static constexpr auto fields = Fields{Field{"value", &Number::value, "a number"}};
};
template <> struct Schema<Double> {
    static constexpr auto fields = Fields{Field{"value", &Double::value, "a number"}};
};
template <> struct Schema<AskPeer> {
    static constexpr auto fields = Fields{Field{"value", &AskPeer::value, "a number"}};
};
template <> struct Schema<Later> {
    static constexpr auto fields = Fields{Field{"pause_ns", &Later::pause_ns, "how long"}};
};
template <> struct Schema<AwaitSignal> {
    static constexpr auto fields = Fields{Field{"bits", &AwaitSignal::bits, "which"}};
};

namespace {

using TestApi = Api<Double, AskPeer, Later, AwaitSignal, End>;
using test::ScriptedKernel;

constexpr kernel::Slot peer_slot = slots::granted;
constexpr kernel::Nanoseconds second{1'000'000'000};

class TestService {
  public:
    explicit TestService(Loop& loop) noexcept : loop_{&loop} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }

    static Result<Number> on(Request const& /*request*/, Double const& asks) noexcept {
        return asks.value == 0 ? fail(Code::out_of_range, 7) : Result<Number>{{asks.value * 2}};
    }
    Task<Number> on(Request const& /*request*/, AskPeer const& asks) noexcept {
        MessageBytes held;
        CO_TRY(Number const told,
               ask(*loop_, peer_slot, Double{.value = asks.value}, second, held));
        co_return Number{told.value + 1};
    }
    Task<Number> on(Request const& /*request*/, Later const& asks) noexcept {
        co_await loop_->after(kernel::Nanoseconds{asks.pause_ns});
        co_return Number{loop_->now().value};
    }
    Task<Number> on(Request const& /*request*/, AwaitSignal const& asks) noexcept {
        auto const told = co_await loop_->signals(asks.bits);
        co_return Number{told};
    }
    Result<Number> on(Request const& /*request*/, End const& /*asks*/) noexcept {
        serving_ = Serving::ends;
        return Number{1};
    }

  private:
    Loop* loop_;
    Serving serving_{Serving::goes_on};
};

class RuntimeLoop : public testing::Test {
  protected:
    bool run(LoopSize const& size = {}) {
        memory_.resize(Loop::bytes_for(size));
        arena_ = Arena{MutableBytes{memory_}};
        loop_.emplace(calls_, arena_, size);
        EXPECT_TRUE(loop_->begin());
        TestService service{*loop_};
        return serve<TestApi>(*loop_, service);
    }
    std::uint64_t number(std::uint64_t token) {
        auto const answer = kernel_.answer_to<Double>(token);
        return answer ? answer->value : 0;
    }
    Code refused(std::uint64_t token) {
        auto const answer = kernel_.answer_to<Double>(token);
        return answer ? Code{} : answer.error().code;
    }
    // Answers one more than it is asked, after `before` has been done.
    void peer_that_adds(std::function<void()> before = [] {}) {
        kernel_.peer(peer_slot,
                     [before](kernel::Words const& asked, kernel::MessageBuffer& buffer) {
                         before();
                         EXPECT_EQ(asked.words[0], Double::method);
                         Reader reader{Bytes{buffer.bytes}.first(asked.head.bytes())};
                         Double value{};
                         EXPECT_TRUE(decode_value(reader, value));
                         auto const head = put_message(buffer, Number{value.value + 1});
                         return test::PeerAnswer{{.head = *head, .words = {}}};
                     });
    }

    std::vector<std::byte> memory_;
    Arena arena_{MutableBytes{}};
    ScriptedKernel kernel_; // its threads end before what they use
    kernel::UserCalls calls_{kernel_.trap()};
    std::optional<Loop> loop_;
};

TEST_F(RuntimeLoop, AnswersAtOnceWhatItCan) {
    kernel_.request(1, Double{.value = 21});
    kernel_.request(2, Double{.value = 4});
    EXPECT_FALSE(run()); // the script is over
    EXPECT_EQ(number(1), 42U);
    EXPECT_EQ(number(2), 8U);
}

TEST_F(RuntimeLoop, RefusesWithTheCodeThatItsHandlerGives) {
    kernel_.request(1, Double{.value = 0});
    EXPECT_FALSE(run());
    EXPECT_EQ(refused(1), Code::out_of_range);
    EXPECT_EQ(kernel_.reply_to(1)->words.words[1], 7U);
}

TEST_F(RuntimeLoop, RefusesWhatIsNoRequestOfItsApi) {
    kernel_.raw_request(1, 99, {});
    kernel_.raw_request(2, Double::method, std::vector<std::byte>(3)); // too short
    kernel_.raw_request(3, Double::method, std::vector<std::byte>(9)); // too long
    EXPECT_FALSE(run());
    EXPECT_EQ(refused(1), Code::unknown_kind);
    EXPECT_NE(refused(2), Code{});
    EXPECT_NE(refused(3), Code{});
}

TEST_F(RuntimeLoop, AsksAnotherAndGoesOnMeanwhile) {
    std::atomic<bool> other_is_answered{false};
    peer_that_adds([&] {
        while (!other_is_answered.load()) {
            std::this_thread::yield();
            other_is_answered = kernel_.reply_to(2) != nullptr;
        }
    });
    kernel_.request(1, AskPeer{.value = 10});
    kernel_.request(2, Double{.value = 5});
    EXPECT_FALSE(run());
    EXPECT_EQ(number(1), 12U);
    EXPECT_EQ(number(2), 10U);
    EXPECT_EQ(kernel_.replies()[0].token, 2U);
}

TEST_F(RuntimeLoop, AsksAsManyAtATimeAsItHasCouriersAndTheRestAfterThem) {
    peer_that_adds();
    for (std::uint64_t token = 1; token <= 8; ++token) {
        kernel_.request(token, AskPeer{.value = token});
    }
    EXPECT_FALSE(run({.couriers = 2, .conversations = 8}));
    for (std::uint64_t token = 1; token <= 8; ++token) {
        EXPECT_EQ(number(token), token + 2);
    }
    EXPECT_EQ(loop_->frames().taken(), 0U);
}

TEST_F(RuntimeLoop, TellsThatAPeerDoesNotAnswer) {
    kernel_.request(1, AskPeer{.value = 1}); // nobody is there
    EXPECT_FALSE(run());
    EXPECT_EQ(refused(1), Code::unanswered);
}

TEST_F(RuntimeLoop, HandsOnWhatAPeerRefuses) {
    kernel_.peer(peer_slot, [](kernel::Words const&, kernel::MessageBuffer&) {
        return test::PeerAnswer{refusal_words({Code::not_permitted, 3})};
    });
    kernel_.request(1, AskPeer{.value = 1});
    EXPECT_FALSE(run());
    EXPECT_EQ(refused(1), Code::not_permitted);
}

TEST_F(RuntimeLoop, RefusesAnAnswerThatIsNone) {
    kernel_.peer(peer_slot, [](kernel::Words const&, kernel::MessageBuffer&) {
        return test::PeerAnswer{{.head = kernel::MessageHead::of(3, 0), .words = {}}}; // of 8
    });
    kernel_.request(1, AskPeer{.value = 1});
    kernel_.request(2, AskPeer{.value = 1});
    EXPECT_FALSE(run());
    EXPECT_NE(refused(1), Code{});
    EXPECT_NE(refused(2), Code{});
}

TEST_F(RuntimeLoop, WaitsForTimesInTheirOrder) {
    kernel_.request(1, Later{.pause_ns = 300});
    kernel_.request(2, Later{.pause_ns = 100});
    kernel_.request(3, Later{.pause_ns = 200});
    EXPECT_FALSE(run());
    ASSERT_EQ(kernel_.replies().size(), 3U);
    EXPECT_EQ(kernel_.replies()[0].token, 2U);
    EXPECT_EQ(kernel_.replies()[1].token, 3U);
    EXPECT_EQ(kernel_.replies()[2].token, 1U);
    EXPECT_EQ(number(1) - number(2), 200U);
}

TEST_F(RuntimeLoop, TellsASignalToOneWhoWaitsForIt) {
    kernel_.request(1, AwaitSignal{.bits = 1});
    kernel_.request(2, AwaitSignal{.bits = 6});
    kernel_.request(3, Later{.pause_ns = 5});
    peer_that_adds([&] { kernel_.signal(5); });
    kernel_.request(4, AskPeer{.value = 1});
    EXPECT_FALSE(run());
    EXPECT_EQ(number(1), 1U);
    EXPECT_EQ(number(2), 4U);
}

TEST_F(RuntimeLoop, KeepsASignalForWhoeverWaitsForItLater) {
    peer_that_adds([&] { kernel_.signal(2); });
    kernel_.request(1, AskPeer{.value = 1});
    EXPECT_FALSE(run({.conversations = 1})); // the signal comes first
    kernel_.request(2, AwaitSignal{.bits = 2});
    TestService service{*loop_};
    EXPECT_FALSE(serve<TestApi>(*loop_, service));
    EXPECT_EQ(number(2), 2U);
}

TEST_F(RuntimeLoop, HearsNoFurtherRequestWhileAllConversationsWait) {
    peer_that_adds();
    kernel_.request(1, AskPeer{.value = 1});
    kernel_.request(2, Double{.value = 1});
    EXPECT_FALSE(run({.conversations = 1}));
    EXPECT_EQ(kernel_.replies()[0].token, 1U);
    EXPECT_EQ(kernel_.replies()[1].token, 2U);
}

TEST_F(RuntimeLoop, RefusesWhatItHasNoMemoryForAndGoesOn) {
    peer_that_adds();
    kernel_.request(1, AskPeer{.value = 1});
    kernel_.request(2, Double{.value = 3});
    EXPECT_FALSE(run({.frame_bytes = 128})); // no frame fits
    EXPECT_EQ(refused(1), Code::no_memory);
    EXPECT_EQ(number(2), 6U);
}

TEST_F(RuntimeLoop, RefusesFromWithinWhatItHasNoMemoryFor) {
    peer_that_adds();
    kernel_.request(1, AskPeer{.value = 1});
    kernel_.request(2, Double{.value = 3});
    EXPECT_FALSE(run({.frame_bytes = 1500})); // the handler's, not that of what it asks
    EXPECT_EQ(refused(1), Code::no_memory);
    EXPECT_EQ(number(2), 6U);
    EXPECT_EQ(loop_->frames().taken(), 0U);
}

TEST_F(RuntimeLoop, AnswersWhoAsksForTheEndAndEnds) {
    kernel_.request(1, End{});
    kernel_.request(2, Double{.value = 1});
    EXPECT_TRUE(run());
    EXPECT_EQ(number(1), 1U);
    EXPECT_EQ(kernel_.reply_to(2), nullptr);
}

TEST_F(RuntimeLoop, DoesNotBeginWhatTheKernelRefusesToMake) {
    for (kernel::Call const call :
         {kernel::Call::create, kernel::Call::bind, kernel::Call::thread_start}) {
        ScriptedKernel refusing;
        refusing.refuse(call, kernel::Check::quota);
        kernel::UserCalls const calls{refusing.trap()};
        std::vector<std::byte> memory(Loop::bytes_for({}));
        Arena arena{MutableBytes{memory}};
        Loop loop{calls, arena, {}};
        auto const begun = loop.begin();
        ASSERT_FALSE(begun);
        EXPECT_EQ(begun.error().code, Code::kernel_refused);
        EXPECT_EQ(begun.error().where, static_cast<std::uint64_t>(kernel::Check::quota));
    }
}

} // namespace
} // namespace axiom
