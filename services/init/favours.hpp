#pragma once
// Favours: what services were granted beyond their manifest, each under a capability of init's own,
// so that exactly that can be taken back.
//
//     endpoint of WHAT ──▶ a favour, in init's space ──▶ the capability, in WHOM's space
//                          └─ revoked: the two of them go, and all that was derived from them
//
// Who ends loses its favours; whoever begins again has what the manifest says.

#include <services/init/brood.hpp>

namespace axiom::init {

class Favours {
  public:
    static constexpr std::size_t favours_max = 16;

    /// Both outlive it. So many slots from `first` on are its own.
    Favours(kernel::UserCalls const& kernel, Brood const& brood, kernel::Slot first) noexcept
        : kernel_{&kernel}, brood_{&brood}, first_{first.value} {}

    /// `already_exists` when it has that favour under another token, `table_full`,
    /// `kernel_refused`. The same token twice is one favour.
    [[nodiscard]] Result<Nothing> grant(Hash256 const& token, std::size_t what,
                                        std::size_t whom) noexcept;

    /// `no_such_row` when there is no such favour, and this token took none back before.
    [[nodiscard]] Result<Nothing> revoke(Hash256 const& token, std::size_t what,
                                         std::size_t whom) noexcept;

    /// Forgets the favours of processes that have ended.
    void clear_ended() noexcept;

  private:
    struct Favour {
        bool is_used{};
        Hash256 token{};
        std::size_t what{};
        std::size_t whom{};
        std::uint64_t process{}; // of whom: its number
        std::uint32_t slot{};    // in its space
    };

    [[nodiscard]] kernel::Slot slot_of(std::size_t favour) const noexcept {
        return kernel::Slot{first_ + static_cast<std::uint32_t>(favour)};
    }
    [[nodiscard]] std::optional<std::size_t> find(std::size_t what,
                                                  std::size_t whom) const noexcept;
    [[nodiscard]] kernel::Answer<void> give(std::size_t favour) noexcept;
    void clear(std::size_t favour) noexcept;

    kernel::UserCalls const* kernel_;
    Brood const* brood_;
    std::uint32_t first_;
    std::array<Favour, favours_max> favours_{};
    std::array<Hash256, favours_max> taken_back_{}; // by these tokens, the newest of them
    std::size_t taken_back_count_{};
};

} // namespace axiom::init
