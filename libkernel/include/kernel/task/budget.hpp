#pragma once
// Budget: a scheduling context at work: so much CPU time in each period.
//
// Periods follow each other without gaps. What is not used by a period's end is gone, and what was
// used too much, since a timer comes late, is taken off the next one. Several threads may share a
// context, on several CPUs: who finds its period over gives it the next one's time, and others who
// find that at the same moment wait till it has. All of the time of one CPU is no bound for a
// thread that has it for itself, and is not counted then; for several, on several CPUs, it is.

#include <atomic>
#include <cstdint>

#include <axiom/base/hooks.hpp>
#include <axiom/base/mutant.hpp>

namespace axiom::kernel {

class Budget {
  public:
    void set(std::uint64_t budget_ns, std::uint64_t period_ns) noexcept {
        budget_ns_ = budget_ns;
        period_ns_ = period_ns;
        left_ns_.store(static_cast<std::int64_t>(budget_ns), std::memory_order_relaxed);
        end_ns_.store(0, std::memory_order_relaxed); // the first period begins with the first use
        sharers_ = 0;
        unlimited_.store(budget_ns == period_ns, std::memory_order_relaxed);
    }

    /// So many threads more take their time from it. Whether it is counted from now on, and was
    /// not: whoever runs on it is to be told. With the authority lock held.
    [[nodiscard]] bool share(std::int32_t more) noexcept {
        sharers_ += static_cast<std::uint32_t>(more);
        bool const alone = sharers_ <= 1 || AXIOM_MUTANT(full_time_shared_by_all);
        bool const now = budget_ns_ == period_ns_ && alone;
        return unlimited_.exchange(now, std::memory_order_relaxed) && !now;
    }

    /// What is left of a period, and when that one ends.
    struct Left {
        std::uint64_t ns{};
        std::uint64_t until_ns{};
    };

    /// Of the period that it is now. Whose clock is a little late may be told of the next.
    [[nodiscard]] Left left(std::uint64_t now_ns) noexcept {
        if (is_unlimited()) {
            return {~std::uint64_t{0}, ~std::uint64_t{0}};
        }
        std::uint64_t end = end_ns_.load(std::memory_order_acquire);
        while (now_ns >= (end & ~renewing)) {
            bool const by_other = (end & renewing) != 0;
            if (!by_other && end_ns_.compare_exchange_strong(end, end | renewing)) {
                end = renew(end, now_ns);
            } else if (by_other) {
                axiom_relax(); // another CPU is in the middle of it
                end = end_ns_.load(std::memory_order_acquire);
            }
        }
        std::int64_t const left = left_ns_.load(std::memory_order_relaxed);
        return {left > 0 ? static_cast<std::uint64_t>(left) : 0, end & ~renewing};
    }

    /// What is left of this period; 0: nothing.
    [[nodiscard]] std::uint64_t left_ns(std::uint64_t now_ns) noexcept { return left(now_ns).ns; }

    void charge(std::uint64_t used_ns) noexcept {
        if (!is_unlimited()) {
            left_ns_.fetch_sub(static_cast<std::int64_t>(used_ns), std::memory_order_relaxed);
        }
    }

    /// As of when it was last asked for; below 0: owed.
    [[nodiscard]] std::int64_t last_left_ns() const noexcept {
        return left_ns_.load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t period_end_ns() const noexcept {
        return end_ns_.load(std::memory_order_relaxed) & ~renewing;
    }

    /// All of the time, for one thread: nothing to count.
    [[nodiscard]] bool is_unlimited() const noexcept {
        return unlimited_.load(std::memory_order_relaxed);
    }

  private:
    // In `end_ns_`, while whoever has set it gives the new period its time: what is left and until
    // when are of one period for everybody.
    static constexpr std::uint64_t renewing = std::uint64_t{1} << 63U;

    std::uint64_t renew(std::uint64_t end, std::uint64_t now_ns) noexcept {
        std::uint64_t const begin =
            end == 0 ? now_ns : end + (now_ns - end) / period_ns_ * period_ns_;
        std::int64_t owed = left_ns_.load(std::memory_order_relaxed);
        while (!left_ns_.compare_exchange_weak(
            owed, static_cast<std::int64_t>(budget_ns_) + (owed < 0 ? owed : 0),
            std::memory_order_relaxed)) {
        }
        end_ns_.store(begin + period_ns_, std::memory_order_release);
        return begin + period_ns_;
    }

    std::uint64_t budget_ns_{};
    std::uint64_t period_ns_{};
    std::uint32_t sharers_{}; // threads, by the holder of the authority lock
    std::atomic<bool> unlimited_{true};
    std::atomic<std::int64_t> left_ns_{};
    std::atomic<std::uint64_t> end_ns_{};
};

} // namespace axiom::kernel
