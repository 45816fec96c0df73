#pragma once
// Batch: the records of one seal, as they are hashed and kept.
//
//     header | record first | first + 1 | ... | notes, by rising bucket        64 bytes each
//
// The seal's hash covers the whole batch, and the header binds it to its boot, its ring, its place
// in the ring and the batch before. So a batch proves itself against the log, and a chain of them
// proves that nothing is missing but what the seals count as lost.

#include <span>

#include <axiom/port/hash_engine.hpp>

#include <kernel/event/kinds.hpp>
#include <kernel/syslog/record.hpp>

namespace axiom::kernel {

struct BatchHeader {
    std::uint32_t boot{};
    std::uint32_t ring{};
    std::uint64_t first{};
    std::uint32_t count{};
    std::uint32_t notes{};
    std::uint64_t lost{};
    Hash256 previous{};

    friend bool operator==(BatchHeader const&, BatchHeader const&) noexcept = default;
};
static_assert(RecordForm<BatchHeader>);

/// The header of the batch that `seal` covers.
[[nodiscard]] constexpr BatchHeader header_of(BootNumber boot, Seal const& seal) noexcept {
    return {.boot = static_cast<std::uint32_t>(boot.value),
            .ring = seal.ring,
            .first = seal.first,
            .count = seal.count,
            .notes = seal.notes,
            .lost = seal.lost,
            .previous = seal.previous};
}

/// Records of a batch beside those that it seals.
inline constexpr std::size_t batch_overhead = 1;
inline constexpr std::size_t batch_records_max = batch_overhead + seal_records_max;

using BatchView = std::span<Record const>;

[[nodiscard]] Hash256 hash_of_batch(HashEngine const& engine, BatchView batch) noexcept;

/// What is wrong with a batch, and with which of its records.
enum class BatchFlaw : std::uint8_t {
    none,
    size,   // not as many records as the seal says
    header, // not what the seal says
    hash,
    index,  // a record does not follow the one before
    record, // not of a type or form that stands in this ring
    note,   // out of order, of nothing, or not the sum that the seal says
};

struct BatchVerdict {
    BatchFlaw flaw{};
    std::size_t at{};

    [[nodiscard]] constexpr bool sound() const noexcept { return flaw == BatchFlaw::none; }
    friend bool operator==(BatchVerdict const&, BatchVerdict const&) noexcept = default;
};

/// Whether `batch` is what `seal`, an entry of boot `boot`, sealed, and well formed. That the seal
/// itself follows the one before is what the entry rests on (event/sealed_rings.hpp).
[[nodiscard]] BatchVerdict check_batch(HashEngine const& engine, BootNumber boot, Seal const& seal,
                                       BatchView batch) noexcept;

} // namespace axiom::kernel
