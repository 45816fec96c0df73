#pragma once
// Machine: runs one job, a slice at a time, and is the same everywhere.
//
// The machine has no input or output of its own: a call that moves bytes pauses it with a view of
// the job's memory, the caller fills or takes it, and the job goes on. So a run-to-completion
// service gives it slices, and no call depends on how its bytes arrive.
//
//     run(slice) ─▶ slice_over ─▶ run …
//                ─▶ input    ─▶ fill wanted_input(), give_input(n) ─▶ run …
//                ─▶ output   ─▶ take offered(), release_offered()  ─▶ run …
//                ─▶ ended    ─▶ state().ending
//
// Everything a job is lies in its state, which is a plain value, and its memory: copies of both go
// on exactly as the original. Fuel is one unit per retired instruction and one per 64 bytes that a
// call moves; where a slice ends changes nothing.

#include <array>
#include <cstdint>
#include <span>

#include <axiom/base/bytes.hpp>

#include <services/jobs/machine/ending.hpp>
#include <services/jobs/machine/image.hpp>
#include <services/jobs/machine/instruction.hpp>

namespace axiom::jobs {

struct Limits {
    std::uint64_t fuel{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};
};

/// What the machine waits for.
enum class Pause : std::uint8_t {
    slice_over,
    input,   // bytes for wanted_input()
    output,  // somebody who takes offered(): the job's output
    message, // the same of its messages
    ended,
};

struct MachineState {
    std::array<std::uint64_t, register_count> registers{}; // [0] is always zero
    std::uint64_t pc{};
    std::uint64_t fuel_used{};
    std::uint64_t accessible_bytes{}; // from the base to the break
    std::uint64_t input_bytes{};
    std::uint64_t output_bytes{};
    std::uint64_t message_bytes{};
    Pause pause{Pause::slice_over};
    Ending ending;
};

class Machine {
  public:
    struct Storage {
        /// The job's memory: its size is the limit, at least the plan's memory_bytes().
        MutableBytes memory;
        /// One for each instruction of the plan and one more; empty to decode every word anew when
        /// it is reached, which is slower by far and otherwise the same.
        std::span<Instruction> code;
    };

    /// Loads the image. `file` is what `plan` was made of, and must not change until here.
    Machine(Bytes file, ImagePlan const& plan, Storage storage, Limits const& limits) noexcept;

    /// Runs until about `fuel` more is used (exactly, but for what a call costs at once), or until
    /// the job pauses or has ended. A paused call must have been served.
    Pause run(std::uint64_t fuel) noexcept;

    /// In Pause::input: where input is wanted. Not empty.
    [[nodiscard]] MutableBytes wanted_input() noexcept;

    /// `bytes` of it are filled; fewer than wanted say that the input ends there.
    void give_input(std::size_t bytes) noexcept;

    /// In Pause::output and Pause::message: what the job wrote. Not empty.
    [[nodiscard]] Bytes offered() const noexcept;
    void release_offered() noexcept;

    [[nodiscard]] MachineState const& state() const noexcept { return state_; }
    [[nodiscard]] Bytes memory() const noexcept { return memory_; }

    /// Goes on from a copy that `state()` gave of a machine of the same image and limits, whose
    /// memory has been copied here.
    void restore(MachineState const& state) noexcept { state_ = state; }

  private:
    void load(Bytes file) noexcept;
    void predecode() noexcept;

    // Instructions until the target is near, something needs a closer look, or the text is left.
    void run_fast(std::uint64_t target) noexcept;

    // Exactly one instruction, or the ending that it has.
    void step() noexcept;
    void step_jump(Instruction const& instruction) noexcept;
    void call() noexcept;
    void call_move() noexcept;
    void call_break_to(std::uint64_t wanted) noexcept;

    void retire(std::uint64_t next) noexcept {
        state_.pc = next;
        ++state_.fuel_used;
    }
    void retire_call(std::uint64_t result) noexcept;
    void end(Reason reason, std::uint64_t detail) noexcept;

    ImagePlan plan_;
    MutableBytes memory_;
    std::span<Instruction> code_;
    std::uint64_t longest_run_{}; // instructions from anywhere up to one that always jumps
    Limits limits_;
    MachineState state_;
};

} // namespace axiom::jobs
