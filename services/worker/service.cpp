#include <services/worker/service.hpp>

#include <algorithm>

namespace axiom::worker {

namespace {

using jobs::Pause;

constexpr std::size_t instruction_bytes = 4;

std::size_t instructions_max(Worker::Room const& room) noexcept {
    return room.program_bytes / instruction_bytes + 1;
}

} // namespace

static_assert(alignof(jobs::Instruction) <= instruction_bytes);
static_assert(program_bytes_max % instruction_bytes == 0 &&
              memory_bytes_max % instruction_bytes == 0);

std::size_t Worker::bytes_for(Room const& room) noexcept {
    return room.memory_bytes + room.program_bytes +
           instructions_max(room) * sizeof(jobs::Instruction);
}

Worker::Worker(MutableBytes storage, Room const& room) noexcept
    : program_{storage.subspan(room.memory_bytes, room.program_bytes)},
      memory_{storage.first(room.memory_bytes)},
      // Plain values, each written before it is read.
      code_{reinterpret_cast<jobs::Instruction*>(storage.data() + room.memory_bytes +
                                                 room.program_bytes),
            instructions_max(room)} {
    AXIOM_ASSERT(storage.size() >= bytes_for(room));
}

Result<Nothing> Worker::on(Request const& /*request*/, Load const& asks) noexcept {
    machine_.reset();
    loaded_.reset();
    if (asks.program_bytes > program_.size() || asks.memory_bytes > memory_.size()) {
        return fail(Code::out_of_range, program_.size(), memory_.size());
    }
    loaded_ = asks;
    loaded_bytes_ = 0;
    return Nothing{};
}

Result<Nothing> Worker::on(Request const& /*request*/, Program const& asks) noexcept {
    if (!loaded_ || machine_) {
        return fail(Code::no_such_row);
    }
    if (asks.offset != loaded_bytes_ ||
        asks.piece.size() > loaded_->program_bytes - loaded_bytes_) {
        return fail(Code::out_of_range, asks.offset, loaded_bytes_);
    }
    copy_bytes(program_.subspan(loaded_bytes_), asks.piece);
    loaded_bytes_ += asks.piece.size();
    return Nothing{};
}

Result<Started> Worker::on(Request const& /*request*/, Start const& /*asks*/) noexcept {
    if (!loaded_ || machine_ || loaded_bytes_ != loaded_->program_bytes) {
        return fail(Code::no_such_row);
    }
    Bytes const file = Bytes{program_}.first(loaded_bytes_);
    auto const plan = jobs::read_image(file, loaded_->memory_bytes);
    if (!plan) {
        jobs::ImageProblem const& problem = plan.error();
        return Started{.runs = false,
                       .rule = static_cast<std::uint8_t>(problem.rule),
                       .where = problem.where,
                       .value = problem.value};
    }
    machine_.emplace(file, *plan,
                     jobs::Machine::Storage{.memory = memory_.first(loaded_->memory_bytes),
                                            .code = code_.first(plan->instruction_count + 1)},
                     jobs::Limits{.fuel = loaded_->fuel,
                                  .output_bytes = loaded_->output_bytes,
                                  .message_bytes = loaded_->message_bytes});
    return Started{.runs = true};
}

Result<Standing> Worker::on(Request const& /*request*/, Run const& asks) noexcept {
    if (!machine_) {
        return fail(Code::no_such_row);
    }
    if (is_at(Pause::input)) {
        if (asks.given > machine_->wanted_input().size()) {
            return fail(Code::out_of_range, asks.given);
        }
        machine_->give_input(asks.given);
    } else if (is_at(Pause::output) || is_at(Pause::message)) {
        machine_->release_offered();
    }
    if (!is_at(Pause::ended)) {
        machine_->run(std::max<std::uint64_t>(asks.fuel, 1));
    }
    return standing();
}

Standing Worker::standing() noexcept {
    jobs::MachineState const& state = machine_->state();
    bool const offers = is_at(Pause::output) || is_at(Pause::message);
    return {.pause = static_cast<std::uint8_t>(state.pause),
            .bytes = is_at(Pause::input) ? machine_->wanted_input().size()
                     : offers            ? machine_->offered().size()
                                         : 0,
            .fuel_used = state.fuel_used,
            .memory_bytes = state.accessible_bytes,
            .input_bytes = state.input_bytes,
            .reason = static_cast<std::uint8_t>(state.ending.reason),
            .pc = state.ending.pc,
            .detail = state.ending.detail};
}

Result<Nothing> Worker::on(Request const& /*request*/, Give const& asks) noexcept {
    if (!is_at(Pause::input)) {
        return fail(Code::no_such_row);
    }
    MutableBytes const wanted = machine_->wanted_input();
    if (!range_fits(asks.offset, asks.piece.size(), wanted.size())) {
        return fail(Code::out_of_range, asks.offset, wanted.size());
    }
    copy_bytes(wanted.subspan(asks.offset), asks.piece);
    return Nothing{};
}

Result<Taken> Worker::on(Request const& /*request*/, Take const& asks) noexcept {
    if (!is_at(Pause::output) && !is_at(Pause::message)) {
        return fail(Code::no_such_row);
    }
    Bytes const offered = machine_->offered();
    if (asks.offset > offered.size()) {
        return fail(Code::out_of_range, asks.offset, offered.size());
    }
    Bytes const rest = offered.subspan(asks.offset);
    return Taken{.piece = rest.first(std::min<std::size_t>(rest.size(), piece_bytes_max))};
}

} // namespace axiom::worker
