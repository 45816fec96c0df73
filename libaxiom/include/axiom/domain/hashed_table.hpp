#pragma once
// HashedTable: rows of state in a table of fixed capacity, with a root hash over the rows that
// live.
//
// Invariants: a new row takes the lowest free index; a row's generation is the count of rows ever
// added to the table, so a handle never finds a later row at the same place, and a dead place has
// no state at all; the root depends on the live rows and on that count, never on capacity, padding
// or history. A row is hashed when the root is asked for, and only if it changed since.
// docs/state.md is normative.

#include <algorithm>
#include <array>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/crypto/context.hpp>
#include <axiom/domain/bit_tree.hpp>
#include <axiom/domain/encoded_bound.hpp>
#include <axiom/domain/row_tree.hpp>
#include <axiom/log/limits.hpp>

namespace axiom {

/// Names one row for as long as it lives; never a later one at the same index.
struct RowHandle {
    std::uint32_t index{};
    std::uint64_t generation{}; // 0 names nothing

    friend bool operator==(RowHandle, RowHandle) noexcept = default;
};

/// Bytes before a row's encoding in what is hashed: index u32, four zero bytes, generation u64.
inline constexpr std::size_t row_prefix_bytes = 16;

template <HasSchema Row> class HashedTable {
  public:
    static constexpr std::size_t row_bytes_max = encoded_bytes_max<Row>();
    static constexpr std::size_t hashed_bytes_max = padded_bytes(row_prefix_bytes + row_bytes_max);
    static_assert(hashed_bytes_max <= 1024, "a row is hashed as one BLAKE3 chunk");
    static_assert(std::is_trivially_destructible_v<Row>);

    HashedTable(Arena& arena, std::uint32_t capacity) noexcept
        : slots_{arena.make<Slot>(capacity)}, free_{arena, capacity}, stale_{arena, capacity},
          tree_{arena, capacity}, staging_{arena.make<std::byte>(side_by_side * hashed_bytes_max)} {
        free_.fill();
    }

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t capacity) noexcept {
        return Arena::bytes_for<Slot>(capacity) + 2 * BitTree::bytes_for(capacity) +
               RowTree::bytes_for(capacity) +
               Arena::bytes_for<std::byte>(side_by_side * hashed_bytes_max);
    }

    [[nodiscard]] std::uint32_t capacity() const noexcept {
        return static_cast<std::uint32_t>(slots_.size());
    }
    [[nodiscard]] std::uint32_t size() const noexcept { return live_; }
    [[nodiscard]] bool full() const noexcept { return live_ == capacity(); }
    [[nodiscard]] bool is_live(std::uint32_t index) const noexcept {
        return index < capacity() && slots_[index].generation != 0;
    }
    [[nodiscard]] bool is_live(RowHandle handle) const noexcept {
        return handle.generation != 0 && handle.index < capacity() &&
               slots_[handle.index].generation == handle.generation;
    }
    [[nodiscard]] std::uint64_t generation(std::uint32_t index) const noexcept {
        return slots_[index].generation;
    }

    /// Adds a row at the lowest free index; the table has room.
    RowHandle add(Row const& row) noexcept {
        AXIOM_ASSERT(!full());
        std::uint32_t index = *free_.first();
        if (AXIOM_MUTANT(lowest_free_broken)) {
            free_.erase(index);
            auto const second = free_.first();
            free_.insert(index);
            index = second.value_or(index);
        }
        place(index, ++births_, row);
        return {index, births_};
    }

    [[nodiscard]] Row const& row(std::uint32_t index) const noexcept {
        AXIOM_ASSERT(is_live(index));
        return slots_[index].row;
    }

    /// The row, to be changed; its hash is stale from now on.
    [[nodiscard]] Row& edit(std::uint32_t index) noexcept {
        AXIOM_ASSERT(is_live(index));
        stale_.insert(index);
        return slots_[index].row;
    }

    void remove(std::uint32_t index) noexcept {
        AXIOM_ASSERT(is_live(index));
        slots_[index] = {};
        free_.insert(index);
        stale_.insert(index);
        --live_;
    }

    /// Calls `visit(index, row)` for each live row by rising index.
    template <class Visit> void for_each(Visit&& visit) const noexcept {
        for (std::uint32_t index = 0; index < capacity(); ++index) {
            if (slots_[index].generation != 0) {
                visit(index, slots_[index].row);
            }
        }
    }

    void clear() noexcept {
        for (Slot& slot : slots_) {
            slot = {};
        }
        free_.fill();
        stale_.clear();
        tree_.clear();
        births_ = 0;
        live_ = 0;
    }

    /// Hash of the live rows and of how many were ever added.
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept {
        hash_stale_rows(engine);
        std::array<std::byte, 64> input{};
        copy_bytes(input, tree_.root(engine).view());
        store_le(std::span{input}.subspan(32), births_);
        store_le(std::span{input}.subspan(40), live_);
        std::byte const* const start = input.data();
        Hash256 output;
        engine.hash_many(context::state_root.key, &start, 1, 1, &output);
        return output;
    }

