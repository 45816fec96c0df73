// UTF-8: what is cut ends between letters.

#include <gtest/gtest.h>

#include <axiom/codec/utf8.hpp>

namespace axiom {
namespace {

TEST(Utf8, WhatIsCutEndsBetweenLetters) {
    constexpr std::string_view text = "aé–𝄞"; // of 1, 2, 3 and 4 bytes
    constexpr std::size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (std::size_t bytes = 0; bytes < std::size(whole); ++bytes) {
        EXPECT_EQ(whole_letters(text, bytes), text.substr(0, whole[bytes])) << bytes;
    }
    EXPECT_EQ(whole_letters("", 3), "");
}

} // namespace
} // namespace axiom
