// Times in any spelling: what is printed is read again, and what is read is on the day that it
// says.
//
// Input: eight bytes that are a time in nanoseconds, and a text.

#include <cstdint>

#include <axiom/base/assert.hpp>
#include <axiom/base/bytes.hpp>
#include <terminal/cli/time_text.hpp>

namespace {

using namespace axiom;

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr WallTime now{1'800'000'000'000'000'000};

void check_printed(WallTime time) {
    if (time.value == 0) {
        return; // printed as no time
    }
    auto const read = cli::parse_time(cli::time_text(time), now);
    AXIOM_ASSERT(read && read->value == time.value / ns_per_ms * ns_per_ms);
}

void check_read(std::string_view text) {
    auto const read = cli::parse_time(text, now);
    if (!read) {
        return;
    }
    bool const is_ago = std::string_view{"smhd"}.find(text.back()) != std::string_view::npos;
    if (is_ago) {
        AXIOM_ASSERT(*read <= now);
    } else if (read->value != 0) {
        AXIOM_ASSERT(cli::time_text(*read).substr(0, 10) == text.substr(0, 10));
    }
    check_printed(*read);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const input = std::as_bytes(std::span{data, size});
    if (input.size() < sizeof(std::uint64_t)) {
        return 0;
    }
    check_printed(WallTime{load_le<std::uint64_t>(input.first(sizeof(std::uint64_t)))});
    check_read(text_of(input.subspan(sizeof(std::uint64_t))));
    return 0;
}
