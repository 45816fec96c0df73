#pragma once
// The append ring: entries lie here from the moment they are ordered until they are durable.
//
//     ... freed | durable, held for a subscriber | drained, being flushed | ordered | free ...
//               ^ front                                                             ^ end
//
// Entries are contiguous and start on hash blocks, so that hashing reads them where they lie; one
// that would not fit before the storage's end starts again at its beginning. Numbers only rise:
// positions are counted in bytes since the start and never wrap in the life of a machine.

#include <cstdint>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/base/result.hpp>
#include <axiom/log/entry.hpp>

namespace axiom {

struct RingSize {
    std::size_t bytes{4U << 20U};     // a power of two, at least four of the largest entries
    std::size_t entries{16U * 1024U}; // a power of two: how many entries it may hold at once
};

class AppendRing {
  public:
    AppendRing(Arena& arena, RingSize size) noexcept;

    /// What the constructor takes from its arena at most.
    [[nodiscard]] static constexpr std::size_t bytes_for(RingSize size) noexcept {
        return Arena::bytes_for<std::byte>(size.bytes + hash_block_bytes) +
               Arena::bytes_for<std::uint64_t>(size.entries);
    }

    /// Room at the end for an entry of `bytes` (whole hash blocks), provided that no more than
    /// `bytes_limit` are then in use, and of the entries the same share. Null when there is none;
    /// else the entry is in the ring.
    [[nodiscard]] std::byte* push(std::size_t bytes, std::size_t bytes_limit) noexcept;

    /// Whether `push` would find room, with no limit but the ring's own.
    [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;

    /// Frees the `count` oldest entries.
    void pop(std::size_t count) noexcept;

    /// The entry `index` places behind the oldest one; `index < size()`.
    [[nodiscard]] std::byte* entry(std::size_t index) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept {
        return static_cast<std::size_t>(end_ - front_);
    }
    [[nodiscard]] std::size_t bytes_used() const noexcept {
        return static_cast<std::size_t>(tail_ - head_);
    }
    [[nodiscard]] std::size_t bytes_capacity() const noexcept { return storage_.size(); }

  private:
    /// The bytes that are skipped so that `bytes` lie in one piece at the end.
    [[nodiscard]] std::size_t skip_for(std::size_t bytes) const noexcept;

    MutableBytes storage_;              // starts on a hash block
    std::span<std::uint64_t> position_; // of entry n at n modulo its size
    std::uint64_t front_{};             // number of the oldest entry, counting from the start
    std::uint64_t end_{};
    std::uint64_t head_{}; // position of the oldest entry's first byte
    std::uint64_t tail_{}; // position after the newest entry's last byte
};

} // namespace axiom
