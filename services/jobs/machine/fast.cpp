// The fast engine: predecoded instructions with direct dispatch; see machine.hpp.
//
// It runs only what can neither end nor pause a job. At anything else it stops in front, and the
// stepper takes that one instruction: so there is one place where each ending is decided.
//
// Pairs that are frequent have an operation of their own, in the place of their first: both are
// done at one dispatch. A jump to the second finds it in its place, so fuel and pc stay distances.
//
// Fuel costs nothing on the straight: it is the distance from where the run began. Before a run
// begins there is enough for the longest one that the image has, so that no instruction in it needs
// to ask; near the end of a slice the stepper counts.

#include <services/jobs/machine/machine.hpp>

#include <services/jobs/machine/arithmetic.hpp>

namespace axiom::jobs {

// Labels as values are an extension of both compilers, and lowered to a switch where the target
// has no indirect jumps. Each operation dispatches the next one by itself, so that the
// processor's predictor sees which follows which.
#define AXIOM_JOB_DISPATCH() goto* labels[static_cast<std::size_t>(at->operation)]
#define AXIOM_JOB_OPERANDS()                                                                       \
    [[maybe_unused]] std::uint64_t const a = x[at->rs1];                                           \
    [[maybe_unused]] std::uint64_t const b = x[at->rs2];                                           \
    [[maybe_unused]] auto const imm = static_cast<std::uint64_t>(std::int64_t{at->imm});
#define AXIOM_JOB_PC()                                                                             \
    (plan_.text_address + static_cast<std::uint64_t>(at - code) * instruction_bytes)
#define AXIOM_JOB_JUMP(target)                                                                     \
    {                                                                                              \
        Instruction const* const next = (target);                                                  \
        left -= static_cast<std::uint64_t>(at - start) + 1;                                        \
        at = next;                                                                                 \
        start = next;                                                                              \
        if (left < longest) [[unlikely]] {                                                         \
            goto leave;                                                                            \
        }                                                                                          \
        AXIOM_JOB_DISPATCH();                                                                      \
    }

#define AXIOM_JOB_LABEL(name, meaning) &&name,
#define AXIOM_JOB_VALUE(name, expression)                                                          \
    name: {                                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        [[maybe_unused]] std::uint64_t const pc = AXIOM_JOB_PC();                                  \
        x[at->rd] = (expression);                                                                  \
        ++at;                                                                                      \
        AXIOM_JOB_DISPATCH();                                                                      \
    }
#define AXIOM_JOB_LOAD(name, Type)                                                                 \
    name: {                                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        std::uint64_t const index = a + imm - base;                                                \
        if (index > accessible - sizeof(Type)) [[unlikely]] {                                      \
            goto leave;                                                                            \
        }                                                                                          \
        Type value{};                                                                              \
        __builtin_memcpy(&value, memory + index, sizeof(Type));                                    \
        x[at->rd] = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));                  \
        ++at;                                                                                      \
        AXIOM_JOB_DISPATCH();                                                                      \
    }
#define AXIOM_JOB_STORE(name, Type)                                                                \
    name: {                                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        std::uint64_t const index = a + imm - writable;                                            \
        if (index >= writable_bytes || writable_bytes - index < sizeof(Type)) [[unlikely]] {       \
            goto leave;                                                                            \
        }                                                                                          \
        auto const value = static_cast<Type>(b);                                                   \
        __builtin_memcpy(writable_memory + index, &value, sizeof(Type));                           \
        ++at;                                                                                      \
        AXIOM_JOB_DISPATCH();                                                                      \
    }
#define AXIOM_JOB_BRANCH(name, condition)                                                          \
    name: {                                                                                        \
        AXIOM_JOB_OPERANDS()                                                                       \
        if (condition) {                                                                           \
            AXIOM_JOB_JUMP(at + (at->imm >> 2U))                                                   \
        }                                                                                          \
        ++at;                                                                                      \
        AXIOM_JOB_DISPATCH();                                                                      \
    }

