#pragma once
// Small jobs for tests: an ELF file made of words, and a machine that runs it.

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <services/jobs/machine/machine.hpp>

namespace axiom::test {

/// A static ELF file with one executable segment, and a writable one behind it.
struct JobImage {
    static constexpr std::uint64_t text_address = 0x1'0000;
    static constexpr std::uint64_t data_address = 0x2'0000;

    std::vector<std::uint32_t> text;
    std::vector<std::byte> data{};
    std::uint64_t data_memory_bytes{4096};

    [[nodiscard]] std::vector<std::byte> file() const;
};

/// Copies all of its input to its output, a kilobyte at a time.
[[nodiscard]] JobImage copying_job();
/// Runs until somebody ends it.
[[nodiscard]] JobImage endless_job();

/// Places of fields in the file that JobImage makes.
struct JobImagePlace {
    static constexpr std::size_t type = 16;
    static constexpr std::size_t machine = 18;
    static constexpr std::size_t entry = 24;
    static constexpr std::size_t program_headers = 32;
    static constexpr std::size_t flags = 48;
    static constexpr std::size_t program_header_count = 56;
    static constexpr std::size_t first_header = 64;
    static constexpr std::size_t second_header = 64 + 56;
    // within a program header
    static constexpr std::size_t segment_type = 0;
    static constexpr std::size_t segment_flags = 4;
    static constexpr std::size_t segment_offset = 8;
    static constexpr std::size_t segment_address = 16;
    static constexpr std::size_t segment_file_bytes = 32;
    static constexpr std::size_t segment_memory_bytes = 40;
};

enum class Engine : std::uint8_t { fast, stepper };

/// A machine with the storage that it needs.
class JobMachine {
  public:
    struct Options {
        Engine engine{Engine::fast};
        std::uint64_t memory_bytes{256 * 1024};
        jobs::Limits limits{.fuel = 1'000'000, .output_bytes = 65536, .message_bytes = 4096};
    };

    JobMachine(JobImage const& image, Options const& options);

    [[nodiscard]] jobs::Machine& machine() { return *machine_; }
    [[nodiscard]] jobs::MachineState const& state() const { return machine_->state(); }
    [[nodiscard]] jobs::Ending const& ending() const { return machine_->state().ending; }

    void set(std::uint64_t number, std::uint64_t value);

    /// Runs in slices until the end; every call is served, input from `input`.
    void finish(std::uint64_t slice_fuel = 1U << 20U, std::string_view input = {});

    [[nodiscard]] std::string const& output() const { return output_; }
    [[nodiscard]] std::string const& messages() const { return messages_; }

    /// Goes on from another machine's state and memory.
    void take_over(JobMachine const& other);

    /// Serves the pause that the machine is in; false at the end.
    bool serve(jobs::Pause pause, std::string_view& input);

  private:
    std::vector<std::byte> memory_;
    std::vector<jobs::Instruction> code_;
    std::unique_ptr<jobs::Machine> machine_;
    std::string output_;
    std::string messages_;
};

} // namespace axiom::test
