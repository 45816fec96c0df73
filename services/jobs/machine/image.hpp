#pragma once
// A program's file, checked: what is to be loaded where. Nothing in the file is believed.
//
// An image is a static ELF of rv64im. Its segments rise in memory without overlapping:
//
//     base      | read-only segments, one of them executable | writable segments | break ...
//               page                                          writable            end
//
// Nothing is both writable and executable, and nothing becomes executable later, so the
// instructions are known before the first one runs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>

#include <services/jobs/machine/limits.hpp>

namespace axiom::jobs {

enum class ImageRule : std::uint8_t {
    header_fits,
    elf_magic,
    class_64,
    little_endian,
    version_1,
    executable_type,
    riscv_machine,
    flags_known,
    header_sizes,
    program_headers_fit,
    program_headers_few,
    static_image,
    segments_few,
    segment_in_file,
    segment_sizes,
    segment_addresses,
    segment_alignment,
    segments_rise,
    segment_readable,
    never_writable_and_executable,
    one_executable,
    executable_whole,
    executable_alignment,
    read_only_below_writable,
    something_loaded,
    entry_executable,
    memory_limit,
};

/// The rule as a sentence, for people.
[[nodiscard]] std::string_view text_of(ImageRule rule) noexcept;

/// The rule's name: stable, for scripts.
[[nodiscard]] std::string_view name_of(ImageRule rule) noexcept;

struct ImageProblem {
    ImageRule rule{};
    std::uint64_t where{}; // the offset in the file of the field that breaks it
    std::uint64_t value{}; // what stands there

    friend bool operator==(ImageProblem const&, ImageProblem const&) noexcept = default;
};

struct Segment {
    std::uint64_t address{};
    std::uint64_t offset{};     // in the file
    std::uint64_t file_bytes{}; // at most memory_bytes; the rest is zero
    std::uint64_t memory_bytes{};
};

struct ImagePlan {
    std::uint64_t base{};  // the page of the lowest segment; memory begins here
    std::uint64_t entry{}; // within the executable segment, a multiple of four
    std::uint64_t text_address{};
    std::uint64_t text_offset{}; // in the file
    std::uint64_t instruction_count{};
    std::uint64_t writable_address{}; // where the writable part begins: a page, or the end
    std::uint64_t end{};              // the first break: behind the highest segment, a page
    std::uint32_t segment_count{};
    std::array<Segment, segments_max> segments{};

    /// The memory that the image itself takes.
    [[nodiscard]] constexpr std::uint64_t memory_bytes() const noexcept { return end - base; }
};

/// Checks the whole file. `memory_bytes_max` is the job's limit; the image must fit.
[[nodiscard]] std::expected<ImagePlan, ImageProblem>
read_image(Bytes file, std::uint64_t memory_bytes_max) noexcept;

} // namespace axiom::jobs
