// Decoding, by opcode and then by the function fields; see instruction.hpp.
//
// Source: The RISC-V Instruction Set Manual, volume I, chapter "RV32/64G Instruction Set Listings".

#include <services/jobs/machine/instruction.hpp>

#include <array>

namespace axiom::jobs {

namespace {

using enum Operation;

// The fields of a word, all formats side by side.
struct Fields {
    std::uint32_t word;

    [[nodiscard]] constexpr std::uint32_t bits(unsigned low, unsigned count) const noexcept {
        return (word >> low) & ((1U << count) - 1U);
    }
    [[nodiscard]] constexpr std::uint32_t opcode() const noexcept { return bits(0, 7); }
    [[nodiscard]] constexpr std::uint32_t function3() const noexcept { return bits(12, 3); }
    [[nodiscard]] constexpr std::uint32_t function7() const noexcept { return bits(25, 7); }

    // Immediates; the word's top bit is always their sign.
    [[nodiscard]] constexpr std::int32_t imm_i() const noexcept {
        return static_cast<std::int32_t>(word) >> 20U;
    }
    [[nodiscard]] constexpr std::int32_t imm_s() const noexcept {
        return static_cast<std::int32_t>((word & 0xFE00'0000U)) >> 20U |
               static_cast<std::int32_t>(bits(7, 5));
    }
    [[nodiscard]] constexpr std::int32_t imm_b() const noexcept {
        return static_cast<std::int32_t>((word & 0x8000'0000U)) >> 19U |
               static_cast<std::int32_t>(bits(7, 1) << 11U | bits(25, 6) << 5U | bits(8, 4) << 1U);
    }
    [[nodiscard]] constexpr std::int32_t imm_u() const noexcept {
        return static_cast<std::int32_t>(word & 0xFFFF'F000U);
    }
    [[nodiscard]] constexpr std::int32_t imm_j() const noexcept {
        return static_cast<std::int32_t>((word & 0x8000'0000U)) >> 11U |
               static_cast<std::int32_t>(bits(12, 8) << 12U | bits(20, 1) << 11U |
                                         bits(21, 10) << 1U);
    }
};

Instruction make(Fields from, Operation operation, std::int32_t imm = 0) noexcept {
    if (operation == illegal) {
        return {};
    }
    auto const rd = static_cast<std::uint8_t>(from.bits(7, 5));
    return {.operation = operation,
            .rd = rd == 0 ? sink_register : rd,
            .rs1 = static_cast<std::uint8_t>(from.bits(15, 5)),
            .rs2 = static_cast<std::uint8_t>(from.bits(20, 5)),
            .imm = imm};
}

using ByFunction3 = std::array<Operation, 8>;

constexpr ByFunction3 loads{lb, lh, lw, ld, lbu, lhu, lwu, illegal};
constexpr ByFunction3 stores{sb, sh, sw, sd, illegal, illegal, illegal, illegal};
constexpr ByFunction3 branches{beq, bne, illegal, illegal, blt, bge, bltu, bgeu};
constexpr ByFunction3 immediates{addi, illegal, slti, sltiu, xori, illegal, ori, andi};

// Register forms by function7: base, alternate (bit 30), multiplication.
constexpr ByFunction3 registers{add, sll, slt, sltu, xor_, srl, or_, and_};
constexpr ByFunction3 alternates{sub, illegal, illegal, illegal, illegal, sra, illegal, illegal};
constexpr ByFunction3 products{mul, mulh, mulhsu, mulhu, div, divu, rem, remu};
constexpr ByFunction3 words{addw, sllw, illegal, illegal, illegal, srlw, illegal, illegal};
constexpr ByFunction3 alternate_words{subw,    illegal, illegal, illegal,
                                      illegal, sraw,    illegal, illegal};
constexpr ByFunction3 product_words{mulw, illegal, illegal, illegal, divw, divuw, remw, remuw};

Instruction register_form(Fields from, ByFunction3 const& base, ByFunction3 const& alternate,
                          ByFunction3 const& product) noexcept {
    switch (from.function7()) {
    case 0b000'0000:
        return make(from, base[from.function3()]);
    case 0b010'0000:
        return make(from, alternate[from.function3()]);
    case 0b000'0001:
        return make(from, product[from.function3()]);
    default:
        return {};
    }
}

Instruction immediate_form(Fields from) noexcept {
    std::uint32_t const upper = from.bits(26, 6);
    auto const shift = static_cast<std::int32_t>(from.bits(20, 6));
    if (from.function3() == 1) {
        return make(from, upper == 0 ? slli : illegal, shift);
    }
    if (from.function3() == 5) {
        return make(from, upper == 0 ? srli : upper == 0b01'0000 ? srai : illegal, shift);
    }
    return make(from, immediates[from.function3()], from.imm_i());
}

Instruction word_immediate_form(Fields from) noexcept {
    auto const shift = static_cast<std::int32_t>(from.bits(20, 5));
    std::uint32_t const upper = from.function7();
    switch (from.function3()) {
    case 0:
        return make(from, addiw, from.imm_i());
    case 1:
        return make(from, upper == 0 ? slliw : illegal, shift);
    case 5:
        return make(from, upper == 0 ? srliw : upper == 0b010'0000 ? sraiw : illegal, shift);
    default:
        return {};
    }
}

Instruction system_form(Fields from) noexcept {
    constexpr std::uint32_t ecall_word = 0x0000'0073;
    constexpr std::uint32_t ebreak_word = 0x0010'0073;
    return make(from, from.word == ecall_word    ? ecall
                      : from.word == ebreak_word ? ebreak
                                                 : illegal);
}

} // namespace

Instruction decode(std::uint32_t word) noexcept {
    Fields const from{word};
    switch (from.opcode()) {
    case 0b011'0111:
        return make(from, lui, from.imm_u());
    case 0b001'0111:
        return make(from, auipc, from.imm_u());
    case 0b110'1111:
        return make(from, jal, from.imm_j());
    case 0b110'0111:
        return make(from, from.function3() == 0 ? jalr : illegal, from.imm_i());
    case 0b110'0011:
        return make(from, branches[from.function3()], from.imm_b());
    case 0b000'0011:
        return make(from, loads[from.function3()], from.imm_i());
    case 0b010'0011:
        return make(from, stores[from.function3()], from.imm_s());
    case 0b001'0011:
        return immediate_form(from);
    case 0b001'1011:
        return word_immediate_form(from);
    case 0b011'0011:
        return register_form(from, registers, alternates, products);
    case 0b011'1011:
        return register_form(from, words, alternate_words, product_words);
    case 0b000'1111:
        return make(from, from.function3() == 0 ? fence : illegal);
    case 0b111'0011:
        return system_form(from);
    default:
        return {};
    }
}

} // namespace axiom::jobs
