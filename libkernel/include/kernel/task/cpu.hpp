#pragma once
// CPUs by number, sets of them, and the lock that they spin on.

#include <atomic>
#include <cstdint>

#include <axiom/base/hooks.hpp>
#include <axiom/base/strong.hpp>

namespace axiom::kernel {

/// [0, cpus_max).
using Cpu = Strong<struct CpuTag, std::uint32_t>;

inline constexpr std::uint32_t cpus_max = 64;

struct CpuSet {
    std::uint64_t bits{};

    [[nodiscard]] constexpr bool contains(Cpu cpu) const noexcept {
        return (bits >> cpu.value & 1U) != 0;
    }
    constexpr void insert(Cpu cpu) noexcept { bits |= std::uint64_t{1} << cpu.value; }

    [[nodiscard]] static constexpr CpuSet all() noexcept { return {~std::uint64_t{0}}; }
    [[nodiscard]] static constexpr CpuSet first(std::uint32_t count) noexcept {
        return {count == cpus_max ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1};
    }
};

/// Held for a bounded number of steps, with interrupts off. Order: authority, notification,
/// endpoint, run queue; none of the same kind twice.
class SpinLock {
  public:
    void lock() noexcept {
        while (taken_.exchange(true, std::memory_order_acquire)) {
            while (taken_.load(std::memory_order_relaxed)) {
                axiom_relax();
            }
        }
    }
    [[nodiscard]] bool try_lock() noexcept {
        return !taken_.exchange(true, std::memory_order_acquire);
    }
    void unlock() noexcept { taken_.store(false, std::memory_order_release); }

  private:
    std::atomic<bool> taken_{};
};

/// Holds a lock to the end of its block.
class Locked {
  public:
    explicit Locked(SpinLock& lock) noexcept : lock_{&lock} { lock_->lock(); }
    Locked(Locked const&) = delete;
    Locked& operator=(Locked const&) = delete;
    ~Locked() { lock_->unlock(); }

  private:
    SpinLock* lock_;
};

/// The same, if nobody has it at this moment: for who has another way, and does not spin.
class TryLocked {
  public:
    explicit TryLocked(SpinLock& lock) noexcept : lock_{&lock}, holds_{lock.try_lock()} {}
    TryLocked(TryLocked const&) = delete;
    TryLocked& operator=(TryLocked const&) = delete;
    ~TryLocked() {
        if (holds_) {
            lock_->unlock();
        }
    }
    [[nodiscard]] bool holds() const noexcept { return holds_; }

  private:
    SpinLock* lock_;
    bool holds_;
};

} // namespace axiom::kernel
