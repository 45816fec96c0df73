// The stepper: one instruction at a time, decoded where it is reached, and every ending; see
// machine.hpp.

#include <services/jobs/machine/machine.hpp>

#include <services/jobs/machine/arithmetic.hpp>

namespace axiom::jobs {

#define AXIOM_JOB_OPERANDS()                                                                       \
    [[maybe_unused]] std::uint64_t const a = x[at.rs1];                                            \
    [[maybe_unused]] std::uint64_t const b = x[at.rs2];                                            \
    [[maybe_unused]] auto const imm = static_cast<std::uint64_t>(std::int64_t{at.imm});            \
    [[maybe_unused]] std::uint64_t const pc = state_.pc;

#define AXIOM_JOB_VALUE(name, expression)                                                          \
    case Operation::name: {                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        x[at.rd] = (expression);                                                                   \
        return retire(pc + instruction_bytes);                                                     \
    }
#define AXIOM_JOB_LOAD(name, Type)                                                                 \
    case Operation::name: {                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        std::uint64_t const index = a + imm - plan_.base;                                          \
        if (!range_fits(index, sizeof(Type), state_.accessible_bytes)) {                           \
            return end(Reason::bad_load, a + imm);                                                 \
        }                                                                                          \
        Type value{};                                                                              \
        __builtin_memcpy(&value, memory_.data() + index, sizeof(Type));                            \
        x[at.rd] = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));                   \
        return retire(pc + instruction_bytes);                                                     \
    }
#define AXIOM_JOB_STORE(name, Type)                                                                \
    case Operation::name: {                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        std::uint64_t const index = a + imm - plan_.base;                                          \
        if (!range_fits(index, sizeof(Type), state_.accessible_bytes) ||                           \
            index < plan_.writable_address - plan_.base) {                                         \
            return end(Reason::bad_store, a + imm);                                                \
        }                                                                                          \
        auto const value = static_cast<Type>(b);                                                   \
        __builtin_memcpy(memory_.data() + index, &value, sizeof(Type));                            \
        return retire(pc + instruction_bytes);                                                     \
    }
#define AXIOM_JOB_BRANCH(name, condition)                                                          \
    case Operation::name: {                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        return (condition) ? step_jump(at) : retire(pc + instruction_bytes);                       \
    }

void Machine::step() noexcept {
    std::uint64_t const distance = state_.pc - plan_.text_address;
    if (distance / instruction_bytes >= plan_.instruction_count) {
        return end(Reason::bad_jump, state_.pc);
    }
    auto const word = load_le<std::uint32_t>(memory_.subspan(state_.pc - plan_.base));
    Instruction const at = decode(word);
    std::uint64_t* const x = state_.registers.data();
    switch (at.operation) {
        AXIOM_JOB_VALUES(AXIOM_JOB_VALUE)
        AXIOM_JOB_LOADS(AXIOM_JOB_LOAD)
        AXIOM_JOB_STORES(AXIOM_JOB_STORE)
        AXIOM_JOB_BRANCHES(AXIOM_JOB_BRANCH)
    case Operation::jal:
    case Operation::jalr:
        return step_jump(at);
    case Operation::fence:
        return retire(state_.pc + instruction_bytes);
    case Operation::ecall:
        return call();
    case Operation::ebreak:
        return end(Reason::breakpoint, 0);
    default: // what only the fast engine knows is never decoded
        return end(Reason::illegal_instruction, word);
    }
}

// A target off the multiples of four ends the job at the jump; one that holds no instruction ends
// it at the target, when nothing is found there.
void Machine::step_jump(Instruction const& instruction) noexcept {
    auto const imm = static_cast<std::uint64_t>(std::int64_t{instruction.imm});
    bool const by_register = instruction.operation == Operation::jalr;
    std::uint64_t const target = by_register
                                     ? (state_.registers[instruction.rs1] + imm) & ~std::uint64_t{1}
                                     : state_.pc + imm;
    if (target % instruction_bytes != 0) {
        return end(Reason::bad_jump, target);
    }
    if (by_register || instruction.operation == Operation::jal) {
        state_.registers[instruction.rd] = state_.pc + instruction_bytes;
    }
    retire(target);
}

} // namespace axiom::jobs
