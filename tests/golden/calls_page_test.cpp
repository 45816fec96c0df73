// docs/syscalls.md is what the table says.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <kernel/abi/call_table.hpp>
#include <tests/support/calls_page.hpp>

TEST(calls_page, is_current) {
    std::ifstream const file{"docs/syscalls.md"};
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), axiom::test::calls_page())
        << "mend it with: build/host/bin/gen_syscalls > docs/syscalls.md";
}

TEST(calls_page, rows_stand_at_their_numbers) {
    for (std::size_t number = 0; number < axiom::kernel::call_table.size(); ++number) {
        EXPECT_EQ(static_cast<std::size_t>(axiom::kernel::call_table[number].call), number);
    }
    static_assert(axiom::kernel::calls <= 45);
}
