#pragma once
// Recent: the newest decisions, denials among them, with what the evaluator said of each.
//
// The log's entries outlive this; a denial has none, so this is where its words are while the
// system runs. The oldest make room.

#include <algorithm>
#include <span>

#include <axiom/base/arena.hpp>
#include <axiom/codec/text_sink.hpp>
#include <axiom/codec/utf8.hpp>
#include <services/policy/api.hpp>

namespace axiom::engine {

/// Text as far as there is room, cut between letters.
template <std::size_t Max> class HeldSink final : public TextSink {
  public:
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        std::string_view const kept = whole_letters(piece, Max - size_);
        std::ranges::copy(kept, letters_.data() + size_);
        size_ += kept.size();
    }
    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), size_}; }

  private:
    std::array<char, Max> letters_{};
    std::size_t size_{};
};

/// A decision with its own words.
struct Kept {
    Decided decided{}; // but for the explanation
    std::uint64_t principal{};
    std::uint16_t domain{};
    std::uint16_t kind{};
    HeldText<name_bytes_max> action{};
    HeldText<object_bytes_max> object{};
    HeldText<reason_bytes_max> reason{};
    HeldSink<explanation_bytes_max> explanation{};

    /// Borrows from this.
    [[nodiscard]] Decided answer() const noexcept {
        Decided told = decided;
        told.explanation = explanation.view();
        return told;
    }
};

class Recent {
  public:
    static constexpr std::size_t kept_max = 128;

    [[nodiscard]] static std::size_t bytes_for() noexcept {
        return Arena::bytes_for<Kept>(kept_max);
    }

    explicit Recent(Arena& arena) noexcept : kept_{arena.make<Kept>(kept_max)} {}

    /// In place of the oldest; its number is the next.
    [[nodiscard]] Kept& add() noexcept {
        Kept& place = kept_[last_ % kept_max];
        place = {};
        place.decided.number = ++last_;
        return place;
    }

    /// Null: it is not, or no longer, here.
    [[nodiscard]] Kept const* find(Explain const& asks) const noexcept {
        std::uint64_t const number = asks.number == 0 ? last_ : asks.number;
        for (Kept const& kept : kept_) {
            bool const is = asks.sequence != 0 ? kept.decided.sequence == asks.sequence
                                               : kept.decided.number == number;
            if (is && kept.decided.number != 0) {
                return &kept;
            }
        }
        return nullptr;
    }

  private:
    std::span<Kept> kept_;
    std::uint64_t last_{};
};

} // namespace axiom::engine
