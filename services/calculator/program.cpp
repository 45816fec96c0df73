// calculator: whole numbers in, a number out.
//
// Granted: nothing.

#include <services/calculator/api.hpp>
#include <services/calculator/evaluate.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using namespace calculator;

constexpr LoopSize loop_size{.couriers = 0};

class Calculator {
  public:
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    static Result<Value> on(Request const& /*request*/, Evaluate const& asks) noexcept {
        std::int64_t const value = TRY(evaluate(asks.text));
        auto const bits = static_cast<std::uint64_t>(value);
        return Value{.magnitude = value < 0 ? 0 - bits : bits, .negative = value < 0};
    }
};

Result<void> run(kernel::UserCalls const& kernel) noexcept {
    OwnMemory memory{kernel};
    Arena arena{TRY(memory.make(slots::own, Loop::bytes_for(loop_size)))};
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    Calculator calculator;
    return serve<CalculatorApi>(loop, calculator) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel); !done) {
        say(kernel, "calculator", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom
