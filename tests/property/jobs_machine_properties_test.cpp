// Random programs: both engines do what the plain model does, instruction for instruction, and
// where slices end changes nothing.

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/property/rv64_model.hpp>
#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>
#include <tests/support/seeded.hpp>

namespace {

using namespace axiom;
using namespace axiom::test;
using namespace axiom::test::riscv;

constexpr std::uint64_t text = JobImage::text_address;
constexpr std::uint64_t data = JobImage::data_address;
constexpr std::uint64_t data_bytes = 4096;

// All of a world follows from one number, so that nothing in it grows with rapidcheck's size.
Seeded* choices = nullptr;

std::uint64_t below(std::uint64_t bound) {
    return choices->below(bound);
}
Register any_register() {
    return {static_cast<Word>(below(32))};
}
std::int32_t any_immediate() {
    return static_cast<std::int32_t>(below(4096)) - 2048;
}

// Values near the edges of every width, and near those of memory.
std::uint64_t any_value() {
    std::uint64_t const near = below(17) - 8;
    switch (below(8)) {
    case 0:
        return near;
    case 1:
        return (std::uint64_t{1} << below(64)) + near;
    case 2:
    case 3:
        return data + below(data_bytes);
    case 4:
        return data + data_bytes * below(2) + near;
    case 5:
        return text + below(256);
    case 6:
        return choices->next();
    default:
        return static_cast<std::uint64_t>(
            static_cast<std::int64_t>(static_cast<std::int32_t>(choices->next())));
    }
}

Word any_register_form() {
    Opcode const opcode = below(2) == 0 ? Opcode::registers : Opcode::word_registers;
    constexpr std::array<Word, 4> sevens{0, 1, 0x20, 2};
    std::uint64_t const seven = below(16) == 0 ? 3 : below(3);
    return register_type(opcode, {static_cast<Word>(below(8)), sevens[seven]}, any_register(),
                         any_register(), any_register());
}
Word any_immediate_form() {
    Opcode const opcode = below(2) == 0 ? Opcode::immediate : Opcode::word_immediate;
    auto const three = static_cast<Word>(below(8));
    bool const shifts = three == 1 || three == 5;
    std::int32_t const imm =
        shifts ? static_cast<std::int32_t>(below(64) | (below(2) << 10U)) : any_immediate();
    return immediate_type(opcode, {three}, any_register(), any_register(), imm);
}
Word any_memory_form() {
    auto const three = static_cast<Word>(below(8));
    return below(2) == 0 ? immediate_type(Opcode::load, {three}, any_register(), any_register(),
                                          static_cast<std::int32_t>(below(33)) - 16)
                         : store_type({three % 5}, any_register(), any_register(),
                                      static_cast<std::int32_t>(below(33)) - 16);
}
Word any_jump(std::size_t count) {
    auto const distance =
        4 * (static_cast<std::int32_t>(below(2 * count)) - static_cast<std::int32_t>(count)) +
        (below(32) == 0 ? 2 : 0);
    switch (below(8)) {
    case 0:
        return jal(any_register(), distance);
    case 1:
        return jalr(any_register(), any_register(), any_immediate());
    default:
        return branch_type({static_cast<Word>(below(8))}, any_register(), any_register(), distance);
    }
}

// `straight`: no jumps, so that most of it is reached.
Word any_word(std::size_t count, bool straight) {
    switch (below(straight ? 12 : 16)) {
    case 0:
        return upper_type(below(2) == 0 ? Opcode::lui : Opcode::auipc, any_register(),
                          static_cast<std::int32_t>(choices->next()));
    case 1:
    case 2:
    case 3:
        return any_immediate_form();
    case 4:
        return any_memory_form();
    case 5:
        return below(64) == 0 ? static_cast<Word>(choices->next()) : fence;
    default:
        return below(4) == 0 && !straight ? any_jump(count) : any_register_form();
    case 12:
    case 13:
    case 14:
    case 15:
        return any_jump(count);
    }
}

// Few forms, so that the pairs which the fast engine joins are met everywhere.
Word any_common_word(std::size_t count) {
    auto const distance =
        4 * (static_cast<std::int32_t>(below(2 * count)) - static_cast<std::int32_t>(count));
    constexpr std::array<Word, 5> immediates{0, 0, 7, 1, 5};
    constexpr std::array<Word, 3> branches{0, 1, 6};
    constexpr std::array<Word, 3> loads{4, 5, 2};
    switch (below(8)) {
    case 0:
    case 1:
    case 2: {
        Word const three = immediates[below(5)];
        std::int32_t const imm =
            three == 1 || three == 5 ? static_cast<std::int32_t>(below(64)) : any_immediate() % 16;
        return immediate_type(Opcode::immediate, {three}, any_register(), any_register(), imm);
    }
    case 3: {
        constexpr std::array<Word, 3> words{0, 1, 5};
        Word const three = words[below(3)];
        auto const imm = static_cast<std::int32_t>(below(32) | (three == 5 ? 0x400U : 0U));
        return immediate_type(Opcode::word_immediate, {three}, any_register(), any_register(), imm);
    }
    case 4:
    case 5:
        return register_type(Opcode::registers, {below(2) == 0 ? 0U : 7U}, any_register(),
                             any_register(), any_register());
    case 6:
        return below(4) == 0
                   ? immediate_type(Opcode::load, {loads[below(3)]}, any_register(), any_register(),
                                    0)
                   : branch_type({branches[below(3)]}, any_register(), any_register(), distance);
    default:
        return below(4) == 0 ? jal(any_register(), distance) : fence;
    }
}

struct World {
    JobImage image;
    std::array<std::uint64_t, 32> registers{};
};

enum class Flow : std::uint8_t { straight, jumps, pairs };

World any_world(Flow flow) {
    World world;
    std::size_t const count = 1 + below(60);
    for (std::size_t index = 0; index < count; ++index) {
        Word const word =
            flow == Flow::pairs ? any_common_word(count) : any_word(count, flow == Flow::straight);
        // Calls are not the model's.
        world.image.text.push_back(word == ecall ? fence : word);
    }
    world.image.text.push_back(ebreak);
    world.image.data.resize(data_bytes);
    for (std::size_t index = 0; index < 64; ++index) {
        world.image.data[below(data_bytes)] = std::byte(below(256));
    }
    for (std::size_t number = 1; number < 32; ++number) {
        world.registers[number] = any_value();
    }
    return world;
}

Rv64Model model_of(World const& world) {
    std::vector<std::uint8_t> memory(data + data_bytes - text);
    std::memcpy(memory.data(), world.image.text.data(), 4 * world.image.text.size());
    std::memcpy(memory.data() + (data - text), world.image.data.data(), world.image.data.size());
    Rv64Model model{
        {.text = text, .text_end = text + 4 * world.image.text.size(), .writable = data},
        std::move(memory)};
    model.x = world.registers;
    return model;
}

void compare(World const& world, Rv64Model const& model, std::uint64_t fuel, Engine engine,
             std::uint64_t slice) {
    JobMachine job{world.image, {.engine = engine, .limits = {.fuel = fuel}}};
    for (std::size_t number = 1; number < 32; ++number) {
        job.set(number, world.registers[number]);
    }
    job.finish(slice);
    jobs::Ending const wanted = model.ending.value_or(
        jobs::Ending{.reason = jobs::Reason::out_of_fuel, .pc = model.pc, .detail = 1});
    RC_ASSERT(jobs::text_of(job.ending().reason).name == jobs::text_of(wanted.reason).name);
    RC_ASSERT(job.ending() == wanted);
    RC_ASSERT(job.state().fuel_used == model.fuel);
    RC_ASSERT(job.state().pc == model.pc);
    for (std::size_t number = 0; number < 32; ++number) {
        RC_ASSERT(job.state().registers[number] == model.x[number]);
    }
    Bytes const memory = job.machine().memory().first(model.memory().size());
    RC_ASSERT(std::memcmp(memory.data(), model.memory().data(), memory.size()) == 0);
}

void compare_all(World const& world) {
    // Enough for most programs, and where a loop is cut is drawn too.
    std::uint64_t const fuel = 1 + below(400);
    Rv64Model model = model_of(world);
    model.run(fuel);
    if (model.fuel == fuel) {
        model.ending.reset(); // the last unit is spent: what would have come is not reached
    }
    for (Engine const engine : {Engine::fast, Engine::stepper}) {
        compare(world, model, fuel, engine, std::uint64_t{1} << 40U);
        compare(world, model, fuel, engine, 1 + below(70));
    }
}

class Drawn {
  public:
    Drawn()
        : seeded_{*rc::gen::noShrink(
              rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>()))} {
        choices = &seeded_;
    }
    ~Drawn() { choices = nullptr; }
    Drawn(Drawn const&) = delete;
    Drawn& operator=(Drawn const&) = delete;

  private:
    Seeded seeded_;
};

RC_GTEST_PROP(JobMachineProperties, StraightProgramsDoWhatTheModelDoes, ()) {
    Drawn const drawn;
    compare_all(any_world(Flow::straight));
}

RC_GTEST_PROP(JobMachineProperties, ProgramsThatJumpDoWhatTheModelDoes, ()) {
    Drawn const drawn;
    compare_all(any_world(Flow::jumps));
}

RC_GTEST_PROP(JobMachineProperties, ProgramsOfPairsDoWhatTheModelDoes, ()) {
    Drawn const drawn;
    for (int round = 0; round < 16; ++round) {
        compare_all(any_world(Flow::pairs));
    }
}

// One instruction alone, many times a case, so that each meets many operands.
RC_GTEST_PROP(JobMachineProperties, EveryWordDoesWhatTheModelDoes, ()) {
    Drawn const drawn;
    for (int round = 0; round < 64; ++round) {
        World world = any_world(Flow::straight);
        std::size_t const count = world.image.text.size();
        Word const word =
            below(4) == 0 ? static_cast<Word>(choices->next()) : any_word(count, false);
        world.image.text = {word == ecall ? fence : word, ebreak};
        compare_all(world);
    }
}

} // namespace
