#pragma once
// LineReader: the lines of a descriptor, as they are, with bounded memory.
//
// A line ends with a newline, which is no part of it, or with the input. Lines are numbered from 1.
// A line longer than the bound is a refusal that names its number; no byte of it is kept.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <terminal/cli/failure.hpp>

namespace axiom::cli {

class LineReader {
  public:
    LineReader(int descriptor, std::size_t line_bytes_max);

    /// The next line, valid until the next call; none at the end of the input, and none when
    /// `interrupted` turned true while nothing came. Throws what reading refuses.
    [[nodiscard]] std::optional<std::string_view> next(int const volatile& interrupted);

    /// The number of the line that `next` gave last.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

    /// Whether another line, the end or a refusal can be had without waiting for the input: what
    /// has come of a line that is not whole yet does not count. Throws what reading refuses.
    [[nodiscard]] bool has_more_now();

    [[nodiscard]] bool at_end() const noexcept { return ended_ && begin_ == end_; }

  private:
    bool fill();
    std::string_view take(std::size_t bytes, std::size_t skipped);

    int descriptor_;
    std::size_t line_bytes_max_;
    std::vector<char> buffer_;
    std::size_t begin_{};   // of what is not handed out yet
    std::size_t scanned_{}; // no newline in [begin_, scanned_)
    std::size_t end_{};
    bool ended_{};
    std::uint64_t number_{};
};

} // namespace axiom::cli
