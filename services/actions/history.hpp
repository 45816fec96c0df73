#pragma once
// History: the newest actions as the log tells of them, and who began an effect first.

#include <axiom/action/action_kinds.hpp>
#include <axiom/store/entry_cursor.hpp>
#include <services/actions/api.hpp>

namespace axiom::actions {

class History final : public EntrySink {
  public:
    static constexpr std::size_t rows_max = 64;

    void entry(Ordered<Entry> const& entry) noexcept override;
    void reduced(Sequence /*sequence*/, Hash256 const& /*leaf*/) noexcept override {}

    [[nodiscard]] Actions list(std::uint64_t before) const noexcept;

    /// A commit that lies before what was told, none of whose effects has ended.
    void restore(Entry const& entry) noexcept {
        if (find(entry.header.sequence.value) == nullptr) {
            commit(entry);
        }
    }

    /// Null: it is none of the newest.
    [[nodiscard]] ActionRow const* find(std::uint64_t commit) const noexcept;

    /// From now on the first start of this effect is noted.
    void watch(action::EffectPlace effect) noexcept {
        watched_ = effect;
        first_start_ = Sequence{};
    }
    /// Of the effect that is watched; 0: none was told.
    [[nodiscard]] Sequence first_start() const noexcept { return first_start_; }

  private:
    void commit(Entry const& entry) noexcept;
    void set(action::EffectPlace effect, EffectState state) noexcept;
    void note_made(action::Outcome const& outcome) noexcept;

    std::array<ActionRow, rows_max> rows_{}; // in a ring
    std::uint64_t count_{};                  // of all that were told
    action::EffectPlace watched_{};
    Sequence first_start_{};
};

} // namespace axiom::actions
