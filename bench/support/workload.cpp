// Rows from a small mixing function: the same in every run, so that two runs write the same bytes.

#include <bench/support/workload.hpp>

#include <cstring>

namespace axiom::bench {

namespace {

/// The finishing steps of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

} // namespace

Row make_row(std::uint64_t number) noexcept {
    Row row;
    for (std::size_t offset = 0; offset < row_bytes; offset += sizeof(std::uint64_t)) {
        auto const word = mix(number * row_bytes + offset + 1);
        std::memcpy(row.data() + offset, &word, sizeof word);
    }
    return row;
}

std::array<char, 8> make_key(std::uint64_t number) noexcept {
    std::array<char, 8> key{};
    for (std::size_t index = 0; index < key.size(); ++index) {
        key[index] = static_cast<char>(number >> (8 * (key.size() - 1 - index)));
    }
    return key;
}

RowSupply::RowSupply() {
    for (std::size_t number = 0; number < rows_.size(); ++number) {
        rows_[number] = make_row(number);
    }
}

} // namespace axiom::bench
