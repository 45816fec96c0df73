// Any bytes as the command's input: its lines are what stands between newlines, in order and
// numbered, and one that is too long is refused by number with everything before it taken.
//
// Input: how long a line may be (u8, 1 to 256), how many bytes a write gives (u8), then the bytes.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <unistd.h>

#include <axiom/base/assert.hpp>
#include <terminal/cli/line_reader.hpp>

namespace {

struct Lines {
    std::vector<std::string> taken;
    std::uint64_t refused{}; // the number of the line that was too long
};

// The plain model.
Lines lines_of(std::string_view text, std::size_t line_bytes_max) {
    Lines lines;
    while (!text.empty() && lines.refused == 0) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        if (end > line_bytes_max) {
            lines.refused = lines.taken.size() + 1;
        } else {
            lines.taken.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Lines read_lines(int descriptor, std::size_t line_bytes_max) {
    Lines lines;
    axiom::cli::LineReader reader{descriptor, line_bytes_max};
    int const interrupted = 0;
    try {
        while (auto const line = reader.next(interrupted)) {
            lines.taken.emplace_back(*line);
            AXIOM_ASSERT(reader.number() == lines.taken.size());
        }
        AXIOM_ASSERT(reader.at_end());
    } catch (axiom::cli::Failure const& failure) {
        AXIOM_ASSERT(failure.code == "too_long");
        lines.refused = reader.number();
    }
    return lines;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // A pipe holds 64 KiB, so that one thread can write all and then read.
    if (size < 2 || size > 60'000) {
        return 0;
    }
    std::size_t const line_bytes_max = 1 + std::size_t{data[0]};
    std::size_t const piece = 1 + std::size_t{data[1]};
    std::string_view const text{reinterpret_cast<char const*>(data + 2), size - 2};
    int ends[2];
    AXIOM_ASSERT(::pipe(ends) == 0);
    for (std::size_t at = 0; at < text.size(); at += piece) {
        std::string_view const part = text.substr(at, piece);
        AXIOM_ASSERT(::write(ends[1], part.data(), part.size()) ==
                     static_cast<ssize_t>(part.size()));
    }
    ::close(ends[1]);
    Lines const read = read_lines(ends[0], line_bytes_max);
    ::close(ends[0]);
    Lines const expected = lines_of(text, line_bytes_max);
    AXIOM_ASSERT(read.taken == expected.taken && read.refused == expected.refused);
    return 0;
}
