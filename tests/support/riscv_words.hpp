#pragma once
// Instructions of rv64im as words, written from the manual's tables and not from our decoder.
//
// Source: The RISC-V Instruction Set Manual, volume I, "RV32/64G Instruction Set Listings".

#include <cstdint>

namespace axiom::test::riscv {

using Word = std::uint32_t;

struct Register {
    Word number;
};

inline constexpr Register x0{0};
inline constexpr Register a0{10};
inline constexpr Register a1{11};
inline constexpr Register a2{12};
inline constexpr Register a7{17};
inline constexpr Register t0{5};
inline constexpr Register t1{6};
inline constexpr Register t2{7};

enum class Opcode : Word {
    load = 0x03,
    fence = 0x0F,
    immediate = 0x13,
    auipc = 0x17,
    word_immediate = 0x1B,
    store = 0x23,
    registers = 0x33,
    lui = 0x37,
    word_registers = 0x3B,
    branch = 0x63,
    jalr = 0x67,
    jal = 0x6F,
};

struct Function {
    Word three;
    Word seven{};
};

constexpr Word register_type(Opcode opcode, Function function, Register rd, Register rs1,
                             Register rs2) {
    return function.seven << 25U | rs2.number << 20U | rs1.number << 15U | function.three << 12U |
           rd.number << 7U | static_cast<Word>(opcode);
}

constexpr Word immediate_type(Opcode opcode, Function function, Register rd, Register rs1,
                              std::int32_t imm) {
    return (static_cast<Word>(imm) & 0xFFFU) << 20U | rs1.number << 15U | function.three << 12U |
           rd.number << 7U | static_cast<Word>(opcode);
}

constexpr Word store_type(Function function, Register rs2, Register rs1, std::int32_t imm) {
    auto const bits = static_cast<Word>(imm);
    return (bits >> 5U & 0x7FU) << 25U | rs2.number << 20U | rs1.number << 15U |
           function.three << 12U | (bits & 0x1FU) << 7U | static_cast<Word>(Opcode::store);
}

constexpr Word branch_type(Function function, Register rs1, Register rs2, std::int32_t distance) {
    auto const bits = static_cast<Word>(distance);
    return (bits >> 12U & 1U) << 31U | (bits >> 5U & 0x3FU) << 25U | rs2.number << 20U |
           rs1.number << 15U | function.three << 12U | (bits >> 1U & 0xFU) << 8U |
           (bits >> 11U & 1U) << 7U | static_cast<Word>(Opcode::branch);
}

/// `imm` is the upper 20 bits in their place; the lower 12 are ignored.
constexpr Word upper_type(Opcode opcode, Register rd, std::int32_t imm) {
    return (static_cast<Word>(imm) & 0xFFFF'F000U) | rd.number << 7U | static_cast<Word>(opcode);
}

constexpr Word jal(Register rd, std::int32_t distance) {
    auto const bits = static_cast<Word>(distance);
    return (bits >> 20U & 1U) << 31U | (bits >> 1U & 0x3FFU) << 21U | (bits >> 11U & 1U) << 20U |
           (bits >> 12U & 0xFFU) << 12U | rd.number << 7U | static_cast<Word>(Opcode::jal);
}

constexpr Word jalr(Register rd, Register rs1, std::int32_t imm) {
    return immediate_type(Opcode::jalr, {0}, rd, rs1, imm);
}

constexpr Word addi(Register rd, Register rs1, std::int32_t imm) {
    return immediate_type(Opcode::immediate, {0}, rd, rs1, imm);
}

constexpr Word lui(Register rd, std::int32_t imm) {
    return upper_type(Opcode::lui, rd, imm);
}

inline constexpr Word ecall = 0x0000'0073;
inline constexpr Word ebreak = 0x0010'0073;
inline constexpr Word fence = 0x0FF0'000F;

} // namespace axiom::test::riscv
