#pragma once
// LogMeter: what each of the kernel's accounts has left of its log bytes.
//
// An account's rate is its limit less what its children were given of it. Its bucket fills at that
// rate in log time and holds four seconds of it. A new account's bucket is filled out of its
// parent's, so that nobody gets more by making accounts: all together never write more than the
// rate of the first among them, but for one bucket.
//
// Who creates something pays for the entries that end it, too; so giving up is never refused. None
// of this is authority: a refusal leaves no entry, and accounts end with the boot. Belongs to the
// holder of the authority lock.

#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/log/ids.hpp>

#include <kernel/event/event.hpp>

namespace axiom::kernel {

inline constexpr std::uint64_t log_burst_seconds = 4;

class LogMeter {
  public:
    LogMeter(Arena& arena, std::uint32_t accounts) noexcept
        : buckets_{arena.make<Bucket>(accounts)} {}

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t accounts) noexcept {
        return Arena::bytes_for<Bucket>(accounts);
    }

    /// A new account, whose bucket is full.
    void open(RowHandle account, std::uint64_t bytes_per_second, LogTime now) noexcept;

    /// The same, as far as its parent's bucket goes, which has that much less.
    void open_from(RowHandle parent, RowHandle account, std::uint64_t bytes_per_second,
                   LogTime now) noexcept;

    /// Whether it may write so many bytes now. Log time never goes back.
    [[nodiscard]] bool affords(RowHandle account, std::uint64_t bytes_per_second, LogTime now,
                               std::uint64_t bytes) noexcept;

    /// Takes them, as far as there are so many.
    void charge(RowHandle account, std::uint64_t bytes) noexcept;

  private:
    struct Bucket {
        std::uint64_t generation{};
        std::uint64_t bytes_per_second{}; // since it was filled last
        std::uint64_t left{};             // thousandths of a byte
        LogTime filled{};
    };

    Bucket& fill(RowHandle account, std::uint64_t bytes_per_second, LogTime now) noexcept;

    std::span<Bucket> buckets_; // by row
};

/// What an entry is charged for, with what it prepays.
[[nodiscard]] std::uint64_t log_cost_of(Event const& event) noexcept;

} // namespace axiom::kernel
