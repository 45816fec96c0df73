// The medium's header and record: round trip, refusals, and that torn or rotten records take no
// claim back.

#include <gtest/gtest.h>

#include <sim-host/platform/medium_area.hpp>
#include <tests/support/tear.hpp>
#include <tests/support/temporary_folder.hpp>

#include <fcntl.h>

namespace axiom::host {

namespace {

constexpr MediumHeader example{
    .geometry = {.storage_block_bytes = 4096, .segment_bytes = 1U << 20U},
    .slots_start = medium_area_bytes,
    .slots_max = 7};

} // namespace

TEST(MediumHeader, Crc32IsTheOneOfZlib) {
    EXPECT_EQ(crc32(bytes_of("123456789")), 0xCBF43926U);
    EXPECT_EQ(crc32({}), 0U);
}

TEST(MediumHeader, RoundTrip) {
    EXPECT_EQ(decode_medium_header(encode_medium_header(example)).value(), example);
    MediumRecord const record{.serial = 9, .epoch = Epoch{5}, .slots = 3};
    EXPECT_EQ(decode_medium_record(encode_medium_record(record)).value(), record);
}

TEST(MediumHeader, EveryFlippedBitIsRefused) {
    MediumText const header = encode_medium_header(example);
    MediumText const record = encode_medium_record({.serial = 9, .epoch = Epoch{5}, .slots = 3});
    for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
        MediumText damaged = header;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        EXPECT_EQ(decode_medium_header(damaged).error().code, Code::not_a_log) << bit;
        damaged = record;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        EXPECT_FALSE(decode_medium_record(damaged).has_value()) << bit;
    }
}

TEST(MediumHeader, ValuesThatNoMediumHasAreRefusedThoughSealed) {
    auto const sealed = [](std::size_t at, std::uint8_t value) {
        MediumText text = encode_medium_header(example);
        text[at] = std::byte{value};
        store_le(MutableBytes{text}.subspan(60), crc32(Bytes{text}.first(60)));
        return decode_medium_header(text);
    };
    EXPECT_EQ(sealed(8, 2).error().code, Code::unknown_version);
    EXPECT_EQ(sealed(40, 1).error().code, Code::reserved_not_zero);
    EXPECT_EQ(sealed(12, 1).error().code, Code::out_of_range); // 4097 bytes a block
    EXPECT_EQ(sealed(16, 8).error().code, Code::out_of_range); // not whole blocks
    EXPECT_EQ(sealed(13, 0).error().code, Code::out_of_range); // 0 bytes a block
    EXPECT_TRUE(sealed(32, 8).has_value());
    for (std::uint64_t const bytes :
         {std::uint64_t{4096}, segment_bytes_max + 4096, std::uint64_t{1} << 40U,
          std::uint64_t{1} << 63U, ~std::uint64_t{4095}}) {
        MediumHeader header = example;
        header.geometry.segment_bytes = bytes;
        EXPECT_EQ(decode_medium_header(encode_medium_header(header)).error().code,
                  Code::out_of_range)
            << bytes;
    }
}

class MediumAreaTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string const path = folder_.name("medium");
        file_ = std::move(
            *HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path));
        ASSERT_TRUE(area_.format(example).has_value());
    }

    void damage(std::uint64_t offset) {
        std::byte byte{};
        ASSERT_TRUE(file_.read(offset, {&byte, 1}).has_value());
        byte ^= std::byte{0x10};
        ASSERT_TRUE(file_.write(offset, {&byte, 1}).has_value());
    }

    test::TemporaryFolder folder_;
    HostFile file_;
    MediumArea area_{file_, 0};
};

TEST_F(MediumAreaTest, EitherCopyOfTheHeaderAnswersForTheOther) {
    damage(medium_header_places[0] + 20);
    EXPECT_EQ(area_.header().value(), example);
    damage(medium_header_places[0] + 20);
    damage(medium_header_places[1] + 20);
    EXPECT_EQ(area_.header().value(), example);
    damage(medium_header_places[0] + 20);
    EXPECT_EQ(area_.header().error().error.code, Code::not_a_log);
}

TEST_F(MediumAreaTest, RotInOneCopyTakesNoClaimBack) {
    ASSERT_TRUE(area_.claim(Epoch{3}).has_value());
    for (std::uint64_t const place : medium_record_places) {
        damage(place + 16);
        EXPECT_EQ(area_.record().value().epoch, Epoch{3});
        damage(place + 16);
    }
    damage(medium_record_places[0] + 16);
    damage(medium_record_places[1] + 16);
    EXPECT_EQ(area_.record().error().error.code, Code::io_failed);
    EXPECT_EQ(area_.claim(Epoch{4}).error().error.code, Code::io_failed);
}

TEST_F(MediumAreaTest, ClaimMendsADamagedCopy) {
    ASSERT_TRUE(area_.claim(Epoch{3}).has_value());
    damage(medium_record_places[1] + 16);
    ASSERT_TRUE(area_.claim(Epoch{4}).has_value());
    damage(medium_record_places[0] + 16);
    EXPECT_EQ(area_.record().value().epoch, Epoch{4});
}

TEST_F(MediumAreaTest, UpdateTornAtAnyByteOfEitherCopyLeavesOldOrNew) {
    ASSERT_TRUE(area_.claim(Epoch{3}).has_value());
    MediumRecord const old_record = area_.record().value();
    MediumText const before = encode_medium_record(old_record);
    ASSERT_TRUE(area_.claim(Epoch{4}).has_value());
    MediumText const after = encode_medium_record(area_.record().value());
    for (std::size_t first_torn = 0; first_torn < 2; ++first_torn) {
        for (std::size_t cut = 0; cut <= after.size(); ++cut) {
            for (auto const shape : {test::Tear::Shape::front, test::Tear::Shape::back,
                                     test::Tear::Shape::even_words, test::Tear::Shape::odd_words}) {
                // The one copy is being written; the other is still old, or was finished before.
                for (MediumText const& other : {before, after}) {
                    MediumText torn = before;
                    test::apply_tear({shape, cut}, torn, after);
                    ASSERT_TRUE(file_.write(medium_record_places[first_torn], torn).has_value());
                    ASSERT_TRUE(
                        file_.write(medium_record_places[1 - first_torn], other).has_value());
                    Epoch const seen = area_.record().value().epoch;
                    EXPECT_TRUE(seen == Epoch{4} || (seen == Epoch{3} && other == before));
                }
            }
        }
    }
}

TEST_F(MediumAreaTest, ClaimThatIsNotAboveIsFencedAndChangesNothing) {
    ASSERT_TRUE(area_.claim(Epoch{3}).has_value());
    MediumRecord const before = area_.record().value();
    EXPECT_EQ(area_.claim(Epoch{3}).error().error.code, Code::fenced);
    EXPECT_EQ(area_.record().value(), before);
}

} // namespace axiom::host
