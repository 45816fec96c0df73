// The service `example`: what it answers, and what it refuses.

#include <gtest/gtest.h>

#include <services/example/service.hpp>
#include <tests/support/forged.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::example {
namespace {

constexpr LoopSize size{.couriers = 0, .conversations = 2};

class ExampleService : public testing::Test {
  protected:
    /// Until nothing is left to come.
    void serve_all() {
        ASSERT_TRUE(loop_.begin());
        static_cast<void>(serve<ExampleApi>(loop_, example_));
    }

    test::ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    test::OwnedArena arena_{Loop::bytes_for(size)};
    Loop loop_{calls_, arena_, size};
    Example example_;
};

TEST_F(ExampleService, AddsUp) {
    kernel_.request(1, Add{.amount = 40});
    kernel_.request(2, Add{.amount = 2});
    serve_all();
    auto const told = kernel_.answer_to<Add>(2);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->total, 42U);
}

TEST_F(ExampleService, RefusesWhatDoesNotFitAndStaysAsItWas) {
    kernel_.request(1, Add{.amount = 1});
    kernel_.request(2, Add{.amount = ~std::uint64_t{0}});
    kernel_.request(3, Add{.amount = 1});
    serve_all();
    EXPECT_EQ(kernel_.answer_to<Add>(2).error().code, Code::out_of_range);
    EXPECT_EQ(kernel_.answer_to<Add>(3)->total, 2U);
}

TEST_F(ExampleService, RefusesWhatIsNoMessageOfIts) {
    kernel_.raw_request(1, Add::method, {std::byte{1}});
    kernel_.raw_request(2, 99, {});
    serve_all();
    EXPECT_EQ(kernel_.answer_to<Add>(1).error().code, Code::truncated);
    EXPECT_EQ(kernel_.answer_to<Add>(2).error().code, Code::unknown_kind);
}

} // namespace
} // namespace axiom::example
