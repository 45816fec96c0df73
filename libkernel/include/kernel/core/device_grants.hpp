#pragma once
// DeviceGrants: which capabilities to devices may not be used yet.
//
// What a device does is seen outside, so the entry that gave somebody a device's registers, an
// interrupt or ports is on stable storage before they are used. Who gives waits for that (its
// thread holds the sequence); whoever else finds the capability earlier is refused. What is of use
// at once all the same is never noted here: see grants.cpp.
//
// Changed under the authority lock, asked without it: (1) a change is announced before the
// capability can be found, so (2) who has found it asks whether one is going on, and if so waits
// for the lock.

#include <array>
#include <atomic>

#include <axiom/base/assert.hpp>
#include <axiom/log/ids.hpp>

#include <kernel/abi/object.hpp>

namespace axiom::kernel {

/// Grants that wait at the same time; beyond it one is refused.
inline constexpr std::uint32_t device_grants_max = 64;

class DeviceGrants {
  public:
    [[nodiscard]] std::uint32_t room() const noexcept {
        return device_grants_max - count_.load(std::memory_order_relaxed);
    }

    /// (1) For as long as this lives, if something is given at all.
    class Change {
      public:
        Change(DeviceGrants& grants, bool gives) noexcept : grants_{grants}, gives_{gives} {
            if (gives_) {
                grants_.changing_.store(true);
            }
        }
        ~Change() {
            if (gives_) {
                grants_.changing_.store(false);
            }
        }
        Change(Change const&) = delete;
        Change& operator=(Change const&) = delete;

      private:
        DeviceGrants& grants_;
        bool gives_;
    };

    [[nodiscard]] bool is_changing() const noexcept { return changing_.load(); } // (2)

    /// There is room.
    void note(RowHandle capability, Sequence entry) noexcept {
        for (Waiting& each : waiting_) {
            if (each.generation.load(std::memory_order_relaxed) == 0) {
                each.entry = entry;
                each.generation.store(capability.generation, std::memory_order_release);
                count_.fetch_add(1, std::memory_order_release);
                return;
            }
        }
        AXIOM_ASSERT(false);
    }

    /// Everything below is durable. Whether something waited for it.
    bool durable_through(Sequence watermark) noexcept {
        bool any = false;
        for (Waiting& each : waiting_) {
            if (each.generation.load(std::memory_order_relaxed) != 0 && each.entry < watermark) {
                each.generation.store(0, std::memory_order_release);
                count_.fetch_sub(1, std::memory_order_release);
                any = true;
            }
        }
        return any;
    }

    [[nodiscard]] bool waits(RowHandle capability) const noexcept {
        if (count_.load(std::memory_order_acquire) == 0) {
            return false;
        }
        for (Waiting const& each : waiting_) {
            if (each.generation.load(std::memory_order_acquire) == capability.generation) {
                return true;
            }
        }
        return false;
    }

  private:
    struct Waiting {
        std::atomic<std::uint64_t> generation{}; // of the capability; 0: none
        Sequence entry{};
    };

    std::array<Waiting, device_grants_max> waiting_{};
    std::atomic<std::uint32_t> count_{};
    std::atomic<bool> changing_{};
};

} // namespace axiom::kernel
