#pragma once
// SavedCallers: who asked, kept beyond their call for an approval that comes later.
//
// The policy engine keeps one from the call of its client, and names it by a token when it has been
// decided. What is kept is what the kernel knew then; that the client still holds the capability is
// looked at again. A token is of the process that has it, and ends with the proposal or the denial
// that it was for. Each account has room of its own for so many, so that none takes another's,
// however many accounts are made beneath it.
//
// Belongs to the holder of the authority lock.

#include <optional>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/base/mutant.hpp>

#include <kernel/event/slot_views.hpp>
#include <kernel/syslog/call_ring.hpp>

namespace axiom::kernel {

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
    /// For as many accounts as there may be.
    SavedCallers(Arena& arena, std::uint32_t accounts) noexcept
        : saved_{arena.make<Saved>(std::size_t{accounts} * saved_of_an_account_max)} {}

    [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t accounts) noexcept {
        return Arena::bytes_for<Saved>(std::size_t{accounts} * saved_of_an_account_max);
    }

    /// A token, or none: too many of its account are kept. `is_alive(RowHandle process)`: who has
    /// ended asks for nothing any more, and who would have named it does not either.
    template <class IsAlive>
    [[nodiscard]] std::optional<std::uint64_t> save(RowHandle holder, Asked const& asked,
                                                    IsAlive&& is_alive) noexcept {
        for (Saved& saved : room_of(asked.actor.bucket)) {
            bool const wanted =
                saved.number != 0 && is_alive(saved.asked.process) && is_alive(saved.holder);
            if (!wanted) {
                saved = {.number = ++last_, .holder = holder, .asked = asked};
                return is_saved | last_;
            }
        }
        return std::nullopt;
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

    // Of the account in this row. Whoever was there before has ended, with all that it paid for.
    [[nodiscard]] std::span<Saved> room_of(std::uint32_t account) const noexcept {
        std::size_t const from = AXIOM_MUTANT(saved_in_one_room) ? 0 : account;
        return saved_.subspan(from * saved_of_an_account_max, saved_of_an_account_max);
    }

    std::span<Saved> saved_;
    std::uint64_t last_{};
};

} // namespace axiom::kernel
