#pragma once
// SavedCallers: who asked, kept beyond their call for an approval that comes later.
//
// The policy engine keeps one from the call of its client, and names it by a token when it has been
// decided. What is kept is what the kernel knew then; that the client still holds the capability is
// looked at again. A token is of the process that has it, and ends with the proposal or the denial
// that it was for. Of each account only so many are kept, so that none takes the others' room.
//
// Belongs to the holder of the authority lock.

#include <array>
#include <optional>

#include <axiom/base/mutant.hpp>

#include <kernel/event/slot_views.hpp>
#include <kernel/syslog/call_ring.hpp>

namespace axiom::kernel {

inline constexpr std::uint32_t saved_callers_max = 64;
inline constexpr std::uint32_t saved_of_an_account_max = 8;

/// Whose proposal it is, from the kernel's own memory.
struct Asked {
    RowHandle process{};
    SlotView exercised{};
    Actor actor{};
    SyslogPosition call{};
};

class SavedCallers {
  public:
    /// A token, or none: too many of its account are kept. `is_alive(RowHandle process)`: who has
    /// ended asks for nothing any more, and who would have named it does not either.
    template <class IsAlive>
    [[nodiscard]] std::optional<std::uint64_t> save(RowHandle holder, Asked const& asked,
                                                    IsAlive&& is_alive) noexcept {
        Saved* free = nullptr;
        std::uint32_t of_account = 0;
        for (Saved& saved : saved_) {
            if (saved.number != 0 && !(is_alive(saved.asked.process) && is_alive(saved.holder))) {
                saved.number = 0;
            }
            if (saved.number == 0) {
                free = &saved;
            } else if (saved.asked.actor.account == asked.actor.account) {
                ++of_account;
            }
        }
        bool const too_many =
            of_account >= saved_of_an_account_max && !AXIOM_MUTANT(saved_without_bound);
        if (free == nullptr || too_many) {
            return std::nullopt;
        }
        *free = {.number = ++last_, .holder = holder, .asked = asked};
        return is_saved | last_;
    }

    /// Whether it is such a token, and not that of a call that waits.
    [[nodiscard]] static bool is_one(std::uint64_t token) noexcept {
        return (token & is_saved) != 0;
    }

    /// Of a token of this process.
    [[nodiscard]] Asked const* find(RowHandle holder, std::uint64_t token) const noexcept {
        for (Saved const& saved : saved_) {
            bool const its = saved.holder == holder || AXIOM_MUTANT(saved_by_others);
            if (saved.number != 0 && (is_saved | saved.number) == token && its) {
                return &saved.asked;
            }
        }
        return nullptr;
    }

    void forget(std::uint64_t token) noexcept {
        for (Saved& saved : saved_) {
            if ((is_saved | saved.number) == token && !AXIOM_MUTANT(saved_kept)) {
                saved.number = 0;
            }
        }
    }

  private:
    static constexpr std::uint64_t is_saved = std::uint64_t{1} << 63U; // no call's has that bit

    struct Saved {
        std::uint64_t number{}; // 0: none
        RowHandle holder{};
        Asked asked{};
    };

    std::array<Saved, saved_callers_max> saved_{};
    std::uint64_t last_{};
};

} // namespace axiom::kernel