#define AXIOM_JOB_PAIR_LABEL(first, second) &&first##_##second,
#define AXIOM_JOB_PAIR(first, second)                                                              \
    first##_##second : {                                                                           \
        AXIOM_JOB_OPERANDS()                                                                       \
        x[at->rd] = meaning<Operation::first>(a, b, imm);                                          \
        ++at;                                                                                      \
        goto second;                                                                               \
    }

namespace {

// The values' expressions by name, for pairs; none of their first halves needs the pc.
template <Operation operation>
std::uint64_t meaning(std::uint64_t a, std::uint64_t b, std::uint64_t imm) noexcept;

#define AXIOM_JOB_MEANING(name, expression)                                                        \
    template <>                                                                                    \
    [[maybe_unused, gnu::always_inline]] inline std::uint64_t meaning<Operation::name>(            \
        [[maybe_unused]] std::uint64_t a, [[maybe_unused]] std::uint64_t b,                        \
        [[maybe_unused]] std::uint64_t imm) noexcept {                                             \
        [[maybe_unused]] constexpr std::uint64_t pc = 0;                                           \
        return (expression);                                                                       \
    }
AXIOM_JOB_VALUES(AXIOM_JOB_MEANING)

} // namespace

void Machine::run_fast(std::uint64_t target) noexcept {
    // In the order of Operation.
    static constexpr void const* labels[] = {
        &&leave,
        &&leave,
        &&leave,
        &&fence,
        &&jal,
        &&jalr,
        AXIOM_JOB_VALUES(AXIOM_JOB_LABEL) AXIOM_JOB_LOADS(AXIOM_JOB_LABEL)
                AXIOM_JOB_STORES(AXIOM_JOB_LABEL) AXIOM_JOB_BRANCHES(AXIOM_JOB_LABEL)
                    AXIOM_JOB_PAIRS(AXIOM_JOB_PAIR_LABEL) &&
            leave};

    Instruction const* const code = code_.data();
    std::uint64_t const first = (state_.pc - plan_.text_address) / instruction_bytes;
    if (first >= plan_.instruction_count) {
        return;
    }
    std::uint64_t* const x = state_.registers.data();
    std::byte* const memory = memory_.data();
    std::uint64_t const base = plan_.base;
    std::uint64_t const accessible = state_.accessible_bytes;
    std::uint64_t const writable = plan_.writable_address;
    std::uint64_t const writable_bytes = base + accessible - writable;
    std::byte* const writable_memory = memory + (writable - base);
    std::uint64_t const longest = longest_run_;
    std::uint64_t const left_before = target - state_.fuel_used;
    std::uint64_t left = left_before; // at `start`
    Instruction const* at = code + first;
    Instruction const* start = at; // of the run

    AXIOM_JOB_DISPATCH();

    AXIOM_JOB_VALUES(AXIOM_JOB_VALUE)
    AXIOM_JOB_LOADS(AXIOM_JOB_LOAD)
    AXIOM_JOB_STORES(AXIOM_JOB_STORE)
    AXIOM_JOB_BRANCHES(AXIOM_JOB_BRANCH)
    AXIOM_JOB_PAIRS(AXIOM_JOB_PAIR)
fence:
    ++at;
    AXIOM_JOB_DISPATCH();
jal:
    x[at->rd] = AXIOM_JOB_PC() + instruction_bytes;
    AXIOM_JOB_JUMP(at + (at->imm >> 2U))
jalr: {
    // Bit 0 of the sum is dropped by the machine's rules; what is then no instruction of the text
    // is the stepper's.
    std::uint64_t const to =
        (x[at->rs1] + static_cast<std::uint64_t>(std::int64_t{at->imm})) & ~std::uint64_t{1};
    std::uint64_t const distance = to - plan_.text_address;
    if (distance % instruction_bytes != 0 ||
        distance / instruction_bytes >= plan_.instruction_count) [[unlikely]] {
        goto leave;
    }
    x[at->rd] = AXIOM_JOB_PC() + instruction_bytes;
    AXIOM_JOB_JUMP(code + distance / instruction_bytes)
}

leave:
    left -= static_cast<std::uint64_t>(at - start);
    state_.pc = AXIOM_JOB_PC();
    state_.fuel_used += left_before - left;
}

} // namespace axiom::jobs
