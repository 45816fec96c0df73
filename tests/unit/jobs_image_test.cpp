// ELF files that break a rule are refused by its name and place; their neighbours load.

#include <functional>

#include <gtest/gtest.h>

#include <tests/support/job_world.hpp>
#include <tests/support/riscv_words.hpp>

namespace axiom::test {
namespace {

using jobs::ImageRule;
using Place = JobImagePlace;

constexpr std::uint64_t memory_bytes = 1U << 20U;

JobImage good() {
    return {.text = {riscv::addi(riscv::a0, riscv::x0, 1), riscv::ebreak},
            .data = std::vector<std::byte>(100, std::byte{7})};
}

template <class Word>
std::vector<std::byte> patched(std::size_t at, Word value,
                               std::vector<std::byte> file = good().file()) {
    store_le<Word>(MutableBytes{file}.subspan(at), value);
    return file;
}

void expect_refused(std::vector<std::byte> const& file, ImageRule rule, std::uint64_t where) {
    auto const plan = jobs::read_image(file, memory_bytes);
    ASSERT_FALSE(plan.has_value()) << jobs::name_of(rule);
    EXPECT_EQ(jobs::name_of(plan.error().rule), jobs::name_of(rule));
    EXPECT_EQ(plan.error().where, where) << jobs::name_of(rule);
}

TEST(JobImages, AGoodOneIsPlannedAsItSays) {
    auto const plan = jobs::read_image(good().file(), memory_bytes);
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->base, JobImage::text_address);
    EXPECT_EQ(plan->entry, JobImage::text_address);
    EXPECT_EQ(plan->instruction_count, 2U);
    EXPECT_EQ(plan->writable_address, JobImage::data_address);
    EXPECT_EQ(plan->end, JobImage::data_address + 4096);
    EXPECT_EQ(plan->memory_bytes(), plan->end - plan->base);
}

TEST(JobImages, EveryShorterFileIsRefused) {
    auto const file = good().file();
    for (std::size_t bytes = 0; bytes < file.size(); ++bytes) {
        EXPECT_FALSE(jobs::read_image(Bytes{file}.first(bytes), memory_bytes).has_value()) << bytes;
    }
}

TEST(JobImages, HeadersOfOtherKindsAreRefusedAtTheirField) {
    expect_refused({}, ImageRule::header_fits, 0);
    expect_refused(patched<std::uint32_t>(0, 0x464C'4580), ImageRule::elf_magic, 0);
    expect_refused(patched<std::uint8_t>(4, 1), ImageRule::class_64, 4);
    expect_refused(patched<std::uint8_t>(5, 2), ImageRule::little_endian, 5);
    expect_refused(patched<std::uint8_t>(6, 0), ImageRule::version_1, 6);
    expect_refused(patched<std::uint16_t>(Place::type, 3), ImageRule::executable_type, 16);
    expect_refused(patched<std::uint16_t>(Place::machine, 62), ImageRule::riscv_machine, 18);
    expect_refused(patched<std::uint32_t>(20, 2), ImageRule::version_1, 20);
    for (std::uint32_t const flag : {1U, 2U, 4U, 8U, 16U}) {
        expect_refused(patched<std::uint32_t>(Place::flags, flag), ImageRule::flags_known, 48);
    }
    expect_refused(patched<std::uint16_t>(52, 52), ImageRule::header_sizes, 52);
    expect_refused(patched<std::uint16_t>(54, 32), ImageRule::header_sizes, 54);
    expect_refused(patched<std::uint16_t>(Place::program_header_count, 33),
                   ImageRule::program_headers_few, 56);
    expect_refused(patched<std::uint64_t>(Place::program_headers, ~std::uint64_t{0}),
                   ImageRule::program_headers_fit, 32);
    expect_refused(patched<std::uint64_t>(Place::program_headers, good().file().size() - 111),
                   ImageRule::program_headers_fit, 32);
    expect_refused(patched<std::uint16_t>(Place::program_header_count, 0),
                   ImageRule::something_loaded, 0);
}

TEST(JobImages, WhatNeedsALoaderIsRefused) {
    for (std::uint32_t const type : {2U, 3U}) {
        expect_refused(patched<std::uint32_t>(Place::second_header, type), ImageRule::static_image,
                       Place::second_header);
    }
}

TEST(JobImages, SegmentsOutsideTheFileOrTheAddressesAreRefused) {
    constexpr std::size_t data = Place::second_header;
    std::uint64_t const all = ~std::uint64_t{0};
    expect_refused(patched<std::uint64_t>(data + Place::segment_offset, all - 4095),
                   ImageRule::segment_in_file, data + 8);
    expect_refused(patched<std::uint64_t>(data + Place::segment_file_bytes, 101),
                   ImageRule::segment_in_file, data + 8);
    expect_refused(patched<std::uint64_t>(data + Place::segment_file_bytes, all),
                   ImageRule::segment_in_file, data + 8);
    expect_refused(patched<std::uint64_t>(data + Place::segment_memory_bytes, 99),
                   ImageRule::segment_sizes, data + 32);
    expect_refused(patched<std::uint64_t>(data + Place::segment_memory_bytes, all),
                   ImageRule::segment_addresses, data + 16);
    expect_refused(patched<std::uint64_t>(data + Place::segment_address, all - 4095),
                   ImageRule::segment_addresses, data + 16);
    expect_refused(patched<std::uint64_t>(Place::first_header + Place::segment_address, 0),
                   ImageRule::segment_addresses, Place::first_header + 16);
    expect_refused(
        patched<std::uint64_t>(data + Place::segment_address, JobImage::data_address + 8),
        ImageRule::segment_alignment, data + 8);
    expect_refused(patched<std::uint64_t>(data + Place::segment_address, JobImage::text_address),
                   ImageRule::segments_rise, data + 16);
    expect_refused(patched<std::uint64_t>(data + Place::segment_address, 4096),
                   ImageRule::segments_rise, data + 16);
}

TEST(JobImages, RightsThatTheMachineDoesNotGiveAreRefused) {
    constexpr std::size_t text = Place::first_header + Place::segment_flags;
    constexpr std::size_t data = Place::second_header + Place::segment_flags;
    expect_refused(patched<std::uint32_t>(data, 2), ImageRule::segment_readable, data);
    expect_refused(patched<std::uint32_t>(data, 7), ImageRule::never_writable_and_executable, data);
    expect_refused(patched<std::uint32_t>(data, 5), ImageRule::one_executable, data);
    expect_refused(patched<std::uint32_t>(text, 4), ImageRule::one_executable, 0);
    expect_refused(patched<std::uint32_t>(data, 4, patched<std::uint32_t>(text, 6)),
                   ImageRule::read_only_below_writable, data);
}

TEST(JobImages, TheExecutableSegmentIsWholeAndAligned) {
    constexpr std::size_t text = Place::first_header;
    expect_refused(patched<std::uint64_t>(text + Place::segment_memory_bytes, 12),
                   ImageRule::executable_whole, text + 32);
    auto moved = patched<std::uint64_t>(text + Place::segment_offset, 4096 + 2);
    moved = patched<std::uint64_t>(text + Place::segment_address, JobImage::text_address + 2,
                                   std::move(moved));
    expect_refused(moved, ImageRule::executable_alignment, text + 16);
}

TEST(JobImages, TheEntryIsAnInstruction) {
    constexpr std::uint64_t text = JobImage::text_address;
    for (std::uint64_t const entry :
         {text - 4, text + 2, text + 8, std::uint64_t{0}, JobImage::data_address}) {
        expect_refused(patched<std::uint64_t>(Place::entry, entry), ImageRule::entry_executable,
                       24);
    }
    auto const last =
        jobs::read_image(patched<std::uint64_t>(Place::entry, text + 4), memory_bytes);
    EXPECT_TRUE(last.has_value());
}

TEST(JobImages, TheImageFitsIntoTheMemoryOrIsRefused) {
    auto const file = good().file();
    std::uint64_t const needed = JobImage::data_address + 4096 - JobImage::text_address;
    EXPECT_TRUE(jobs::read_image(file, needed).has_value());
    auto const refused = jobs::read_image(file, needed - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), (jobs::ImageProblem{ImageRule::memory_limit, 0, needed}));
}

TEST(JobImages, MoreThanEightSegmentsAreRefused) {
    std::vector<std::byte> file = good().file();
    constexpr std::size_t table = 1024;
    for (std::size_t index = 0; index < 9; ++index) {
        std::size_t const at = table + index * 56;
        std::size_t const from = index == 0 ? Place::first_header : Place::second_header;
        copy_bytes(MutableBytes{file}.subspan(at, 56), Bytes{file}.subspan(from, 56));
        if (index > 0) {
            file = patched<std::uint64_t>(at + Place::segment_address,
                                          JobImage::data_address + index * 4096, std::move(file));
        }
    }
    file = patched<std::uint64_t>(Place::program_headers, table, std::move(file));
    file = patched<std::uint16_t>(Place::program_header_count, 8, std::move(file));
    EXPECT_TRUE(jobs::read_image(file, memory_bytes).has_value());
    file = patched<std::uint16_t>(Place::program_header_count, 9, std::move(file));
    expect_refused(file, ImageRule::segments_few, table + std::size_t{8} * 56);
}

TEST(JobImages, EveryRuleHasANameOfItsOwn) {
    for (auto rule = std::size_t{0}; rule <= static_cast<std::size_t>(ImageRule::memory_limit);
         ++rule) {
        for (std::size_t other = 0; other < rule; ++other) {
            EXPECT_NE(jobs::name_of(static_cast<ImageRule>(rule)),
                      jobs::name_of(static_cast<ImageRule>(other)));
        }
    }
}

} // namespace
} // namespace axiom::test
