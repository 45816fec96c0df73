// The note of where a log's copies are.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <sim-host/platform/copies_note.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {

class CopiesNoteTest : public testing::Test {
  protected:
    void put(std::string const& text) { std::ofstream{path_ + "/copies"} << text; }

    test::TemporaryFolder folder_;
    std::string path_ = folder_.name("");
};

TEST_F(CopiesNoteTest, WhatIsWrittenIsRead) {
    for (Copies const& copies :
         {Copies{"/a/mirror", {}, {}}, Copies{{}, "/an archive", {}},
          Copies{"/m", "/with\xC3\xA9 spaces", {}}, Copies{{}, {}, "/of this log"}}) {
        ASSERT_TRUE(write_copies(path_, copies));
        auto const read = read_copies(path_);
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(*read, copies);
    }
}

TEST_F(CopiesNoteTest, NoNoteAndAnEmptyOneAreTheSame) {
    EXPECT_EQ(*read_copies(path_), Copies{});
    ASSERT_TRUE(write_copies(path_, Copies{"/m", {}, {}}));
    ASSERT_TRUE(write_copies(path_, Copies{}));
    EXPECT_FALSE(std::filesystem::exists(path_ + "/copies"));
    EXPECT_EQ(*read_copies(path_), Copies{});
}

TEST_F(CopiesNoteTest, WhatThisProgramDidNotWriteIsRefused) {
    for (std::string const text :
         {"", "mirror /m\n", "axiom copies 2\nmirror /m\n", "axiom copies 1\nmirror relative\n",
          "axiom copies 1\nmirror /m", "axiom copies 1\narchive /a\nmirror /m\n",
          "axiom copies 1\nmirror /m\nmore\n"}) {
        put(text);
        auto const read = read_copies(path_);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().error.code, Code::bad_text) << text;
    }
    put(std::string(20'000, 'x'));
    EXPECT_FALSE(read_copies(path_));
}

TEST_F(CopiesNoteTest, AFolderThatIsGoneIsAnError) {
    EXPECT_FALSE(read_copies(path_ + "/nowhere"));
    EXPECT_FALSE(write_copies(path_ + "/nowhere", Copies{"/m", {}, {}}));
}

} // namespace axiom::host
