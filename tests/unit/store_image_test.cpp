// What is special about the store in an image: its place in a file, its bounds, and what it refuses
// to format.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>
#include <sim-host/platform/medium_header.hpp>
#include <tests/support/file_bytes.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {

namespace {

namespace fs = std::filesystem;

constexpr StoreGeometry geometry{.storage_block_bytes = 512, .segment_bytes = 16 * 512};
constexpr std::uint64_t three_slots = medium_area_bytes + 3 * geometry.segment_bytes;

std::string read_file(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

class ImageStoreTest : public testing::Test {
  protected:
    void make_file(std::uint64_t bytes, char fill = '\0') {
        std::ofstream{path_, std::ios::binary} << std::string(bytes, fill);
    }

    Code format_code(ImagePlace place) {
        place.path = path_;
        auto const made = ImageStore::format(place, geometry);
        return made ? Code{} : made.error().error.code;
    }

    test::TemporaryFolder folder_;
    std::string path_ = folder_.name("image");
};

TEST_F(ImageStoreTest, TakesAsManySlotsAsFitThenIsFullAndUnchanged) {
    make_file(three_slots + geometry.segment_bytes - 1);
    auto const store = std::move(*ImageStore::format({.path = path_}, geometry));
    EXPECT_EQ(store->slots_max(), 3U);
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
        EXPECT_EQ(store->extend().value().value, slot);
    }
    std::string const before = read_file(path_);
    EXPECT_EQ(store->extend().error().code, Code::store_full);
    EXPECT_EQ(store->slots(), 3U);
    EXPECT_EQ(read_file(path_), before);
}

TEST_F(ImageStoreTest, TouchesNothingOutsideItsPartition) {
    std::uint64_t const start = 512 * 34;
    make_file(start, 'a');
    std::ofstream{path_, std::ios::binary | std::ios::app} << std::string(three_slots, '\0')
                                                           << std::string(4096, 'z');
    ImagePlace const place{.path = path_, .start = start, .bytes = three_slots};
    auto const store = std::move(*ImageStore::format(place, geometry));
    EXPECT_EQ(store->slots_max(), 3U);
    std::vector<std::byte> const ones(geometry.segment_bytes, std::byte{0xFF});
    while (store->extend()) {
    }
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
        ASSERT_TRUE(store->write({SlotIndex{slot}, 0}, ones).has_value());
    }
    ASSERT_TRUE(store->discard({SlotIndex{2}, 512}).has_value());
    ASSERT_TRUE(store->flush().has_value());
    std::string const after = read_file(path_);
    EXPECT_EQ(after.substr(0, start), std::string(start, 'a'));
    EXPECT_EQ(after.substr(start + three_slots), std::string(4096, 'z'));
}

TEST_F(ImageStoreTest, NewSlotIsZerosWhateverLayThere) {
    make_file(medium_area_bytes);
    std::ofstream{path_, std::ios::binary | std::ios::app}
        << std::string(3 * geometry.segment_bytes, 'x');
    auto const store = std::move(*ImageStore::format({.path = path_}, geometry));
    SlotIndex const slot = store->extend().value();
    std::vector<std::byte> seen(geometry.segment_bytes, std::byte{1});
    ASSERT_TRUE(store->read({slot, 0}, seen).has_value());
    EXPECT_TRUE(is_zero(seen));
}

TEST_F(ImageStoreTest, FormatRefusesWhatIsNotEmptyOrTooSmallOrCrooked) {
    make_file(three_slots, 'x');
    std::string const before = read_file(path_);
    EXPECT_EQ(format_code({}), Code::already_exists);
    EXPECT_EQ(read_file(path_), before);
    make_file(three_slots);
    EXPECT_EQ(format_code({.start = 100}), Code::out_of_range);
    EXPECT_EQ(format_code({.start = three_slots + 512}), Code::store_full);
    EXPECT_EQ(format_code({.bytes = medium_area_bytes}), Code::store_full);
    EXPECT_TRUE(is_zero(bytes_of(read_file(path_))));
    EXPECT_EQ(format_code({}), Code{});
    EXPECT_EQ(format_code({}), Code::already_exists);
    fs::remove(path_);
    EXPECT_EQ(format_code({}), Code::not_a_log);
    fs::create_directory(path_);
    EXPECT_EQ(format_code({}), Code::not_a_log);
    fs::remove(path_);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_EQ(format_code({}), Code::not_a_log);
    EXPECT_EQ(ImageStore::open({.path = "/dev/null"}, OpenMode::read).error().error.code,
              Code::not_a_log);
}

