#pragma once
// A policy as text, changed: what is there is printed, rules go or come, and all of it is read
// again, so that nothing is in force that people could not have written.

#include <axiom/codec/text_sink.hpp>
#include <axiom/policy/draft.hpp>
#include <services/policy/change_api.hpp>

namespace axiom::engine {

/// Text in memory that somebody else keeps; what does not fit is told.
class SpanSink final : public TextSink {
  public:
    explicit SpanSink(MutableBytes to) noexcept : to_{to} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override {
        std::size_t const room = std::min(piece.size(), to_.size() - size_);
        copy_bytes(to_.subspan(size_), bytes_of(piece.substr(0, room)));
        size_ += room;
        fits_ = fits_ && room == piece.size();
    }
    [[nodiscard]] std::string_view view() const noexcept {
        return text_of(Bytes{to_}.first(size_));
    }
    [[nodiscard]] bool fits() const noexcept { return fits_; }

  private:
    MutableBytes to_;
    std::size_t size_{};
    bool fits_{true};
};

/// The canonical bytes of `policy`, changed, in `to`; `text` and `draft` are working storage.
/// Refusals as `ChangePolicy`; a line is counted from the first that somebody else wrote.
[[nodiscard]] Result<Bytes> edited_policy(policy::PolicyTable const& policy,
                                          ChangePolicy const& change, MutableBytes text,
                                          policy::PolicyDraft& draft, MutableBytes to) noexcept;

} // namespace axiom::engine
