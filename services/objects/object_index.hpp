#pragma once
// ObjectIndex: where each chunk and each object lies. Built anew from the medium at every start.

#include <axiom/domain/key_index.hpp>
#include <services/objects/object_record.hpp>

namespace axiom::objects {

struct ChunkRow {
    Hash256 name;
    SlotOffset at;
    std::uint32_t bytes{};
};

struct ObjectRow {
    Hash256 id;
    SlotOffset at;
    std::uint64_t bytes{};
    std::uint64_t owner{};
    std::uint32_t list_bytes{}; // of the names of its chunks
    bool damaged{};             // its list is
    bool proved{};              // since the start all of it was seen to hash to the id
};

/// Rows by name; none is ever removed.
template <class Row, Hash256 Row::* name> class RowsByName {
  public:
    RowsByName(Arena& arena, std::uint32_t rows_max) noexcept
        : rows_{arena.make<Row>(rows_max)}, index_{arena, rows_max} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t rows_max) noexcept {
        return Arena::bytes_for<Row>(rows_max) + KeyIndex::bytes_for(rows_max);
    }

    [[nodiscard]] Row* find(Hash256 const& wanted) noexcept {
        auto const row = index_.find(
            wanted.prefix(), [&](std::uint32_t at) noexcept { return rows_[at].*name == wanted; });
        return row ? &rows_[*row] : nullptr;
    }

    [[nodiscard]] bool full() const noexcept { return count_ == rows_.size(); }

    /// There is room, and no row of its name.
    void add(Row const& row) noexcept {
        rows_[count_] = row;
        index_.insert((row.*name).prefix(), static_cast<std::uint32_t>(count_));
        ++count_;
    }

    /// In the order in which they were added.
    [[nodiscard]] std::span<Row> all() noexcept { return rows_.first(count_); }

  private:
    std::span<Row> rows_;
    KeyIndex index_;
    std::size_t count_{};
};

using ChunkRows = RowsByName<ChunkRow, &ChunkRow::name>;
using ObjectRows = RowsByName<ObjectRow, &ObjectRow::id>;

} // namespace axiom::objects
