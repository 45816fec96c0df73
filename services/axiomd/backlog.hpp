#pragma once
// Backlog: the newest entries, for those who follow. The oldest make room: nobody is waited for.

#include <axiom/log/append_ring.hpp>
#include <services/axiomd/api.hpp>

namespace axiom::axiomd {

class Backlog {
  public:
    /// Empty; the next entry will be `next`.
    Backlog(Arena& arena, RingSize const& size, Sequence next) noexcept
        : ring_{arena, size}, size_{size}, first_{next} {}

    [[nodiscard]] Sequence first() const noexcept { return first_; }
    [[nodiscard]] Sequence end() const noexcept { return Sequence{first_.value + ring_.size()}; }

    /// Entries one behind the other, the first of them `first`. Those that are there already are
    /// passed over: a drain that is made again brings them again.
    void add(Bytes run, Sequence first) noexcept;

    /// What `asks` wants of the entries below `end`, laid into `room`, which takes
    /// `piece_bytes_max`. `entry_missing`, `out_of_range`.
    [[nodiscard]] Result<Followed> collect(Follow const& asks, Sequence end,
                                           MutableBytes room) const noexcept;

  private:
    void push(Bytes entry) noexcept;
    [[nodiscard]] Bytes entry(Sequence at) const noexcept;

    AppendRing ring_;
    RingSize size_;
    Sequence first_;
};

} // namespace axiom::axiomd