    /// Rows ever added, live rows, then each: index, generation, row; by rising index.
    Result<void> save(Writer& to) const noexcept {
        TRY(to.word(births_));
        TRY(to.word(live_));
        for (std::uint32_t index = 0; index < capacity(); ++index) {
            if (slots_[index].generation != 0) {
                TRY(to.word(index));
                TRY(to.word(slots_[index].generation));
                TRY(encode_value(to, slots_[index].row));
            }
        }
        return {};
    }

    [[nodiscard]] static constexpr std::size_t save_bytes_max(std::uint32_t capacity) noexcept {
        return 12 + capacity * (12 + row_bytes_max);
    }

    /// Loads what `save` wrote into this table, which has no rows. Refuses `not_canonical` where
    /// indices do not rise or a generation was never given; after any refusal the table is empty
    /// again.
    Result<void> load(Reader& from) noexcept {
        AXIOM_ASSERT(live_ == 0 && births_ == 0);
        auto const loaded = load_rows(from);
        if (!loaded) {
            clear();
        }
        return loaded;
    }

  private:
    struct Slot {
        std::uint64_t generation{}; // 0: no row lives here
        Row row{};
    };

    static constexpr std::size_t side_by_side = 8;

    void place(std::uint32_t index, std::uint64_t generation, Row const& row) noexcept {
        slots_[index] = {generation, row};
        free_.erase(index);
        stale_.insert(index);
        ++live_;
    }

    Result<void> load_rows(Reader& from) noexcept {
        births_ = TRY(from.word<std::uint64_t>());
        auto const count = TRY(from.word<std::uint32_t>());
        if (count > capacity() || count > births_) {
            return fail(Code::out_of_range, from.offset(), count);
        }
        std::uint32_t lowest = 0;
        for (std::uint32_t loaded = 0; loaded < count; ++loaded) {
            std::size_t const start = from.offset();
            auto const index = TRY(from.word<std::uint32_t>());
            auto const generation = TRY(from.word<std::uint64_t>());
            if (index < lowest || index >= capacity() || generation == 0 || generation > births_) {
                return fail(Code::not_canonical, start, index);
            }
            Row row{};
            TRY(decode_value(from, row));
            place(index, generation, row);
            lowest = index + 1;
        }
        return {};
    }

    /// Encodes the row at `index` for hashing and returns how many blocks it takes.
    std::size_t encode_row(std::uint32_t index, MutableBytes to) const noexcept {
        Writer writer{to};
        bool const fits = writer.word(index).has_value() &&
                          writer.word(std::uint32_t{0}).has_value() &&
                          writer.word(slots_[index].generation).has_value() &&
                          encode_value(writer, slots_[index].row).has_value();
        AXIOM_ASSERT(fits);
        std::size_t const bytes = padded_bytes(writer.size());
        zero_bytes(to.subspan(writer.size(), bytes - writer.size()));
        return bytes / hash_block_bytes;
    }

    /// Rows whose encodings are equally long are hashed side by side.
    void hash_stale_rows(HashEngine const& engine) noexcept {
        std::array<std::byte const*, side_by_side> inputs{};
        std::array<std::uint32_t, side_by_side> rows{};
        std::size_t count = 0;
        std::size_t blocks = 0;
        auto const flush = [&] {
            std::array<Hash256, side_by_side> outputs{};
            engine.hash_many(context::state_row.key, inputs.data(), count, blocks, outputs.data());
            for (std::size_t index = 0; index < count; ++index) {
                tree_.set_row(rows[index], outputs[index]);
            }
            count = 0;
        };
        while (auto const index = stale_.first()) {
            stale_.erase(*index);
            if (!is_live(*index)) {
                tree_.set_row(*index, {});
                continue;
            }
            // A row of another length ends the batch, and is encoded again where the next one
            // starts.
            MutableBytes const first = staging_.first(hashed_bytes_max);
            MutableBytes const to = staging_.subspan(count * hashed_bytes_max, hashed_bytes_max);
            std::size_t const row_blocks = encode_row(*index, to);
            if (count != 0 && row_blocks != blocks) {
                flush();
                std::copy_n(to.begin(), row_blocks * hash_block_bytes, first.begin());
            }
            blocks = row_blocks;
            rows[count] = *index;
            inputs[count] = staging_.data() + count * hashed_bytes_max;
            if (++count == side_by_side) {
                flush();
            }
        }
        if (count != 0) {
            flush();
        }
    }

    std::span<Slot> slots_;
    BitTree free_;
    BitTree stale_;
    RowTree tree_;
    MutableBytes staging_;
    std::uint64_t births_{};
    std::uint32_t live_{};
};

/// Hash over the roots of a domain's tables, in the order that the domain's document gives.
template <std::size_t Count>
[[nodiscard]] Hash256 combine_roots(HashEngine const& engine,
                                    std::array<Hash256, Count> const& roots) noexcept {
    static_assert(Count >= 1 && Count <= 32);
    std::array<Hash256, (Count + 1) / 2 * 2> padded{};
    std::copy(roots.begin(), roots.end(), padded.begin());
    std::byte const* const start = padded[0].bytes.data();
    Hash256 output;
    engine.hash_many(context::state_root.key, &start, 1, padded.size() / 2, &output);
    return output;
}

} // namespace axiom
