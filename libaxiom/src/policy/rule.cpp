// The bounds of rules' values: one place that the decoder and the parser share.
#include <axiom/policy/rule.hpp>

#include <axiom/codec/utf8.hpp>

namespace axiom::policy {

namespace {

constexpr std::uint64_t number_u16_max = 0xFFFF;

bool within(std::uint64_t value, std::uint64_t least, std::uint64_t most) noexcept {
    return least <= value && value <= most;
}

bool names_something(ClauseKind kind) noexcept {
    return kind == ClauseKind::action || kind == ClauseKind::group || kind == ClauseKind::role ||
           kind == ClauseKind::approval;
}

bool numbers_in_range(Clause const& clause) noexcept {
    switch (clause.kind) {
    case ClauseKind::domain:
    case ClauseKind::kind:
        return within(clause.number, 1, number_u16_max);
    case ClauseKind::capability:
        return clause.number != 0;
    case ClauseKind::cause_entry:
        return within(clause.small, 1, cause_hops_max);
    case ClauseKind::cause_kind:
        return within(clause.number, 1, number_u16_max) &&
               within(clause.other, 1, number_u16_max) && within(clause.small, 1, cause_hops_max);
    case ClauseKind::time:
        return clause.number < clause.other && (clause.number != 0 || clause.other != time_open);
    case ClauseKind::expires:
        return within(clause.number, 1, duration_ms_max);
    case ClauseKind::rights:
        return clause.number != 0;
    case ClauseKind::rate:
        return within(clause.number, 1, rate_max) && within(clause.other, 1, duration_ms_max) &&
               clause.small < rate_key_names.size();
    case ClauseKind::principal:
    case ClauseKind::action:
    case ClauseKind::group:
    case ClauseKind::role:
    case ClauseKind::object:
    case ClauseKind::object_prefix:
    case ClauseKind::approval:
        return true;
    }
    return false;
}

} // namespace

bool is_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > name_bytes_max || text[0] < 'a' || text[0] > 'z') {
        return false;
    }
    for (char const letter : text) {
        bool const known = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                           letter == '_' || letter == '-' || letter == '.';
        if (!known) {
            return false;
        }
    }
    return true;
}

bool is_plain_text(std::string_view text) noexcept {
    if (!is_utf8(bytes_of(text))) {
        return false;
    }
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const byte = static_cast<unsigned char>(text[index]);
        // U+0080 to U+009F are C2 80 to C2 9F.
        bool const control = byte < 0x20 || byte == 0x7F ||
                             (byte == 0xC2 && static_cast<unsigned char>(text[index + 1]) < 0xA0);
        if (control) {
            return false;
        }
    }
    return true;
}

Result<void> check(Clause const& clause) noexcept {
    if (!numbers_in_range(clause)) {
        return fail(Code::out_of_range, 0, clause.number);
    }
    std::uint32_t const text_bytes_max = shape_of(clause.kind).text_bytes_max;
    if (text_bytes_max == 0) {
        return {};
    }
    if (clause.text.size() > text_bytes_max) {
        return fail(Code::too_long, 0, clause.text.size());
    }
    bool const good = names_something(clause.kind)
                          ? is_name(clause.text)
                          : !clause.text.empty() && is_plain_text(clause.text);
    return good ? Result<void>{} : fail(Code::bad_text);
}

Result<void> check(RuleHead const& head) noexcept {
    if (head.id == 0) {
        return fail(Code::out_of_range);
    }
    if (head.label.size() > label_bytes_max || head.reason.size() > reason_bytes_max) {
        return fail(Code::too_long);
    }
    if (!is_plain_text(head.label) || !is_plain_text(head.reason)) {
        return fail(Code::bad_text);
    }
    // A denial says why; an allowance has nothing to say there.
    return head.reason.empty() == (head.effect == Effect::allow) ? Result<void>{}
                                                                 : fail(Code::not_canonical);
}

Result<void> check(Member const& member) noexcept {
    bool const good = member.kind == MemberKind::principal || is_name(member.text);
    return good ? Result<void>{} : fail(Code::bad_text);
}

} // namespace axiom::policy
