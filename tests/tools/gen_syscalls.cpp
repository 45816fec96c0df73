// Prints the reference page of system calls: gen_syscalls > docs/syscalls.md

#include <iostream>

#include <tests/support/calls_page.hpp>

int main() {
    std::cout << axiom::test::calls_page();
    return std::cout.good() ? 0 : 1;
}
