#pragma once
// The words behind a field's keyword, read in turn; the first mistake is kept, what follows is
// harmless.

#include <axiom/policy/lexer.hpp>
#include <axiom/policy/rule.hpp>

namespace axiom::policy {

/// `form`, wherever it is taken, is what the field should look like: the suggestion of a mistake.
class LineWords {
  public:
    explicit LineWords(Line const& line) noexcept : line_{line} {}

    /// Takes the next word if it says this.
    bool word(std::string_view text) noexcept {
        bool const is = line_.is(at_, text);
        at_ += is ? 1 : 0;
        return is;
    }

    void expect(std::string_view text, std::string_view form) noexcept;
    std::uint64_t number(std::string_view form) noexcept { return value(number_of, form); }
    std::uint64_t duration(std::string_view form) noexcept { return value(duration_of, form); }
    std::uint64_t domain(std::string_view form) noexcept { return value(domain_of, form); }
    std::string_view name(std::string_view form) noexcept;
    Word quoted(std::string_view form) noexcept;

    /// `within HOPS`, or 1 when it does not stand there.
    std::uint8_t hops() noexcept;

    [[nodiscard]] bool done() const noexcept { return at_ == line_.count; }

    /// Nothing, or the first mistake; words that are left over are one.
    std::expected<void, Diagnostic> finish(std::string_view form) noexcept;
    [[nodiscard]] std::expected<void, Diagnostic> mistake() const noexcept;

    void refuse(std::string_view what, std::string_view form) noexcept;

    /// A mistake of the field's first value, seen when all was read.
    void refuse_value(std::string_view form) noexcept;

  private:
    std::uint64_t value(std::optional<std::uint64_t> (*read)(Word const&) noexcept,
                        std::string_view form) noexcept;

    Line const& line_;
    std::size_t at_{1};
    bool failed_{};
    Diagnostic diagnostic_{};
};

} // namespace axiom::policy
