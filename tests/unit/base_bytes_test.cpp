// Words and sums over borrowed bytes.

#include <vector>

#include <gtest/gtest.h>

#include <axiom/base/bytes.hpp>

namespace axiom::test {
namespace {

TEST(Bytes, AreZeroOnlyIfEachOneIs) {
    for (std::size_t length = 0; length <= 130; ++length) {
        std::vector<std::byte> bytes(length);
        EXPECT_TRUE(is_zero(bytes)) << length;
        for (std::size_t at = 0; at < length; ++at) {
            for (unsigned const value : {1U, 0x80U, 0xFFU}) {
                bytes[at] = std::byte{static_cast<unsigned char>(value)};
                EXPECT_FALSE(is_zero(bytes)) << length << " bytes, byte " << at << " is " << value;
            }
            bytes[at] = std::byte{0};
        }
    }
}

TEST(Bytes, ThatAreAllTheSameAreNotThereforeZero) {
    std::vector<std::byte> const ones(4096, std::byte{1});
    EXPECT_FALSE(is_zero(ones));
}

} // namespace
} // namespace axiom::test
