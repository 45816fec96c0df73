// Calls, endings, fuel and slices of the machine, on both engines.

#include <gtest/gtest.h>

#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>

namespace axiom::test {
namespace {

using namespace riscv;
using jobs::Ending;
using jobs::Reason;

constexpr std::uint64_t text = JobImage::text_address;
constexpr std::uint64_t data = JobImage::data_address;

constexpr std::int32_t call_read = 63;
constexpr std::int32_t call_write = 64;
constexpr std::int32_t call_exit = 93;
constexpr std::int32_t call_break = 214;

using Words = std::vector<Word>;

Words joined(std::initializer_list<Words> parts) {
    Words all;
    for (Words const& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

// descriptor, address, bytes
Words move_call(std::int32_t number, std::int32_t descriptor, std::uint64_t address,
                std::int32_t bytes) {
    return {addi(a7, x0, number), addi(a0, x0, descriptor), lui(a1, std::int32_t(address)),
            addi(a2, x0, bytes), ecall};
}
Words exit_call(std::int32_t code) {
    return {addi(a7, x0, call_exit), addi(a0, x0, code), ecall};
}

std::vector<std::byte> bytes_in(std::string_view from) {
    Bytes const bytes = bytes_of(from);
    return {bytes.begin(), bytes.end()};
}

class JobMachines : public testing::TestWithParam<Engine> {
  protected:
    static JobMachine::Options options(jobs::Limits limits = JobMachine::Options{}.limits) {
        return {.engine = GetParam(), .limits = limits};
    }
    static JobMachine finished(JobImage const& image, std::string_view input = {}) {
        JobMachine job{image, options()};
        job.finish(1U << 20U, input);
        return job;
    }
};

TEST_P(JobMachines, AProgramThatPrintsRuns) {
    JobMachine const job =
        finished({.text = joined({move_call(call_write, 1, data, 6),
                                  move_call(call_write, 2, data, 2), exit_call(3)}),
                  .data = bytes_in("hello\n")});
    EXPECT_EQ(job.output(), "hello\n");
    EXPECT_EQ(job.messages(), "he");
    EXPECT_EQ(job.ending(), (Ending{Reason::exited, text + 48, 3}));
    EXPECT_EQ(job.state().fuel_used, 13U + 2U);
}

TEST_P(JobMachines, AnExitCodeIsOneByte) {
    EXPECT_EQ(finished({.text = exit_call(-1)}).ending().detail, 255U);
    EXPECT_EQ(finished({.text = exit_call(256)}).ending().detail, 0U);
}

TEST_P(JobMachines, ReadsGiveWhatThereIsAndThenNothing) {
    Words const words = joined({move_call(call_read, 0, data, 4),
                                {addi(t0, a0, 0)},
                                move_call(call_read, 0, data, 4),
                                {addi(t1, a0, 0)},
                                move_call(call_read, 0, data, 4),
                                {addi(t2, a0, 0)},
                                move_call(call_write, 1, data, 4),
                                exit_call(0)});
    JobMachine const job = finished({.text = words}, "abcdef");
    EXPECT_EQ(job.state().registers[t0.number], 4U);
    EXPECT_EQ(job.state().registers[t1.number], 2U);
    EXPECT_EQ(job.state().registers[t2.number], 0U);
    EXPECT_EQ(job.output(), "efcd");
    EXPECT_EQ(job.state().input_bytes, 6U);
}

TEST_P(JobMachines, ACallThatMovesBytesIsPaidByTheirNumber) {
    for (auto const& [bytes, cost] : {std::pair{0, 0U}, {1, 1U}, {64, 1U}, {65, 2U}, {2000, 32U}}) {
        JobMachine const job =
            finished({.text = joined({move_call(call_write, 1, data, bytes), exit_call(0)})});
        EXPECT_EQ(job.state().fuel_used, 8U + cost) << bytes;
    }
}

TEST_P(JobMachines, TheBreakRisesAndIsZeroed) {
    // t0 = brk(0); brk(t0 + 4096); t1 = the word before the new break
    Words const words = joined(
        {{addi(a7, x0, call_break), addi(a0, x0, 0), ecall, addi(t0, a0, 0), lui(t1, 4096),
          register_type(Opcode::registers, {0}, a0, t0, t1), ecall,
          immediate_type(Opcode::load, {3}, t1, a0, -8), addi(t2, a0, 0), addi(a0, x0, 16), ecall},
         {addi(a1, a0, 0)},
         exit_call(0)});
    JobMachine const job = finished({.text = words});
    EXPECT_EQ(job.ending().reason, Reason::exited);
    EXPECT_EQ(job.state().registers[t0.number], data + 4096);
    EXPECT_EQ(job.state().registers[t2.number], data + 8192);
    EXPECT_EQ(job.state().registers[t1.number], 0U);
    EXPECT_EQ(job.state().registers[a1.number], data + 8192) << "a lower break changes nothing";
    EXPECT_EQ(job.state().fuel_used, 15U + 64U);
}

TEST_P(JobMachines, EatingMemoryEndsByName) {
    // brk(brk(0) + 4096) for ever
    Words const words{addi(a7, x0, call_break),
                      lui(t0, 4096),
                      addi(a0, x0, 0),
                      ecall,
                      register_type(Opcode::registers, {0}, a0, a0, t0),
                      ecall,
                      jal(x0, -8)};
    JobMachine const job = finished({.text = words});
    EXPECT_EQ(job.ending(), (Ending{Reason::out_of_memory, text + 20, text + 256 * 1024 + 4096}));
}

TEST_P(JobMachines, LoopingEndsAtTheLastUnitOfFuel) {
    JobMachine job{{.text = {jal(x0, 0)}}, options({.fuel = 1000})};
    job.finish();
    EXPECT_EQ(job.ending(), (Ending{Reason::out_of_fuel, text, 1}));
    EXPECT_EQ(job.state().fuel_used, 1000U);
}

TEST_P(JobMachines, ExactlyEnoughFuelIsEnough) {
    JobImage const image{.text = joined({move_call(call_write, 1, data, 65), exit_call(0)})};
    JobMachine enough{image, options({.fuel = 10, .output_bytes = 65})};
    enough.finish();
    EXPECT_EQ(enough.ending().reason, Reason::exited);
    EXPECT_EQ(enough.state().fuel_used, 10U);
    JobMachine short_by_one{image, options({.fuel = 9, .output_bytes = 65})};
    short_by_one.finish();
    EXPECT_EQ(short_by_one.ending(), (Ending{Reason::out_of_fuel, text + 28, 1}));
    JobMachine short_in_call{image, options({.fuel = 6, .output_bytes = 65})};
    short_in_call.finish();
    EXPECT_EQ(short_in_call.ending(), (Ending{Reason::out_of_fuel, text + 16, 3}));
    EXPECT_EQ(short_in_call.state().fuel_used, 4U) << "a call that cannot be paid costs nothing";
    EXPECT_EQ(short_in_call.output(), "");
}

TEST_P(JobMachines, PrintingWithoutEndEndsByName) {
    for (auto const& [descriptor, reason, limit] :
         {std::tuple{1, Reason::output_limit, 250U}, {2, Reason::message_limit, 120U}}) {
        Words words = move_call(call_write, descriptor, data, 100);
        words.push_back(jal(x0, -4 * 4));
        JobMachine job{{.text = words},
                       options({.fuel = 100000, .output_bytes = 250, .message_bytes = 120})};
        job.finish();
        EXPECT_EQ(job.ending(), (Ending{reason, text + 16, limit}));
        EXPECT_EQ(job.output().size() + job.messages().size(), limit / 100 * 100);
    }
}

TEST_P(JobMachines, OtherCallsEndByTheirNumber) {
    for (std::int32_t const number : {0, 56, 62, 65, 94, 169, 172, 222, 278, 2047}) {
        JobMachine const job = finished({.text = {addi(a7, x0, number), ecall}});
        EXPECT_EQ(job.ending(), (Ending{Reason::forbidden_call, text + 4, std::uint64_t(number)}));
        EXPECT_EQ(job.state().fuel_used, 1U);
    }
}

TEST_P(JobMachines, OtherDescriptorsEndByTheirNumber) {
    for (auto const& [number, descriptor] :
         {std::pair{call_read, 1}, {call_read, 3}, {call_write, 0}, {call_write, 3}}) {
        JobMachine const job = finished({.text = move_call(number, descriptor, data, 0)});
        EXPECT_EQ(job.ending(),
                  (Ending{Reason::forbidden_descriptor, text + 16, std::uint64_t(descriptor)}));
    }
}

TEST_P(JobMachines, BuffersLieInMemoryAndReadsInItsWritablePart) {
    struct Bad {
        std::int32_t number;
        std::uint64_t address;
        std::int32_t bytes;
    };
    for (Bad const& bad :
         {Bad{call_write, 0, 1}, Bad{call_write, data + 4096, 1}, Bad{call_write, text - 4096, 1},
          Bad{call_write, data, -1}, Bad{call_read, text, 1}, Bad{call_read, data + 4096, 1}}) {
        JobMachine const job =
            finished({.text = move_call(bad.number, bad.number == call_write ? 1 : 0, bad.address,
                                        bad.bytes)},
                     "input");
        EXPECT_EQ(job.ending(), (Ending{Reason::bad_buffer, text + 16, bad.address}));
        EXPECT_EQ(job.state().input_bytes, 0U);
    }
    EXPECT_EQ(finished({.text = joined({move_call(call_write, 1, text, 4), exit_call(0)})})
                  .ending()
                  .reason,
              Reason::exited)
        << "the image may be written out";
}

struct BadAccess {
    Word word;
    std::uint64_t address;
    Reason reason;
};

TEST_P(JobMachines, AccessesOutsideEndWithPcAndAddress) {
    Word const load8 = immediate_type(Opcode::load, {3}, t2, t0, 0);
    Word const load1 = immediate_type(Opcode::load, {4}, t2, t0, 0);
    Word const store8 = store_type({3}, t1, t0, 0);
    Word const store1 = store_type({0}, t1, t0, 0);
    constexpr std::uint64_t end = data + 4096;
    constexpr std::uint64_t top = ~std::uint64_t{0};
    for (BadAccess const& bad :
         {BadAccess{load8, end - 7, Reason::bad_load}, BadAccess{load1, end, Reason::bad_load},
          BadAccess{load1, text - 1, Reason::bad_load},
          BadAccess{load8, text - 1, Reason::bad_load}, BadAccess{load8, top - 3, Reason::bad_load},
          BadAccess{load1, 0, Reason::bad_load}, BadAccess{store8, end - 7, Reason::bad_store},
          BadAccess{store1, end, Reason::bad_store}, BadAccess{store1, data - 1, Reason::bad_store},
          BadAccess{store8, data - 1, Reason::bad_store},
          BadAccess{store1, text, Reason::bad_store}, BadAccess{store8, top, Reason::bad_store}}) {
        JobMachine job{{.text = {addi(t1, x0, 1), bad.word, ebreak}}, options()};
        job.set(t0.number, bad.address);
        job.finish();
        EXPECT_EQ(job.ending(), (Ending{bad.reason, text + 4, bad.address}));
        EXPECT_EQ(job.state().fuel_used, 1U);
    }
    for (Word const word : {load8, store8}) {
        JobMachine job{{.text = {word, ebreak}}, options()};
        job.set(t0.number, end - 8);
        job.finish();
        EXPECT_EQ(job.ending().reason, Reason::breakpoint) << "the last bytes are there";
    }
}

TEST_P(JobMachines, JumpsToWhatIsNoInstructionEnd) {
    struct BadJump {
        Word word;
        std::uint64_t register_value;
        Ending ending;
        std::uint64_t fuel;
    };
    for (BadJump const& bad :
         {BadJump{jal(x0, 2), 0, {Reason::bad_jump, text, text + 2}, 0},
          BadJump{jal(x0, 0x1000), 0, {Reason::bad_jump, text + 0x1000, text + 0x1000}, 1},
          BadJump{jal(x0, -4), 0, {Reason::bad_jump, text - 4, text - 4}, 1},
          BadJump{jalr(x0, t0, 0), text + 2, {Reason::bad_jump, text, text + 2}, 0},
          BadJump{jalr(x0, t0, 0), data, {Reason::bad_jump, data, data}, 1},
          BadJump{jalr(x0, t0, 0), 0, {Reason::bad_jump, 0, 0}, 1},
          BadJump{branch_type({0}, x0, x0, 6), 0, {Reason::bad_jump, text, text + 6}, 0},
          BadJump{branch_type({0}, x0, x0, 64), 0, {Reason::bad_jump, text + 64, text + 64}, 1}}) {
        JobMachine job{{.text = {bad.word, addi(t2, x0, 1)}}, options()};
        job.set(t0.number, bad.register_value);
        job.finish();
        EXPECT_EQ(job.ending(), bad.ending);
        EXPECT_EQ(job.state().fuel_used, bad.fuel);
    }
    JobMachine not_taken{{.text = {branch_type({1}, x0, x0, 6), ebreak}}, options()};
    not_taken.finish();
    EXPECT_EQ(not_taken.ending().reason, Reason::breakpoint) << "a branch not taken goes nowhere";
}

TEST_P(JobMachines, RunningOffTheEndIsAJumpToNothing) {
    JobMachine const job = finished({.text = {addi(t0, x0, 1), addi(t0, x0, 2)}});
    EXPECT_EQ(job.ending(), (Ending{Reason::bad_jump, text + 8, text + 8}));
    EXPECT_EQ(job.state().fuel_used, 2U);
}

// A loop with a call in it.
JobImage counting() {
    return {.text = joined({{addi(t0, x0, 20)},
                            move_call(call_write, 1, data, 3),
                            {addi(t0, t0, -1), branch_type({1}, t0, x0, -24)},
                            exit_call(7)}),
            .data = bytes_in("abc")};
}

TEST_P(JobMachines, WhereSlicesEndChangesNothing) {
    JobMachine whole{counting(), options()};
    whole.finish();
    EXPECT_EQ(whole.ending().reason, Reason::exited);
    for (std::uint64_t slice = 1; slice < 40; ++slice) {
        JobMachine sliced{counting(), options()};
        sliced.finish(slice);
        EXPECT_EQ(sliced.ending(), whole.ending()) << slice;
        EXPECT_EQ(sliced.state().fuel_used, whole.state().fuel_used) << slice;
        EXPECT_EQ(sliced.output(), whole.output()) << slice;
    }
}

TEST_P(JobMachines, ASliceEndsWhereItSays) {
    JobMachine job{{.text = {addi(t0, t0, 1), jal(x0, -4)}}, options()};
    for (std::uint64_t at = 1; at <= 50; ++at) {
        EXPECT_EQ(job.machine().run(1), jobs::Pause::slice_over);
        EXPECT_EQ(job.state().fuel_used, at);
    }
    EXPECT_EQ(job.machine().run(0), jobs::Pause::slice_over);
    EXPECT_EQ(job.state().fuel_used, 50U);
    EXPECT_EQ(job.machine().run(901), jobs::Pause::slice_over);
    EXPECT_EQ(job.state().fuel_used, 951U);
}

TEST_P(JobMachines, ACopyOfStateAndMemoryGoesOnAsTheOriginal) {
    JobMachine original{counting(), options()};
    JobMachine const reference = finished(counting());
    std::string_view none;
    std::uint64_t pauses = 0;
    for (bool going = true; going; ++pauses) {
        // The copy is made in the middle of a call too.
        jobs::Pause const pause = original.machine().run(3);
        JobMachine copy{counting(), options()};
        copy.take_over(original);
        if (copy.serve(pause, none)) {
            copy.finish();
        }
        EXPECT_EQ(copy.output(), reference.output());
        EXPECT_EQ(copy.ending(), reference.ending());
        EXPECT_EQ(copy.state().fuel_used, reference.state().fuel_used);
        going = original.serve(pause, none);
    }
    EXPECT_GT(pauses, 40U);
}

TEST_P(JobMachines, AJobThatHasEndedStaysAsItIs) {
    JobMachine job = finished({.text = exit_call(1)});
    auto const before = job.state().fuel_used;
    EXPECT_EQ(job.machine().run(100), jobs::Pause::ended);
    EXPECT_EQ(job.state().fuel_used, before);
}

TEST_P(JobMachines, BeginWithEveryRegisterZero) {
    JobMachine const job = finished({.text = {ebreak}});
    for (std::uint64_t const value : job.state().registers) {
        EXPECT_EQ(value, 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, JobMachines, testing::Values(Engine::fast, Engine::stepper),
                         [](auto const& engine) {
                             return engine.param == Engine::fast ? "Fast" : "Stepper";
                         });

} // namespace
} // namespace axiom::test
