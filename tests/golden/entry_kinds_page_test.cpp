// The reference page says what the tables say.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <tests/support/entry_kinds_page.hpp>

namespace {

TEST(entry_kinds_page, is_current) {
    std::ifstream const file{"docs/entry-kinds.md"};
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), axiom::test::entry_kinds_page())
        << "mend it with: build/host/bin/gen_entry_kinds > docs/entry-kinds.md";
}

} // namespace
