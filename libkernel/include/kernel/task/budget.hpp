#pragma once
// Budget: a scheduling context at work: so much CPU time in each period.
//
// Periods follow each other without gaps. What is not used by a period's end is gone, and what was
// used too much, since a timer comes late, is taken off the next one. Several threads may share a
// context, on several CPUs: both words are changed without a lock.

#include <atomic>
#include <cstdint>

namespace axiom::kernel {

class Budget {
  public:
    void set(std::uint64_t budget_ns, std::uint64_t period_ns) noexcept {
        budget_ns_ = budget_ns;
        period_ns_ = period_ns;
        left_ns_.store(static_cast<std::int64_t>(budget_ns), std::memory_order_relaxed);
        end_ns_.store(0, std::memory_order_relaxed); // the first period begins with the first use
    }

    /// What is left of this period; 0: nothing.
    [[nodiscard]] std::uint64_t left_ns(std::uint64_t now_ns) noexcept {
        if (is_unlimited()) {
            return ~std::uint64_t{0};
        }
        std::uint64_t end = end_ns_.load(std::memory_order_relaxed);
        if (now_ns >= end) {
            std::uint64_t const skipped =
                end == 0 ? now_ns : end + (now_ns - end) / period_ns_ * period_ns_;
            if (end_ns_.compare_exchange_strong(end, skipped + period_ns_)) {
                std::int64_t const owed = left_ns_.load(std::memory_order_relaxed);
                left_ns_.store(static_cast<std::int64_t>(budget_ns_) + (owed < 0 ? owed : 0));
            }
        }
        std::int64_t const left = left_ns_.load(std::memory_order_relaxed);
        return left > 0 ? static_cast<std::uint64_t>(left) : 0;
    }

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
        return end_ns_.load(std::memory_order_relaxed);
    }

    /// All of the time: nothing to count.
    [[nodiscard]] bool is_unlimited() const noexcept { return budget_ns_ == period_ns_; }

  private:
    std::uint64_t budget_ns_{};
    std::uint64_t period_ns_{};
    std::atomic<std::int64_t> left_ns_{};
    std::atomic<std::uint64_t> end_ns_{};
};

} // namespace axiom::kernel
