// Encoding and decoding of a policy's pieces; order and relations between pieces are table.cpp's.
#include <axiom/policy/canonical.hpp>

#include <axiom/codec/value.hpp>

namespace axiom::policy {

namespace {

/// Puts the place into a check's refusal.
Result<void> at(Result<void> outcome, std::size_t offset) noexcept {
    return outcome ? outcome : fail(outcome.error().code, offset, outcome.error().detail);
}

} // namespace

Result<void> encode(Writer& to, Clause const& clause) noexcept {
    ClauseShape const& shape = shape_of(clause.kind);
    TRY(to.word(static_cast<std::uint8_t>(clause.kind)));
    if (shape.number) {
        TRY(to.word(clause.number));
    }
    if (shape.other) {
        TRY(to.word(clause.other));
    }
    if (shape.small) {
        TRY(to.word(clause.small));
    }
    if (shape.text_bytes_max != 0) {
        TRY(encode_value(to, clause.text, Bound{shape.text_bytes_max}));
    }
    return {};
}

Result<Clause> decode_clause(Reader& from) noexcept {
    std::size_t const start = from.offset();
    auto const raw = TRY(from.word<std::uint8_t>());
    if (raw >= clause_kinds) {
        return fail(Code::out_of_range, start, raw);
    }
    Clause clause{.kind = static_cast<ClauseKind>(raw)};
    ClauseShape const& shape = shape_of(clause.kind);
    if (shape.number) {
        clause.number = TRY(from.word<std::uint64_t>());
    }
    if (shape.other) {
        clause.other = TRY(from.word<std::uint64_t>());
    }
    if (shape.small) {
        clause.small = TRY(from.word<std::uint8_t>());
    }
    if (shape.text_bytes_max != 0) {
        TRY(decode_value(from, clause.text, Bound{shape.text_bytes_max}));
    }
    TRY(at(check(clause), start));
    return clause;
}

Result<void> encode(Writer& to, Member const& member) noexcept {
    TRY(to.word(static_cast<std::uint8_t>(member.kind)));
    return member.kind == MemberKind::principal ? to.word(member.number)
                                                : encode_name(to, member.text);
}

Result<Member> decode_member(Reader& from) noexcept {
    std::size_t const start = from.offset();
    Member member{};
    TRY(decode_value(from, member.kind));
    if (member.kind == MemberKind::principal) {
        member.number = TRY(from.word<std::uint64_t>());
    } else {
        member.text = TRY(decode_name(from));
    }
    TRY(at(check(member), start));
    return member;
}

Result<void> encode_name(Writer& to, std::string_view name) noexcept {
    return encode_value(to, name, Bound{name_bytes_max});
}

Result<std::string_view> decode_name(Reader& from) noexcept {
    std::size_t const start = from.offset();
    std::string_view name;
    TRY(decode_value(from, name, Bound{name_bytes_max}));
    if (!is_name(name)) {
        return fail(Code::bad_text, start);
    }
    return name;
}

Result<RuleHead> decode_rule_head(Reader& from) noexcept {
    std::size_t const start = from.offset();
    RuleHead head{};
    TRY(decode_value(from, head));
    TRY(at(check(head), start));
    return head;
}

int order(std::string_view left, std::string_view right) noexcept {
    std::size_t const shared = left.size() < right.size() ? left.size() : right.size();
    int const difference = shared == 0 ? 0 : std::memcmp(left.data(), right.data(), shared);
    if (difference != 0 || left.size() == right.size()) {
        return difference;
    }
    return left.size() < right.size() ? -1 : 1;
}

int order(Member const& left, Member const& right) noexcept {
    if (left.kind != right.kind) {
        return left.kind < right.kind ? -1 : 1;
    }
    if (left.number != right.number) {
        return left.number < right.number ? -1 : 1;
    }
    return order(left.text, right.text);
}

} // namespace axiom::policy
