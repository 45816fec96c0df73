#pragma once
// The work that every contender does: durable rows of 256 bytes, in groups, under rising numbers.
//
// A row is what our log keeps of one entry, a header of 192 bytes and a body of 64. What the log
// adds around it (a tag for each entry, a prefix and a record for each block) is part of what the
// raw file writes, so that both put the same number of bytes on the medium; databases get the bare
// row, which favours them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace axiom::bench {

inline constexpr std::size_t row_bytes = 256;
using Row = std::array<std::byte, row_bytes>;

/// What a log puts on the medium around its rows.
struct MediaLayout {
    std::size_t entry_bytes{264};   // header, body and tag of one entry
    std::size_t block_bytes{320};   // prefix and record of one block
    std::size_t block_entries{256}; // entries of a full block
};

[[nodiscard]] constexpr std::size_t group_media_bytes(MediaLayout const& layout,
                                                      std::size_t entries) noexcept {
    auto const blocks = (entries + layout.block_entries - 1) / layout.block_entries;
    return entries * layout.entry_bytes + blocks * layout.block_bytes;
}

/// Where and how much: what a contender needs to set itself up.
struct Workload {
    std::filesystem::path folder; // exists; the contender makes what it needs below it
    std::size_t group_entries{};  // rows that become durable together
    std::size_t groups_total{};   // an upper bound over all samples, for preallocation
    std::size_t clients{1};       // of our log: threads that each commit groups of their own
    MediaLayout layout{};
};

/// Row number `number`, different for each number and not compressible.
[[nodiscard]] Row make_row(std::uint64_t number) noexcept;

/// The key under which databases keep a row: its number, most significant byte first.
[[nodiscard]] std::array<char, 8> make_key(std::uint64_t number) noexcept;

/// Rows made beforehand, so that no contender is timed at making them.
class RowSupply {
  public:
    [[nodiscard]] Row const& row(std::uint64_t number) const noexcept {
        return rows_[number % rows_.size()];
    }

    RowSupply();

  private:
    std::array<Row, 1024> rows_;
};

} // namespace axiom::bench
