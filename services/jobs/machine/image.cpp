// Reading an ELF file that anybody may have made; see image.hpp.
//
// Source: System V ABI, "Object Files"; RISC-V ELF psABI, "File header" and "e_flags".

#include <services/jobs/machine/image.hpp>

#include <services/jobs/machine/instruction.hpp>

namespace axiom::jobs {

namespace {

struct RuleText {
    std::string_view name;
    std::string_view sentence;
};

constexpr RuleText rule_texts[] = {
    {"header_fits", "the file is at least as long as an ELF header"},
    {"elf_magic", "the file begins as an ELF file does"},
    {"class_64", "the image is of 64 bits"},
    {"little_endian", "the image is little-endian"},
    {"version_1", "the image is of ELF version 1"},
    {"executable_type",
     "the image is linked to fixed addresses (ET_EXEC): link with -static -no-pie"},
    {"riscv_machine", "the image is for RISC-V"},
    {"flags_known",
     "the image is for rv64im with integer calls: build with -march=rv64im -mabi=lp64"},
    {"header_sizes", "ELF header and program headers have the sizes of ELF64"},
    {"program_headers_fit", "the program headers lie within the file"},
    {"program_headers_few", "the image has at most 32 program headers"},
    {"static_image", "the image needs no loader and no library: link with -static"},
    {"segments_few", "the image has at most 8 loaded segments"},
    {"segment_in_file", "a segment's bytes lie within the file"},
    {"segment_sizes", "a segment takes at least as much memory as it has bytes in the file"},
    {"segment_addresses", "a segment lies between 4096 and 2^47"},
    {"segment_alignment", "a segment lies in the file as it lies in its page"},
    {"segments_rise", "segments rise in memory and share no page of another use"},
    {"segment_readable", "a segment can be read"},
    {"never_writable_and_executable", "no segment is both writable and executable"},
    {"one_executable", "exactly one segment is executable"},
    {"executable_whole", "the executable segment is wholly in the file"},
    {"executable_alignment", "the executable segment begins at a multiple of four"},
    {"read_only_below_writable", "segments that cannot be written lie below those that can"},
    {"something_loaded", "the image has something to load"},
    {"entry_executable", "the entry is an instruction of the executable segment"},
    {"memory_limit", "the image fits into the job's memory: give it more"},
};

static_assert(std::size(rule_texts) == static_cast<std::size_t>(ImageRule::memory_limit) + 1);

constexpr std::uint64_t header_bytes = 64;
constexpr std::uint64_t program_header_bytes = 56;

enum : std::uint32_t { type_load = 1, type_dynamic = 2, type_interpreter = 3 };
enum : std::uint32_t { flag_execute = 1, flag_write = 2, flag_read = 4 };

using Checked = std::expected<void, ImageProblem>;

// A field, and where it stands; the caller has checked that the file reaches that far.
template <class Word> std::uint64_t field(Bytes file, std::uint64_t offset) noexcept {
    return load_le<Word>(file.subspan(offset));
}

template <class Word>
Checked expect(Bytes file, std::uint64_t offset, std::uint64_t wanted, ImageRule rule) noexcept {
    std::uint64_t const value = field<Word>(file, offset);
    if (value != wanted) {
        return std::unexpected(ImageProblem{rule, offset, value});
    }
    return {};
}

Checked check_header(Bytes file) noexcept {
    if (file.size() < header_bytes) {
        return std::unexpected(ImageProblem{ImageRule::header_fits, 0, file.size()});
    }
    constexpr std::uint64_t magic = 0x464C'457F;
    constexpr std::uint64_t machine_riscv = 243;
    constexpr std::uint64_t fixed_executable = 2;
    TRY(expect<std::uint32_t>(file, 0, magic, ImageRule::elf_magic));
    TRY(expect<std::uint8_t>(file, 4, 2, ImageRule::class_64));
    TRY(expect<std::uint8_t>(file, 5, 1, ImageRule::little_endian));
    TRY(expect<std::uint8_t>(file, 6, 1, ImageRule::version_1));
    TRY(expect<std::uint16_t>(file, 16, fixed_executable, ImageRule::executable_type));
    TRY(expect<std::uint16_t>(file, 18, machine_riscv, ImageRule::riscv_machine));
    TRY(expect<std::uint32_t>(file, 20, 1, ImageRule::version_1));
    // Compressed instructions, floats in registers, half the registers, total order: each is a bit.
    TRY(expect<std::uint32_t>(file, 48, 0, ImageRule::flags_known));
    TRY(expect<std::uint16_t>(file, 52, header_bytes, ImageRule::header_sizes));
    TRY(expect<std::uint16_t>(file, 54, program_header_bytes, ImageRule::header_sizes));
    return {};
}

// What is known of the image so far, segment by segment.
class PlanMaker {
  public:
    explicit PlanMaker(Bytes file) noexcept : file_{file} {}

