// Making and running small jobs; see tests/support/job_world.hpp.

#include <tests/support/job_world.hpp>

#include <algorithm>
#include <stdexcept>

#include <tests/support/riscv_words.hpp>

namespace axiom::test {

namespace {

template <class Word> void put(std::vector<std::byte>& file, std::size_t at, Word value) {
    store_le<Word>(MutableBytes{file}.subspan(at), value);
}

struct Header {
    std::uint32_t flags;
    std::uint64_t offset;
    std::uint64_t address;
    std::uint64_t file_bytes;
    std::uint64_t memory_bytes;
};

void put_header(std::vector<std::byte>& file, std::size_t at, Header const& header) {
    put<std::uint32_t>(file, at + JobImagePlace::segment_type, 1);
    put<std::uint32_t>(file, at + JobImagePlace::segment_flags, header.flags);
    put<std::uint64_t>(file, at + JobImagePlace::segment_offset, header.offset);
    put<std::uint64_t>(file, at + JobImagePlace::segment_address, header.address);
    put<std::uint64_t>(file, at + JobImagePlace::segment_file_bytes, header.file_bytes);
    put<std::uint64_t>(file, at + JobImagePlace::segment_memory_bytes, header.memory_bytes);
    put<std::uint64_t>(file, at + 48, jobs::page_bytes);
}

} // namespace

JobImage copying_job() {
    using namespace riscv;
    constexpr std::int32_t data_page = JobImage::data_address;
    return {.text = {addi(a7, x0, 63), addi(a0, x0, 0), lui(a1, data_page), addi(a2, x0, 1024),
                     ecall, branch_type({0}, a0, x0, 24), addi(a2, a0, 0), addi(a7, x0, 64),
                     addi(a0, x0, 1), ecall, jal(x0, -40), addi(a7, x0, 93), addi(a0, x0, 0),
                     ecall},
            .data = std::vector<std::byte>(1024)};
}

JobImage endless_job() {
    return {.text = {riscv::jal(riscv::x0, 0)}};
}

std::vector<std::byte> JobImage::file() const {
    constexpr std::size_t text_at = 4096;
    std::size_t const text_bytes = text.size() * 4;
    std::size_t const data_at = text_at + round_up<std::size_t>(text_bytes, 4096);
    std::vector<std::byte> file(data_at + data.size());
    constexpr std::array<std::uint8_t, 7> identity{0x7F, 'E', 'L', 'F', 2, 1, 1};
    std::ranges::transform(identity, file.begin(),
                           [](std::uint8_t byte) { return std::byte{byte}; });
    put<std::uint16_t>(file, JobImagePlace::type, 2);
    put<std::uint16_t>(file, JobImagePlace::machine, 243);
    put<std::uint32_t>(file, 20, 1);
    put<std::uint64_t>(file, JobImagePlace::entry, text_address);
    put<std::uint64_t>(file, JobImagePlace::program_headers, 64);
    put<std::uint16_t>(file, 52, 64);
    put<std::uint16_t>(file, 54, 56);
    put<std::uint16_t>(file, JobImagePlace::program_header_count, 2);
    put_header(file, JobImagePlace::first_header,
               {.flags = 5,
                .offset = text_at,
                .address = text_address,
                .file_bytes = text_bytes,
                .memory_bytes = text_bytes});
    put_header(file, JobImagePlace::second_header,
               {.flags = 6,
                .offset = data_at,
                .address = data_address,
                .file_bytes = data.size(),
                .memory_bytes = std::max<std::uint64_t>(data_memory_bytes, data.size())});
    for (std::size_t index = 0; index < text.size(); ++index) {
        put<std::uint32_t>(file, text_at + index * 4, text[index]);
    }
    copy_bytes(MutableBytes{file}.subspan(data_at), data);
    return file;
}

JobMachine::JobMachine(JobImage const& image, Options const& options)
    // What a machine does not clear before it hands it out shows.
    : memory_(options.memory_bytes, std::byte{0xA5}) {
    auto const file = image.file();
    auto const plan = jobs::read_image(file, options.memory_bytes);
    if (!plan) {
        throw std::runtime_error{std::string{jobs::text_of(plan.error().rule)}};
    }
    code_.resize(options.engine == Engine::fast ? plan->instruction_count + 1 : 0);
    machine_ = std::make_unique<jobs::Machine>(
        file, *plan, jobs::Machine::Storage{.memory = memory_, .code = code_}, options.limits);
}

void JobMachine::set(std::uint64_t number, std::uint64_t value) {
    jobs::MachineState state = machine_->state();
    state.registers.at(number) = value;
    machine_->restore(state);
}

bool JobMachine::serve(jobs::Pause pause, std::string_view& input) {
    switch (pause) {
    case jobs::Pause::slice_over:
        return true;
    case jobs::Pause::input: {
        MutableBytes const wanted = machine_->wanted_input();
        std::size_t const given = std::min(wanted.size(), input.size());
        copy_bytes(wanted, bytes_of(input.substr(0, given)));
        input.remove_prefix(given);
        machine_->give_input(given);
        return true;
    }
    case jobs::Pause::output:
    case jobs::Pause::message:
        (pause == jobs::Pause::output ? output_ : messages_) += text_of(machine_->offered());
        machine_->release_offered();
        return true;
    case jobs::Pause::ended:
        break;
    }
    return false;
}

void JobMachine::finish(std::uint64_t slice_fuel, std::string_view input) {
    while (serve(machine_->run(slice_fuel), input)) {
    }
}

void JobMachine::take_over(JobMachine const& other) {
    memory_ = other.memory_;
    machine_->restore(other.state());
    output_ = other.output_;
    messages_ = other.messages_;
}

} // namespace axiom::test
