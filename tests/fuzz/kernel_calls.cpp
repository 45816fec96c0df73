// Any bytes as calls of several hostile threads: whatever they ask, what must hold of a kernel
// holds, and authority changes by entries alone.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <axiom/base/bytes.hpp>

#include <tests/support/kernel_traffic.hpp>

using namespace axiom;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    std::vector<std::uint32_t> numbers;
    Bytes const bytes = std::as_bytes(std::span{data, data_bytes});
    for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
        numbers.push_back(load_le<std::uint16_t>(bytes.subspan(at, 2)));
    }
    test::Choices choose{numbers};
    kernel::test::Traffic traffic;
    while (choose.more()) {
        auto const violation = traffic.step(choose);
        if (!violation.empty()) {
            std::fprintf(stderr, "%s\n", violation.c_str());
            std::abort();
        }
    }
    return 0;
}
