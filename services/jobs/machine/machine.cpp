// Loading a job, predecoding it, and the loop over both engines; see machine.hpp.

#include <services/jobs/machine/machine.hpp>

#include <algorithm>

namespace axiom::jobs {

namespace {

// Whether nothing behind it runs without a jump.
bool always_leaves(Operation operation) noexcept {
    switch (operation) {
    case Operation::illegal:
    case Operation::ecall:
    case Operation::ebreak:
    case Operation::jal:
    case Operation::jalr:
    case Operation::aside:
        return true;
    default:
        return false;
    }
}

bool has_fixed_target(Operation operation) noexcept {
    return operation == Operation::jal ||
           (operation >= Operation::beq && operation <= Operation::bgeu);
}

// Each instruction that begins a frequent pair takes the pair's operation; what it is followed by
// has not been changed yet.
void join_pairs(std::span<Instruction> code) noexcept {
    for (std::size_t index = 0; index + 1 < code.size(); ++index) {
        Operation const first = code[index].operation;
        Operation const second = code[index + 1].operation;
#define AXIOM_JOB_JOIN(one, other)                                                                 \
    if (first == Operation::one && second == Operation::other) {                                   \
        code[index].operation = Operation::one##_##other;                                          \
    }
        AXIOM_JOB_PAIRS(AXIOM_JOB_JOIN)
#undef AXIOM_JOB_JOIN
    }
}

} // namespace

Machine::Machine(Bytes file, ImagePlan const& plan, Storage storage, Limits const& limits) noexcept
    : plan_{plan}, memory_{storage.memory}, code_{storage.code}, limits_{limits} {
    AXIOM_ASSERT(plan.segment_count >= 1 && plan.memory_bytes() <= memory_.size());
    load(file);
    if (!code_.empty()) {
        AXIOM_ASSERT(code_.size() == plan.instruction_count + 1);
        predecode();
    }
    state_.pc = plan.entry;
    state_.accessible_bytes = plan.memory_bytes();
}

void Machine::load(Bytes file) noexcept {
    zero_bytes(memory_.first(plan_.memory_bytes()));
    for (std::uint32_t index = 0; index < plan_.segment_count; ++index) {
        Segment const& segment = plan_.segments[index];
        copy_bytes(memory_.subspan(segment.address - plan_.base),
                   file.subspan(segment.offset, segment.file_bytes));
    }
}

// The words are read from memory, where the stepper reads them too. Behind the last one stands an
// operation that stops whoever runs off the end.
void Machine::predecode() noexcept {
    Bytes const text = memory_.subspan(plan_.text_address - plan_.base);
    auto const count = static_cast<std::int64_t>(plan_.instruction_count);
    std::uint64_t length = 0;
    for (std::int64_t index = 0; index < count; ++index) {
        Instruction instruction =
            decode(load_le<std::uint32_t>(text.subspan(std::uint64_t(index) * instruction_bytes)));
        if (has_fixed_target(instruction.operation)) {
            std::int64_t const target = index + instruction.imm / std::int32_t{instruction_bytes};
            if (instruction.imm % std::int32_t{instruction_bytes} != 0 || target < 0 ||
                target >= count) {
                instruction.operation = Operation::aside;
            }
        }
        ++length;
        longest_run_ = std::max(longest_run_, length);
        if (always_leaves(instruction.operation)) {
            length = 0;
        }
        code_[std::size_t(index)] = instruction;
    }
    code_[plan_.instruction_count] = {.operation = Operation::aside};
    ++longest_run_;
    join_pairs(code_.first(plan_.instruction_count));
}

Pause Machine::run(std::uint64_t fuel) noexcept {
    AXIOM_ASSERT(state_.pause == Pause::slice_over || state_.pause == Pause::ended);
    if (state_.pause == Pause::ended) {
        return state_.pause;
    }
    std::uint64_t const left = limits_.fuel - state_.fuel_used;
    std::uint64_t const target = state_.fuel_used + std::min(fuel, left);
    while (state_.pause == Pause::slice_over && state_.fuel_used < target) {
        if (!code_.empty() && target - state_.fuel_used > longest_run_) {
            run_fast(target);
        }
        step();
    }
    if (state_.pause == Pause::slice_over && state_.fuel_used == limits_.fuel) {
        end(Reason::out_of_fuel, 1);
    }
    return state_.pause;
}

void Machine::end(Reason reason, std::uint64_t detail) noexcept {
    state_.ending = {.reason = reason, .pc = state_.pc, .detail = detail};
    state_.pause = Pause::ended;
}

} // namespace axiom::jobs
