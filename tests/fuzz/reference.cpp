// The grammar of references and ranges: no text makes it crash, and what is a reference is a range
// of one.

#include <cstdint>

#include <axiom/base/assert.hpp>
#include <sim-host/inspect/reference.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace axiom::host;
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    auto const reference = parse_reference(text);
    auto const range = parse_range(text);
    if (reference) {
        AXIOM_ASSERT(!text.empty() && text.find("..") == std::string_view::npos);
        AXIOM_ASSERT(range && range->single);
    }
    if (range && range->single) {
        AXIOM_ASSERT(reference.has_value());
    }
    return 0;
}
