#pragma once
// An instruction in the form that is executed: eight bytes, made from the word in the image once.

#include <cstdint>

#include <services/jobs/machine/operations.hpp>

namespace axiom::jobs {

// clang-format off
// NOLINTBEGIN(readability-identifier-naming): and, or and xor are words of the language
enum class Operation : std::uint8_t {
    illegal, // no instruction of rv64im
    ecall,
    ebreak,
    fence, // one hart, memory in order: nothing to wait for
    jal,
    jalr,
#define AXIOM_JOB_NAME(name, meaning) name,
    AXIOM_JOB_VALUES(AXIOM_JOB_NAME)
    AXIOM_JOB_LOADS(AXIOM_JOB_NAME)
    AXIOM_JOB_STORES(AXIOM_JOB_NAME)
    AXIOM_JOB_BRANCHES(AXIOM_JOB_NAME)
#undef AXIOM_JOB_NAME
#define AXIOM_JOB_PAIR_NAME(first, second) first##_##second,
    AXIOM_JOB_PAIRS(AXIOM_JOB_PAIR_NAME) // of the fast engine; the second keeps its own place
#undef AXIOM_JOB_PAIR_NAME
    aside, // of the fast engine: what the stepper must look at
};
// NOLINTEND(readability-identifier-naming)
// clang-format on

/// Where writes to x0 go, so that no operation asks which register it writes.
inline constexpr std::uint8_t sink_register = 32;
inline constexpr std::uint8_t register_count = 33;

struct Instruction {
    Operation operation{Operation::illegal};
    std::uint8_t rd{sink_register}; // never 0
    std::uint8_t rs1{};
    std::uint8_t rs2{};
    std::int32_t imm{}; // in bytes where it is a distance
};

static_assert(sizeof(Instruction) == 8);

inline constexpr std::uint64_t instruction_bytes = 4;

/// The instruction that `word` encodes; Operation::illegal where rv64im has none: compressed forms,
/// floats, atomics, CSRs and `fence.i` among them.
[[nodiscard]] Instruction decode(std::uint32_t word) noexcept;

} // namespace axiom::jobs
