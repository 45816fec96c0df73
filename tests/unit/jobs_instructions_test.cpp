// Every instruction of RV64I and M with the values at its edges, on both engines.

#include <vector>

#include <gtest/gtest.h>

#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>

namespace axiom::test {
namespace {

using namespace riscv;

constexpr std::uint64_t ones = ~std::uint64_t{0};
constexpr std::uint64_t least = std::uint64_t{1} << 63U;    // as signed
constexpr std::uint64_t most = least - 1;                   // as signed
constexpr std::uint64_t word_least = 0xFFFF'FFFF'8000'0000; // sign-extended
constexpr std::uint64_t word_most = 0x7FFF'FFFF;
constexpr std::uint64_t upper_ones = 0xFFFF'FFFF'0000'0000;

// What t2 holds after `word`, which reads t0 and t1.
std::uint64_t result_of(Word word, std::uint64_t left, std::uint64_t right, Engine engine) {
    JobMachine job{{.text = {word, ebreak}}, {.engine = engine}};
    job.set(t0.number, left);
    job.set(t1.number, right);
    job.finish();
    EXPECT_EQ(job.ending().reason, jobs::Reason::breakpoint);
    EXPECT_EQ(job.state().fuel_used, 1U);
    return job.state().registers[t2.number];
}

struct Case {
    std::uint64_t left;
    std::uint64_t right;
    std::uint64_t result;
};

struct RegisterForm {
    char const* name;
    Opcode opcode;
    Function function;
    std::vector<Case> cases;
};

std::vector<RegisterForm> const& base_forms() {
    constexpr Opcode op = Opcode::registers;
    constexpr Opcode word_op = Opcode::word_registers;
    static std::vector<RegisterForm> const forms{
        {"add", op, {0}, {{most, 1, least}, {ones, 1, 0}, {word_most, 1, 0x8000'0000}}},
        {"sub", op, {0, 0x20}, {{0, 1, ones}, {least, 1, most}, {5, 5, 0}}},
        {"sll", op, {1}, {{1, 63, least}, {1, 64, 1}, {ones, 32, upper_ones}, {3, ones, least}}},
        {"slt", op, {2}, {{least, most, 1}, {most, least, 0}, {7, 7, 0}, {ones, 0, 1}}},
        {"sltu", op, {3}, {{least, most, 0}, {0, ones, 1}, {ones, 0, 0}, {7, 7, 0}}},
        {"xor", op, {4}, {{0xFF00, 0x0FF0, 0xF0F0}, {ones, ones, 0}}},
        {"srl", op, {5}, {{least, 63, 1}, {ones, 64, ones}, {upper_ones, 32, 0xFFFF'FFFF}}},
        {"sra", op, {5, 0x20}, {{least, 63, ones}, {most, 62, 1}, {least, 64, least}}},
        {"or", op, {6}, {{0xFF00, 0x0FF0, 0xFFF0}}},
        {"and", op, {7}, {{0xFF00, 0x0FF0, 0x0F00}}},
        {"addw", word_op, {0}, {{word_most, 1, word_least}, {upper_ones, 1, 1}, {ones, 1, 0}}},
        {"subw", word_op, {0, 0x20}, {{0, 1, ones}, {0x8000'0000, 1, word_most}}},
        {"sllw", word_op, {1}, {{1, 31, word_least}, {1, 32, 1}, {upper_ones | 1, 4, 16}}},
        {"srlw",
         word_op,
         {5},
         {{word_least, 31, 1},
          {ones, 0, ones},
          {ones, 1, word_most},
          {0x8000'0000, 32, word_least}}},
        {"sraw",
         word_op,
         {5, 0x20},
         {{0x8000'0000, 31, ones}, {0x7000'0000, 28, 7}, {upper_ones | 8, 1, 4}}},
    };
    return forms;
}

std::vector<RegisterForm> const& product_forms() {
    constexpr Opcode op = Opcode::registers;
    constexpr Opcode word_op = Opcode::word_registers;
    static std::vector<RegisterForm> const forms{
        {"mul",
         op,
         {0, 1},
         {{ones, ones, 1}, {least, 2, 0}, {0x1'0000'0001, 0x1'0000'0001, 0x2'0000'0001}}},
        {"mulh",
         op,
         {1, 1},
         {{ones, ones, 0},
          {least, least, least >> 1U},
          {least, 1, ones},
          {most, most, 0x3FFF'FFFF'FFFF'FFFF}}},
        {"mulhsu",
         op,
         {2, 1},
         {{ones, ones, ones}, {least, ones, least}, {1, ones, 0}, {most, ones, most - 1}}},
        {"mulhu",
         op,
         {3, 1},
         {{ones, ones, ones - 1},
          {least, least, least >> 1U},
          {least, 2, 1},
          {0xFFFF'FFFF, 0xFFFF'FFFF, 0}}},
        {"div",
         op,
         {4, 1},
         {{least, ones, least},
          {7, 0, ones},
          {std::uint64_t(-7), 2, std::uint64_t(-3)},
          {0, 0, ones},
          {7, std::uint64_t(-2), std::uint64_t(-3)}}},
        {"divu", op, {5, 1}, {{ones, 0, ones}, {least, ones, 0}, {ones, 2, most}}},
        {"rem",
         op,
         {6, 1},
         {{least, ones, 0},
          {7, 0, 7},
          {std::uint64_t(-7), 2, ones},
          {7, std::uint64_t(-2), 1},
          {least, 0, least}}},
        {"remu", op, {7, 1}, {{ones, 0, ones}, {least, ones, least}, {7, 4, 3}}},
        {"mulw",
         word_op,
         {0, 1},
         {{0x8000'0000, ones, word_least},
          {upper_ones | 3, 5, 15},
          {0x1'0000, 0x8000, word_least}}},
        {"divw",
         word_op,
         {4, 1},
         {{0x8000'0000, ones, word_least},
          {7, 0, ones},
          {7, upper_ones, ones},
          {std::uint64_t(-7), 2, std::uint64_t(-3)},
          {upper_ones | 9, 2, 4}}},
        {"divuw",
         word_op,
         {5, 1},
         {{7, 0, ones},
          {ones, 1, ones},
          {0x8000'0000, ones, 0},
          {0x8000'0000, 1, word_least},
          {7, upper_ones, ones}}},
        {"remw",
         word_op,
         {6, 1},
         {{0x8000'0000, ones, 0},
          {7, 0, 7},
          {0x8000'0000, 0, word_least},
          {std::uint64_t(-7), 2, ones},
          {upper_ones | 9, 2, 1}}},
        {"remuw",
         word_op,
         {7, 1},
         {{7, 0, 7},
          {0x8000'0000, 0, word_least},
          {0x8000'0000, ones, word_least},
          {ones, 16, 15}}},
    };
    return forms;
}

struct ImmediateForm {
    char const* name;
    Opcode opcode;
    Function function;
    std::int32_t imm;
    std::uint64_t left;
    std::uint64_t result;
};

std::vector<ImmediateForm> const& immediate_forms() {
    constexpr Opcode op = Opcode::immediate;
    constexpr Opcode word_op = Opcode::word_immediate;
    static std::vector<ImmediateForm> const forms{
        {"addi", op, {0}, -2048, 0, std::uint64_t(-2048)},
        {"addi", op, {0}, 2047, most, least + 2046},
        {"slti", op, {2}, -1, least, 1},
        {"slti", op, {2}, -1, 0, 0},
        {"sltiu", op, {3}, -1, most, 1},
        {"sltiu", op, {3}, -1, ones, 0},
        {"sltiu", op, {3}, 1, 0, 1},
        {"xori", op, {4}, -1, 0xF0, ones - 0xF0},
        {"ori", op, {6}, -2048, 1, std::uint64_t(-2047)},
        {"andi", op, {7}, -16, 0xFF, 0xF0},
        {"slli", op, {1}, 63, 3, least},
        {"slli", op, {1}, 32, 1, 0x1'0000'0000},
        {"srli", op, {5}, 63, least, 1},
        {"srli", op, {5}, 0, ones, ones},
        {"srai", op, {5}, 0x400 | 63, least, ones},
        {"srai", op, {5}, 0x400 | 1, most, most >> 1U},
        {"addiw", word_op, {0}, 1, word_most, word_least},
        {"addiw", word_op, {0}, 0, 0xFFFF'FFFF, ones},
        {"addiw", word_op, {0}, -1, upper_ones, ones},
        {"slliw", word_op, {1}, 31, 1, word_least},
        {"slliw", word_op, {1}, 4, upper_ones | 1, 16},
        {"srliw", word_op, {5}, 0, 0x8000'0000, word_least},
        {"srliw", word_op, {5}, 1, ones, word_most},
        {"sraiw", word_op, {5}, 0x400 | 31, 0x8000'0000, ones},
        {"sraiw", word_op, {5}, 0x400 | 4, upper_ones | 0x70, 7},
    };
    return forms;
}

class JobInstructions : public testing::TestWithParam<Engine> {
  protected:
    static void check(std::vector<RegisterForm> const& forms) {
        for (RegisterForm const& form : forms) {
            Word const word = register_type(form.opcode, form.function, t2, t0, t1);
            for (Case const& each : form.cases) {
                EXPECT_EQ(result_of(word, each.left, each.right, GetParam()), each.result)
                    << form.name << std::hex << " of " << each.left << " and " << each.right;
            }
        }
    }
};

TEST_P(JobInstructions, OfRegistersHoldAtTheirEdges) {
    check(base_forms());
}

TEST_P(JobInstructions, OfProductsAndQuotientsHoldAtTheirEdgesAndNeverTrap) {
    check(product_forms());
}

TEST_P(JobInstructions, WithImmediatesHoldAtTheirEdges) {
    for (ImmediateForm const& form : immediate_forms()) {
        Word const word = immediate_type(form.opcode, form.function, t2, t0, form.imm);
        EXPECT_EQ(result_of(word, form.left, 0, GetParam()), form.result)
            << form.name << " by " << form.imm;
    }
}

TEST_P(JobInstructions, OfUpperImmediatesExtendTheSign) {
    EXPECT_EQ(result_of(lui(t2, std::int32_t(0x8000'0000)), 0, 0, GetParam()), word_least);
    EXPECT_EQ(result_of(lui(t2, 0x7FFF'F000), 0, 0, GetParam()), 0x7FFF'F000U);
    EXPECT_EQ(result_of(upper_type(Opcode::auipc, t2, -4096), 0, 0, GetParam()),
              JobImage::text_address - 4096);
    EXPECT_EQ(result_of(upper_type(Opcode::auipc, t2, 0x7FFF'F000), 0, 0, GetParam()),
              JobImage::text_address + 0x7FFF'F000);
}

TEST_P(JobInstructions, NeverChangeX0) {
    JobMachine job{{.text = {addi(x0, x0, 5), lui(x0, 4096), jal(x0, 4),
                             register_type(Opcode::registers, {0}, t2, x0, x0), ebreak}},
                   {.engine = GetParam()}};
    job.set(t2.number, 9);
    job.finish();
    EXPECT_EQ(job.state().registers[0], 0U);
    EXPECT_EQ(job.state().registers[t2.number], 0U);
}

TEST_P(JobInstructions, FenceIsAnInstructionThatDoesNothing) {
    EXPECT_EQ(result_of(fence, 1, 2, GetParam()), 0U);
}

struct BranchForm {
    char const* name;
    Word three;
    std::uint64_t left;
    std::uint64_t right;
    bool taken;
};

TEST_P(JobInstructions, BranchesAreTakenByTheirConditionAlone) {
    std::vector<BranchForm> const forms{
        {"beq", 0, 5, 5, true},         {"beq", 0, 5, ones, false},
        {"bne", 1, 5, 5, false},        {"bne", 1, least, most, true},
        {"blt", 4, least, most, true},  {"blt", 4, most, least, false},
        {"blt", 4, 3, 3, false},        {"bge", 5, 3, 3, true},
        {"bge", 5, least, most, false}, {"bge", 5, most, least, true},
        {"bltu", 6, most, least, true}, {"bltu", 6, least, most, false},
        {"bltu", 6, 3, 3, false},       {"bgeu", 7, 3, 3, true},
        {"bgeu", 7, ones, 0, true},     {"bgeu", 7, most, least, false}};
    for (BranchForm const& form : forms) {
        // Forward over one instruction, and backward from there.
        JobMachine job{{.text = {jal(x0, 12), addi(t2, x0, 1), ebreak,
                                 branch_type({form.three}, t0, t1, -8), ebreak}},
                       {.engine = GetParam()}};
        job.set(t0.number, form.left);
        job.set(t1.number, form.right);
        job.finish();
        EXPECT_EQ(job.state().registers[t2.number], form.taken ? 1U : 0U) << form.name;
        EXPECT_EQ(job.state().fuel_used, form.taken ? 3U : 2U) << form.name;
    }
}

TEST_P(JobInstructions, JumpsLinkAndDropTheLowestBit) {
    JobMachine job{{.text = {jal(t2, 8), ebreak, jalr(t0, t1, 1), ebreak, ebreak}},
                   {.engine = GetParam()}};
    job.set(t1.number, JobImage::text_address + 16);
    job.finish();
    EXPECT_EQ(job.state().registers[t2.number], JobImage::text_address + 4);
    EXPECT_EQ(job.state().registers[t0.number], JobImage::text_address + 12);
    EXPECT_EQ(job.ending().pc, JobImage::text_address + 16);
    EXPECT_EQ(job.state().fuel_used, 2U);
}

TEST_P(JobInstructions, AJumpMayLinkTheRegisterThatItGoesBy) {
    JobMachine job{{.text = {jalr(t1, t1, 8), ebreak, ebreak}}, {.engine = GetParam()}};
    job.set(t1.number, JobImage::text_address);
    job.finish();
    EXPECT_EQ(job.state().registers[t1.number], JobImage::text_address + 4);
    EXPECT_EQ(job.ending().pc, JobImage::text_address + 8);
}

struct LoadForm {
    char const* name;
    Word three;
    std::uint64_t result;
};

TEST_P(JobInstructions, LoadsExtendAsTheySayAtAnyAlignment) {
    std::vector<LoadForm> const forms{{"lb", 0, 0xFFFF'FFFF'FFFF'FF81},
                                      {"lh", 1, 0xFFFF'FFFF'FFFF'8281},
                                      {"lw", 2, 0xFFFF'FFFF'8483'8281},
                                      {"ld", 3, 0x8887'8685'8483'8281},
                                      {"lbu", 4, 0x81},
                                      {"lhu", 5, 0x8281},
                                      {"lwu", 6, 0x8483'8281}};
    for (LoadForm const& form : forms) {
        for (std::int32_t shift = 0; shift < 8; ++shift) {
            JobImage image{
                .text = {immediate_type(Opcode::load, {form.three}, t2, t0, -shift), ebreak}};
            image.data.resize(16 + std::size_t(shift));
            for (unsigned index = 0; index < 8; ++index) {
                image.data[std::size_t(shift) + index] = std::byte(0x81 + index);
            }
            JobMachine job{image, {.engine = GetParam()}};
            job.set(t0.number, JobImage::data_address + 2 * std::uint64_t(shift));
            job.finish();
            EXPECT_EQ(job.state().registers[t2.number], form.result) << form.name << shift;
        }
    }
}

TEST_P(JobInstructions, StoresChangeTheirBytesAloneAtAnyAlignment) {
    for (Word three = 0; three < 4; ++three) {
        for (std::uint64_t shift = 0; shift < 8; ++shift) {
            JobImage image{.text = {store_type({three}, t1, t0, -3), ebreak}};
            image.data.assign(24, std::byte{0x11});
            JobMachine job{image, {.engine = GetParam()}};
            job.set(t0.number, JobImage::data_address + shift + 3);
            job.set(t1.number, 0x8887'8685'8483'8281);
            job.finish();
            Bytes const data =
                job.machine().memory().subspan(JobImage::data_address - JobImage::text_address);
            for (std::uint64_t index = 0; index < 24; ++index) {
                bool const stored = index >= shift && index < shift + (1U << three);
                auto const wanted = stored ? std::byte(0x81 + index - shift) : std::byte{0x11};
                EXPECT_EQ(data[index], wanted) << three << " " << shift << " " << index;
            }
        }
    }
}

TEST_P(JobInstructions, WhatRv64imDoesNotHaveIsNamedWithItsWord) {
    std::vector<Word> const words{
        0x0000'0000,
        0xFFFF'FFFF,
        0x0000'1073 | 0xC00U << 20U, // csrrw cycle
        0xC000'2573,                 // rdcycle a0
        0x0000'100F,                 // fence.i
        0x0000'0001,                 // compressed nop
        0x1005'252F,                 // lr.w
        0x0005'2007,                 // flw
        0x0200'0053,                 // fadd-like
        register_type(Opcode::registers, {0, 2}, t2, t0, t1),
        register_type(Opcode::registers, {1, 0x20}, t2, t0, t1),
        register_type(Opcode::word_registers, {2, 1}, t2, t0, t1),
        immediate_type(Opcode::immediate, {1}, t2, t0, 0x400 | 3),
        immediate_type(Opcode::immediate, {5}, t2, t0, 0x200 | 3),
        immediate_type(Opcode::word_immediate, {1}, t2, t0, 32),
        immediate_type(Opcode::word_immediate, {5}, t2, t0, 32),
        immediate_type(Opcode::word_immediate, {2}, t2, t0, 0),
        immediate_type(Opcode::load, {7}, t2, t0, 0),
        store_type({4}, t1, t0, 0),
        branch_type({2}, t0, t1, 8),
        immediate_type(Opcode::jalr, {1}, t2, t0, 0),
        ecall | 1U << 7U,
        0x3020'0073, // mret
        0x1050'0073, // wfi
    };
    for (Word const word : words) {
        JobMachine job{{.text = {addi(t2, x0, 1), word}}, {.engine = GetParam()}};
        job.finish();
        jobs::Ending const wanted{.reason = jobs::Reason::illegal_instruction,
                                  .pc = JobImage::text_address + 4,
                                  .detail = word};
        EXPECT_EQ(job.ending(), wanted) << std::hex << word;
        EXPECT_EQ(job.state().fuel_used, 1U);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, JobInstructions, testing::Values(Engine::fast, Engine::stepper),
                         [](auto const& engine) {
                             return engine.param == Engine::fast ? "Fast" : "Stepper";
                         });

} // namespace
} // namespace axiom::test
