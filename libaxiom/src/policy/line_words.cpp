// Reading the words of one field in turn.
#include <axiom/policy/line_words.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

void LineWords::expect(std::string_view text, std::string_view form) noexcept {
    if (!word(text)) {
        refuse("the line does not have its form"sv, form);
    }
}

std::string_view LineWords::name(std::string_view form) noexcept {
    if (done() || line_.words[at_].quoted || !is_name(line_.words[at_].text)) {
        refuse("a name is missing or not one"sv, form);
        return {};
    }
    return line_.words[at_++].text;
}

Word LineWords::quoted(std::string_view form) noexcept {
    if (done() || !line_.words[at_].quoted) {
        refuse("a quoted text is missing"sv, form);
        return {};
    }
    return line_.words[at_++];
}

std::uint8_t LineWords::hops() noexcept {
    if (!word("within"sv)) {
        return 1;
    }
    std::uint64_t const hops = number("within 1 to 8"sv);
    if (hops < 1 || hops > cause_hops_max) {
        refuse("so many hops are not walked"sv, "within 1 to 8"sv);
        return 1;
    }
    return static_cast<std::uint8_t>(hops);
}

std::uint64_t LineWords::value(std::optional<std::uint64_t> (*read)(Word const&) noexcept,
                               std::string_view form) noexcept {
    auto const got = done() ? std::nullopt : read(line_.words[at_]);
    if (!got) {
        refuse("a number is missing or not one"sv, form);
        return 0;
    }
    ++at_;
    return *got;
}

std::expected<void, Diagnostic> LineWords::finish(std::string_view form) noexcept {
    if (!done()) {
        refuse("something follows the end of the field"sv, form);
    }
    return mistake();
}

std::expected<void, Diagnostic> LineWords::mistake() const noexcept {
    if (failed_) {
        return std::unexpected(diagnostic_);
    }
    return {};
}

void LineWords::refuse(std::string_view what, std::string_view form) noexcept {
    if (!failed_) {
        failed_ = true;
        std::size_t const word = done() ? 0 : at_;
        diagnostic_ = {Code::policy_syntax, line_.place(word), what, line_.words[word].text, form};
    }
}

void LineWords::refuse_value(std::string_view form) noexcept {
    at_ = line_.count > 1 ? 1 : 0;
    refuse("the value lies outside its bounds"sv, form);
}

} // namespace axiom::policy
