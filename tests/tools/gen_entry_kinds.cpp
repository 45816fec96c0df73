// Prints the reference page of entry kinds: gen_entry_kinds > docs/entry-kinds.md

#include <iostream>

#include <tests/support/entry_kinds_page.hpp>

int main() {
    std::cout << axiom::test::entry_kinds_page();
    return std::cout.good() ? 0 : 1;
}