TEST_F(ImageStoreTest, SecondWriterIsRefusedButAnotherPartitionHasItsOwn) {
    make_file(2 * three_slots);
    auto const first = ImageStore::format({.path = path_, .bytes = three_slots}, geometry);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(ImageStore::open({.path = path_}, OpenMode::write).error().error.code,
              Code::writer_alive);
    EXPECT_TRUE(ImageStore::open({.path = path_}, OpenMode::read).has_value());
    EXPECT_TRUE(ImageStore::open({.path = path_}, OpenMode::take_over).has_value());
    EXPECT_TRUE(ImageStore::format({.path = path_, .start = three_slots}, geometry).has_value());
}

TEST_F(ImageStoreTest, ADamagedMediumIsMendedFromItsOtherCopiesWithinItsPartition) {
    constexpr std::uint64_t start = 3 * 512;
    make_file(start + three_slots + 100);
    ImagePlace const place{.path = path_, .start = start, .bytes = three_slots};
    {
        auto const store = std::move(*ImageStore::format(place, geometry));
        ASSERT_TRUE(store->extend());
        ASSERT_TRUE(store->claim_epoch(Epoch{7}));
    }
    std::string const whole = read_file(path_);
    EXPECT_TRUE(ImageStore::mend(place, true)->empty());
    for (std::uint64_t const at :
         {medium_header_places[0] + 10, medium_header_places[1] + 20, medium_record_places[0] + 8,
          medium_record_places[1] + 60, std::uint64_t{100'000}, medium_area_bytes - 1}) {
        test::flip(path_, start + at);
        std::string const damaged = read_file(path_);
        EXPECT_EQ(ImageStore::mend(place, false)->size(), 1U) << at;
        EXPECT_TRUE(read_file(path_) == damaged) << "it only looked";
        auto const mends = ImageStore::mend(place, true);
        ASSERT_TRUE(mends) << at;
        ASSERT_EQ(mends->size(), 1U) << at;
        EXPECT_TRUE(read_file(path_) == whole) << at;
    }
}

TEST_F(ImageStoreTest, AMediumThatNoOtherCopyMendsIsRefusedAndUnchanged) {
    auto const made = [&] {
        fs::remove(path_);
        ASSERT_TRUE(ImageStore::create_file(path_, geometry, 3));
    };
    auto const refused = [&](Code code) {
        std::string const before = read_file(path_);
        auto const mended = ImageStore::mend({.path = path_}, true);
        ASSERT_FALSE(mended);
        EXPECT_EQ(mended.error().error.code, code);
        EXPECT_TRUE(read_file(path_) == before);
    };
    made();
    test::flip(path_, medium_header_places[0]);
    test::flip(path_, medium_header_places[1] + 63);
    refused(Code::frame_damaged);
    made();
    test::flip(path_, medium_record_places[0] + 9);
    test::flip(path_, medium_record_places[1] + 9);
    refused(Code::frame_damaged);
    made();
    auto const other = encode_medium_header(
        {.geometry = geometry, .slots_start = medium_area_bytes, .slots_max = 2});
    {
        std::fstream stream{path_, std::ios::binary | std::ios::in | std::ios::out};
        stream.seekp(static_cast<std::streamoff>(medium_header_places[1]));
        stream.write(reinterpret_cast<char const*>(other.data()), other.size());
    }
    refused(Code::frame_damaged);
    made();
    auto const writer = ImageStore::open({.path = path_}, OpenMode::write);
    ASSERT_TRUE(writer);
    refused(Code::writer_alive);
    EXPECT_EQ(ImageStore::mend({.path = path_, .start = 100}, true).error().error.code,
              Code::out_of_range);
}

TEST_F(ImageStoreTest, ShrunkMediumIsReadAsFarAsItGoesAndNotWritten) {
    {
        auto const store = std::move(*ImageStore::create_file(path_, geometry, 3));
        ASSERT_TRUE(store->extend().has_value() && store->extend().has_value());
    }
    fs::resize_file(path_, medium_area_bytes + 2 * geometry.segment_bytes);
    EXPECT_TRUE(ImageStore::open({.path = path_}, OpenMode::read).has_value());
    fs::resize_file(path_, medium_area_bytes + 2 * geometry.segment_bytes - 1);
    EXPECT_EQ(ImageStore::open({.path = path_}, OpenMode::write).error().error.code,
              Code::size_changed);
    {
        auto const reader = std::move(*ImageStore::open({.path = path_}, OpenMode::read));
        EXPECT_EQ(reader->slots(), 2U);
        std::vector<std::byte> room(512);
        EXPECT_TRUE(reader->read({SlotIndex{1}, geometry.segment_bytes - 1024}, room));
        EXPECT_EQ(reader->read({SlotIndex{1}, geometry.segment_bytes - 512}, room).error().code,
                  Code::size_changed);
    }
    fs::resize_file(path_, 100); // the header is whole, what follows is gone
    EXPECT_EQ(ImageStore::open({.path = path_}, OpenMode::read).error().error.code,
              Code::size_changed);
    fs::resize_file(path_, 60);
    EXPECT_EQ(ImageStore::open({.path = path_}, OpenMode::read).error().error.code,
              Code::not_a_log);
}

// A record that is not to be believed shall not decide how much memory a reader takes.
TEST_F(ImageStoreTest, MoreSlotsThanACutCanHaveTakenAreRefused) {
    {
        auto const store = std::move(*ImageStore::create_file(path_, geometry, 4000));
        ASSERT_TRUE(store->extend().has_value());
        ASSERT_TRUE(store->claim_epoch(Epoch{1}));
    }
    auto const claim = [&](std::uint32_t slots) {
        std::fstream stream{path_, std::ios::binary | std::ios::in | std::ios::out};
        for (std::uint64_t const place : medium_record_places) {
            auto const text =
                encode_medium_record({.serial = 100, .epoch = Epoch{1}, .slots = slots});
            stream.seekp(static_cast<std::streamoff>(place));
            stream.write(reinterpret_cast<char const*>(text.data()), text.size());
        }
    };
    fs::resize_file(path_, medium_area_bytes + geometry.segment_bytes);
    claim(1 + ImageStore::missing_max);
    EXPECT_TRUE(ImageStore::open({.path = path_}, OpenMode::read).has_value());
    claim(2 + ImageStore::missing_max);
    EXPECT_EQ(ImageStore::open({.path = path_}, OpenMode::read).error().error.code,
              Code::size_changed);
}

TEST_F(ImageStoreTest, ReaderSeesSlotsThatTheWriterTakesIntoUse) {
    auto const writer = std::move(*ImageStore::create_file(path_, geometry, 3));
    auto const reader = std::move(*ImageStore::open({.path = path_}, OpenMode::read));
    EXPECT_EQ(reader->slots(), 0U);
    ASSERT_TRUE(writer->extend().has_value());
    std::vector<std::byte> seen(512);
    EXPECT_TRUE(reader->read({SlotIndex{0}, 0}, seen).has_value());
    EXPECT_EQ(reader->slots(), 1U);
    EXPECT_EQ(reader->write({SlotIndex{0}, 0}, seen).error().code, Code::read_only);
}

TEST_F(ImageStoreTest, TakenOverWriterExtendsPastTheOther) {
    auto const old_writer = std::move(*ImageStore::create_file(path_, geometry, 3));
    auto const new_writer = std::move(*ImageStore::open({.path = path_}, OpenMode::take_over));
    EXPECT_EQ(new_writer->extend().value().value, 0U);
    EXPECT_EQ(old_writer->extend().value().value, 1U);
    ASSERT_TRUE(new_writer->claim_epoch(Epoch{2}).has_value());
    EXPECT_EQ(old_writer->claimed_epoch().value(), Epoch{2});
    EXPECT_EQ(new_writer->extend().value().value, 2U);
}

TEST_F(ImageStoreTest, FolderAndImageAreNotTakenForEachOther) {
    std::string const log = folder_.name("log");
    ASSERT_TRUE(FileStore::create(log, geometry).has_value());
    EXPECT_EQ(ImageStore::open({.path = log + "/medium"}, OpenMode::read).error().error.code,
              Code::not_a_log);
    ASSERT_TRUE(ImageStore::create_file(path_, geometry, 1).has_value());
    fs::copy_file(path_, log + "/medium", fs::copy_options::overwrite_existing);
    EXPECT_EQ(FileStore::open(log, OpenMode::read).error().error.code, Code::not_a_log);
}

} // namespace axiom::host
