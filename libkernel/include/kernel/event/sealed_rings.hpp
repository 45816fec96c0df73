#pragma once
// SealedRings: how far each ring of the SysLog is sealed in this boot; a row each, at the ring's
// number.
//
// The records themselves are no state: they are evidence, kept elsewhere, and may be lost. Here is
// what the log holds against whoever keeps them.

#include <kernel/event/kinds.hpp>

namespace axiom::kernel {

class SealedRings {
  public:
    SealedRings(Arena& arena, std::uint32_t capacity) noexcept : rows_{arena, capacity} {}

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t capacity) noexcept {
        return HashedTable<RingRow>::bytes_for(capacity);
    }

    /// Rings [0, size()) are there; none before the kernel started.
    [[nodiscard]] std::uint32_t size() const noexcept { return rows_.size(); }

    /// Null: no such ring.
    [[nodiscard]] RingRow const* find(std::uint32_t ring) const noexcept {
        return ring < rows_.size() ? &rows_.row(ring) : nullptr;
    }

    /// `count` rings of which nothing is sealed; at most the capacity, and once a boot.
    void begin(std::uint32_t count) noexcept;

    /// Its precondition holds (event/preconditions.hpp).
    void seal(Seal const& seal) noexcept;

    void clear() noexcept { rows_.clear(); }
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept { return rows_.root(engine); }
    Result<void> save(Writer& to) const noexcept { return rows_.save(to); }
    Result<void> load(Reader& from) noexcept;
    [[nodiscard]] std::size_t save_bytes_max() const noexcept {
        return rows_.save_bytes_max(rows_.capacity());
    }

  private:
    HashedTable<RingRow> rows_;
};

} // namespace axiom::kernel