    Checked add(std::uint64_t header) noexcept;
    std::expected<ImagePlan, ImageProblem> finish(std::uint64_t memory_bytes_max) noexcept;

  private:
    Checked check_place(Segment const& segment, std::uint64_t header) noexcept;
    Checked check_use(Segment const& segment, std::uint64_t header, std::uint64_t flags) noexcept;

    Bytes file_;
    ImagePlan plan_;
    std::uint64_t last_end_{}; // behind the segment before
    std::uint64_t last_flags_{};
    bool executable_{};
    bool writable_{};
};

Checked problem(ImageRule rule, std::uint64_t where, std::uint64_t value) noexcept {
    return std::unexpected(ImageProblem{rule, where, value});
}

constexpr std::uint64_t page_of(std::uint64_t address) noexcept {
    return address & ~(page_bytes - 1);
}

Checked PlanMaker::check_place(Segment const& segment, std::uint64_t header) noexcept {
    if (!range_fits(segment.offset, segment.file_bytes, file_.size())) {
        return problem(ImageRule::segment_in_file, header + 8, segment.offset);
    }
    if (segment.file_bytes > segment.memory_bytes) {
        return problem(ImageRule::segment_sizes, header + 32, segment.file_bytes);
    }
    if (segment.address < lowest_address ||
        !range_fits(segment.address, segment.memory_bytes, highest_address)) {
        return problem(ImageRule::segment_addresses, header + 16, segment.address);
    }
    if (segment.address % page_bytes != segment.offset % page_bytes) {
        return problem(ImageRule::segment_alignment, header + 8, segment.offset);
    }
    return {};
}

Checked PlanMaker::check_use(Segment const& segment, std::uint64_t header,
                             std::uint64_t flags) noexcept {
    std::uint64_t const flags_at = header + 4;
    if ((flags & flag_read) == 0) {
        return problem(ImageRule::segment_readable, flags_at, flags);
    }
    bool const executes = (flags & flag_execute) != 0;
    bool const writes = (flags & flag_write) != 0;
    if (executes && writes) {
        return problem(ImageRule::never_writable_and_executable, flags_at, flags);
    }
    if (writable_ && !writes) {
        return problem(ImageRule::read_only_below_writable, flags_at, flags);
    }
    // Real systems protect pages, so two uses never share one.
    bool const same_use = flags == last_flags_;
    if (plan_.segment_count > 0 &&
        segment.address < (same_use ? last_end_ : round_up(last_end_, page_bytes))) {
        return problem(ImageRule::segments_rise, header + 16, segment.address);
    }
    if (executes) {
        if (executable_) {
            return problem(ImageRule::one_executable, flags_at, flags);
        }
        if (segment.file_bytes != segment.memory_bytes) {
            return problem(ImageRule::executable_whole, header + 32, segment.file_bytes);
        }
        if (segment.address % instruction_bytes != 0) {
            return problem(ImageRule::executable_alignment, header + 16, segment.address);
        }
    }
    return {};
}

Checked PlanMaker::add(std::uint64_t header) noexcept {
    std::uint64_t const type = field<std::uint32_t>(file_, header);
    if (type == type_dynamic || type == type_interpreter) {
        return problem(ImageRule::static_image, header, type);
    }
    Segment const segment{.address = field<std::uint64_t>(file_, header + 16),
                          .offset = field<std::uint64_t>(file_, header + 8),
                          .file_bytes = field<std::uint64_t>(file_, header + 32),
                          .memory_bytes = field<std::uint64_t>(file_, header + 40)};
    if (type != type_load || segment.memory_bytes == 0) {
        return {};
    }
    if (plan_.segment_count == segments_max) {
        return problem(ImageRule::segments_few, header, segments_max + 1);
    }
    std::uint64_t const flags = field<std::uint32_t>(file_, header + 4) & 7U;
    TRY(check_place(segment, header));
    TRY(check_use(segment, header, flags));
    if (plan_.segment_count == 0) {
        plan_.base = page_of(segment.address);
    }
    if ((flags & flag_execute) != 0) {
        executable_ = true;
        plan_.text_address = segment.address;
        plan_.text_offset = segment.offset;
        plan_.instruction_count = segment.file_bytes / instruction_bytes;
    }
    if ((flags & flag_write) != 0 && !writable_) {
        writable_ = true;
        plan_.writable_address = page_of(segment.address);
    }
    plan_.segments[plan_.segment_count] = segment;
    ++plan_.segment_count;
    last_end_ = segment.address + segment.memory_bytes;
    last_flags_ = flags;
    return {};
}

std::expected<ImagePlan, ImageProblem> PlanMaker::finish(std::uint64_t memory_bytes_max) noexcept {
    constexpr std::uint64_t entry_at = 24;
    if (plan_.segment_count == 0) {
        return std::unexpected(ImageProblem{ImageRule::something_loaded, 0, 0});
    }
    if (!executable_) {
        return std::unexpected(ImageProblem{ImageRule::one_executable, 0, 0});
    }
    plan_.end = round_up(last_end_, page_bytes);
    if (!writable_) {
        plan_.writable_address = plan_.end;
    }
    plan_.entry = field<std::uint64_t>(file_, entry_at);
    if (plan_.entry < plan_.text_address || plan_.entry % instruction_bytes != 0 ||
        (plan_.entry - plan_.text_address) / instruction_bytes >= plan_.instruction_count) {
        return std::unexpected(ImageProblem{ImageRule::entry_executable, entry_at, plan_.entry});
    }
    if (plan_.memory_bytes() > memory_bytes_max) {
        return std::unexpected(ImageProblem{ImageRule::memory_limit, 0, plan_.memory_bytes()});
    }
    return plan_;
}

} // namespace

std::string_view text_of(ImageRule rule) noexcept {
    return rule_texts[static_cast<std::size_t>(rule)].sentence;
}

std::string_view name_of(ImageRule rule) noexcept {
    return rule_texts[static_cast<std::size_t>(rule)].name;
}

std::expected<ImagePlan, ImageProblem> read_image(Bytes file,
                                                  std::uint64_t memory_bytes_max) noexcept {
    constexpr std::uint64_t table_at = 32;
    constexpr std::uint64_t count_at = 56;
    TRY(check_header(file));
    std::uint64_t const table = field<std::uint64_t>(file, table_at);
    std::uint64_t const count = field<std::uint16_t>(file, count_at);
    if (count > program_headers_max) {
        return std::unexpected(ImageProblem{ImageRule::program_headers_few, count_at, count});
    }
    if (!range_fits(table, count * program_header_bytes, file.size())) {
        return std::unexpected(ImageProblem{ImageRule::program_headers_fit, table_at, table});
    }
    PlanMaker plan{file};
    for (std::uint64_t index = 0; index < count; ++index) {
        TRY(plan.add(table + index * program_header_bytes));
    }
    return plan.finish(memory_bytes_max);
}

} // namespace axiom::jobs
