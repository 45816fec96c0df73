// Any bytes as the header or record of a medium: refused, or the same bytes come out of encoding
// what was read; a geometry that is let through is one that a medium can have.

#include <cstddef>
#include <cstdint>

#include <sim-host/platform/medium_header.hpp>

namespace {

using namespace axiom;
using namespace axiom::host;

/// The same bytes with the checksum that they should have, so that what lies behind it is reached
/// too.
MediumText sealed(MediumText text) {
    store_le(MutableBytes{text}.subspan(60), crc32(Bytes{text}.first(60)));
    return text;
}

void check(MediumText const& text) {
    if (Result<MediumHeader> const header = decode_medium_header(text)) {
        AXIOM_ASSERT(is_store_geometry(header->geometry));
        AXIOM_ASSERT(encode_medium_header(*header) == text);
    }
    if (std::optional<MediumRecord> const record = decode_medium_record(text)) {
        AXIOM_ASSERT(encode_medium_record(*record) == text);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    MediumText text{};
    copy_bytes(text, std::as_bytes(std::span{data, size < text.size() ? size : text.size()}));
    check(text);
    check(sealed(text));
    return 0;
}
