#pragma once
// What each operation of rv64im does: one table, from which the stepper and the fast engine are
// both made, so that they cannot differ.
//
// In an expression `a` and `b` are the source registers, `imm` the immediate (sign-extended to 64
// bits), `pc` the instruction's address. Rows:
//   value(name, expression)     the destination becomes the expression
//   load(name, type)            the destination becomes the extended value at a + imm
//   store(name, type)           the value at a + imm becomes b's low bits
//   branch(name, condition)     to pc + imm if the condition holds
// `jal` and `jalr` and the operations that end or pause a job are written out in each engine.

#define AXIOM_JOB_VALUES(value)                                                                    \
    value(lui, imm) value(auipc, pc + imm) value(addi, a + imm) value(                             \
        slti, truth(as_signed(a) < as_signed(imm))) value(sltiu, truth(a < imm))                   \
        value(xori, a ^ imm) value(ori, a | imm) value(andi, a& imm) value(                        \
            slli, a << (imm & 63U)) value(srli, a >> (imm & 63U))                                  \
            value(srai, shifted_arithmetic(a, imm)) value(add, a + b) value(sub, a - b) value(     \
                sll, a << (b & 63U)) value(slt, truth(as_signed(a) < as_signed(b)))                \
                value(sltu, truth(a < b)) value(xor_, a ^ b) value(srl, a >> (b & 63U)) value(     \
                    sra, shifted_arithmetic(a, b)) value(or_, a | b)                               \
                    value(and_, a& b) value(addiw, sign_extended(low_word(a + imm))) value(        \
                        slliw, sign_extended(low_word(a) << (imm & 31U)))                          \
                        value(srliw, sign_extended(low_word(a) >> (imm & 31U))) value(             \
                            sraiw, word_shifted_arithmetic(                                        \
                                       a, imm)) value(addw, sign_extended(low_word(a + b)))        \
                            value(subw, sign_extended(low_word(a - b))) value(                     \
                                sllw, sign_extended(low_word(a) << (b & 31U)))                     \
                                value(srlw, sign_extended(low_word(a) >> (b & 31U))) value(        \
                                    sraw, word_shifted_arithmetic(a, b)) value(mul, a* b)          \
                                    value(mulh, high_product_signed(a, b)) value(                  \
                                        mulhsu,                                                    \
                                        high_product_mixed(a, b)) value(mulhu, high_product(a, b)) \
                                        value(div, divided(a, b)) value(divu, quotient(a, b))      \
                                            value(rem,                                             \
                                                  divided_rest(a, b)) value(remu, remainder(a, b)) \
                                                value(mulw, sign_extended(low_word(a* b)))         \
                                                    value(divw, word_divided(a, b)) value(         \
                                                        divuw, sign_extended(quotient(             \
                                                                   low_word(a), low_word(b))))     \
                                                        value(remw, word_divided_rest(a, b))       \
                                                            value(remuw,                           \
                                                                  sign_extended(remainder(         \
                                                                      low_word(a), low_word(b))))

#define AXIOM_JOB_LOADS(load)                                                                      \
    load(lb, std::int8_t) load(lh, std::int16_t) load(lw, std::int32_t) load(ld, std::int64_t)     \
        load(lbu, std::uint8_t) load(lhu, std::uint16_t) load(lwu, std::uint32_t)

#define AXIOM_JOB_STORES(store)                                                                    \
    store(sb, std::uint8_t) store(sh, std::uint16_t) store(sw, std::uint32_t)                      \
        store(sd, std::uint64_t)

#define AXIOM_JOB_BRANCHES(branch)                                                                 \
    branch(beq, a == b) branch(bne, a != b) branch(blt, as_signed(a) < as_signed(b))               \
        branch(bge, as_signed(a) >= as_signed(b)) branch(bltu, a < b) branch(bgeu, a >= b)

// What follows what often enough that the fast engine takes both at one dispatch. The first is one
// of the values, which never end a job.
#define AXIOM_JOB_PAIRS(pair)                                                                      \
    pair(addi, addi) pair(addi, add) pair(addi, bne) pair(addi, beq) pair(addi, bltu)              \
        pair(addi, jal) pair(add, add) pair(add, addi) pair(add, lbu) pair(add, lhu) pair(add, lw) \
            pair(slli, srli) pair(srli, add) pair(slliw, sraiw) pair(addiw, beq) pair(addiw, andi) \
                pair(andi, beq) pair(and_, slli)
