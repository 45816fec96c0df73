// Frames of a line: what was put in comes out, whatever lies around it and however it comes.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include <services/console/frame.hpp>

namespace axiom::console {
namespace {

using FrameBytes = std::array<std::byte, frame_bytes_max>;

std::vector<std::byte> framed(std::uint32_t number, std::string_view service) {
    FrameBytes bytes{};
    auto const frame = put_frame(bytes, FrameKind::ask, number,
                                 Ask{.service = service, .method = number, .body = {}});
    EXPECT_TRUE(frame);
    return {frame->begin(), frame->end()};
}

void add(std::vector<std::byte>& stream, std::vector<std::byte> const& more) {
    stream.insert(stream.end(), more.begin(), more.end());
}

// Their numbers, when the stream comes in pieces of so many bytes.
std::vector<std::uint32_t> read(std::vector<std::byte> const& stream, std::size_t piece) {
    FrameReader reader;
    std::vector<std::uint32_t> found;
    for (std::size_t at = 0; at < stream.size();) {
        MutableBytes const room = reader.room();
        std::size_t const bytes = std::min({piece, stream.size() - at, room.size()});
        EXPECT_GT(bytes, 0U);
        copy_bytes(room, Bytes{stream}.subspan(at, bytes));
        reader.came(bytes);
        at += bytes;
        while (auto const frame = reader.next()) {
            found.push_back(frame->number);
        }
    }
    return found;
}

TEST(ConsoleFrame, HoldsWhatWasPutIn) {
    FrameBytes bytes{};
    std::array<std::byte, 3> const body{std::byte{1}, std::byte{2}, std::byte{3}};
    auto const sent = put_frame(bytes, FrameKind::ask, 7,
                                Ask{.service = "init", .method = 2, .body = Bytes{body}});
    ASSERT_TRUE(sent);
    FrameReader reader;
    copy_bytes(reader.room(), *sent);
    reader.came(sent->size());
    auto const frame = reader.next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, FrameKind::ask);
    EXPECT_EQ(frame->number, 7U);
    auto const asked = value_in<Ask>(*frame);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->service, "init");
    EXPECT_EQ(asked->method, 2U);
    EXPECT_TRUE(equal_bytes(asked->body, Bytes{body}));
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.passed_over(), 0U);
}

TEST(ConsoleFrame, ComesWholeFromPiecesOfAnySize) {
    std::vector<std::byte> stream;
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 1; number <= 40; ++number) {
        add(stream, framed(number, "axiomd"));
        numbers.push_back(number);
    }
    for (std::size_t const piece : {1U, 2U, 3U, 15U, 16U, 17U, 100U, 5000U}) {
        EXPECT_EQ(read(stream, piece), numbers) << piece;
    }
}

TEST(ConsoleFrame, IsFoundBehindWhatIsNone) {
    std::minstd_rand random{20261130};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::byte> stream(random() % 6000);
        for (std::byte& byte : stream) {
            byte = static_cast<std::byte>("AXaxz"[random() % 5]);
        }
        // A head among them may ask for more than has come: then its rest is somebody else's.
        std::size_t const most = stream.size() + frame_bytes_max;
        while (stream.size() < most) {
            add(stream, framed(9, "init"));
        }
        auto const found = read(stream, 1 + random() % 300);
        ASSERT_FALSE(found.empty());
        EXPECT_EQ(found.back(), 9U);
    }
}

TEST(ConsoleFrame, WithAByteThatChangedIsNone) {
    std::vector<std::byte> const whole = framed(3, "init");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::vector<std::byte> stream = whole;
        stream[at] ^= std::byte{0x20};
        std::vector<std::uint32_t> const found = read(stream, stream.size());
        EXPECT_TRUE(found.empty()) << at;
    }
}

TEST(ConsoleFrame, LargerThanItMayBeIsNoneAndNothingWaitsForIt) {
    std::vector<std::byte> stream = framed(1, "init");
    store_le(MutableBytes{stream}.subspan(4), static_cast<std::uint32_t>(payload_bytes_max + 1));
    add(stream, framed(2, "init"));
    EXPECT_EQ(read(stream, stream.size()), std::vector<std::uint32_t>{2});
}

} // namespace
} // namespace axiom::console
