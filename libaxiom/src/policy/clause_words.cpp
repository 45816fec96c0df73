// The fields of a rule, word by word: each reader takes what its form has and leaves nothing over.
#include <axiom/policy/clause_words.hpp>

#include <axiom/policy/line_words.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

using Read = std::expected<Clause, Diagnostic>;

/// The clause, unless a mistake was made, words are left over or a value is out of its bounds.
Read finish(LineWords& words, Clause const& clause, std::string_view form) noexcept {
    auto outcome = words.finish(form);
    if (outcome && !check(clause)) {
        words.refuse_value(form);
        outcome = words.mistake();
    }
    return outcome ? Read{clause} : Read{std::unexpected(outcome.error())};
}

Read number_clause(LineWords& words, ClauseKind kind, std::string_view form) noexcept {
    return finish(words, {.kind = kind, .number = words.number(form)}, form);
}

Read name_clause(LineWords& words, ClauseKind kind, std::string_view form) noexcept {
    return finish(words, {.kind = kind, .text = words.name(form)}, form);
}

Read domain_clause(LineWords& words) noexcept {
    constexpr std::string_view form = "domain NAME, where NAME is log, kernel, policy, identity, "
                                      "records, actions or a number"sv;
    return finish(words, {.kind = ClauseKind::domain, .number = words.domain(form)}, form);
}

Read object_clause(LineWords& words, std::array<char, line_bytes_max>& space) noexcept {
    constexpr std::string_view form =
        "object \"NAME\" or object prefix \"START\", 1 to 255 bytes"sv;
    Clause clause{.kind = words.word("prefix"sv) ? ClauseKind::object_prefix : ClauseKind::object};
    clause.text = unescaped(words.quoted(form), space);
    return finish(words, clause, form);
}

Read cause_clause(LineWords& words) noexcept {
    constexpr std::string_view form = "cause entry SEQUENCE [within HOPS] or "
                                      "cause kind DOMAIN NUMBER [within HOPS]"sv;
    Clause clause{.kind = ClauseKind::cause_kind};
    if (words.word("entry"sv)) {
        clause.kind = ClauseKind::cause_entry;
        clause.number = words.number(form);
    } else {
        words.expect("kind"sv, form);
        clause.number = words.domain(form);
        clause.other = words.number(form);
    }
    clause.small = words.hops();
    return finish(words, clause, form);
}

Read time_clause(LineWords& words) noexcept {
    constexpr std::string_view form = "time from START until END, or one of the two; log time"sv;
    Clause clause{.kind = ClauseKind::time, .other = time_open};
    bool const from = words.word("from"sv);
    if (from) {
        clause.number = words.duration(form);
    }
    if (words.word("until"sv)) {
        clause.other = words.duration(form);
    } else if (!from) {
        words.refuse("the line does not have its form"sv, form);
    }
    return finish(words, clause, form);
}

Read rate_clause(LineWords& words) noexcept {
    constexpr std::string_view form =
        "rate COUNT per DURATION by rule, principal, object or capability"sv;
    Clause clause{.kind = ClauseKind::rate, .number = words.number(form)};
    words.expect("per"sv, form);
    clause.other = words.duration(form);
    words.expect("by"sv, form);
    while (clause.small < rate_key_names.size() && !words.word(rate_key_names[clause.small])) {
        ++clause.small;
    }
    if (clause.small == rate_key_names.size()) {
        words.refuse("a rate is counted by something else"sv, form);
    }
    return finish(words, clause, form);
}

} // namespace

std::expected<Clause, Diagnostic> clause_of(Line const& line,
                                            std::array<char, line_bytes_max>& space) noexcept {
    LineWords words{line};
    std::string_view const keyword = line.words[0].text;
    if (keyword == "domain"sv) {
        return domain_clause(words);
    }
    if (keyword == "kind"sv) {
        return number_clause(words, ClauseKind::kind, "kind NUMBER, 1 to 65535"sv);
    }
    if (keyword == "action"sv) {
        return name_clause(words, ClauseKind::action, "action NAME"sv);
    }
    if (keyword == "principal"sv) {
        return number_clause(words, ClauseKind::principal, "principal NUMBER"sv);
    }
    if (keyword == "group"sv) {
        return name_clause(words, ClauseKind::group, "group NAME"sv);
    }
    if (keyword == "role"sv) {
        return name_clause(words, ClauseKind::role, "role NAME"sv);
    }
    if (keyword == "object"sv) {
        return object_clause(words, space);
    }
    if (keyword == "capability"sv) {
        return number_clause(words, ClauseKind::capability, "capability NUMBER, 1 or more"sv);
    }
    if (keyword == "cause"sv) {
        return cause_clause(words);
    }
    if (keyword == "time"sv) {
        return time_clause(words);
    }
    if (keyword == "expires"sv) {
        constexpr std::string_view form = "expires DURATION, at most a hundred years"sv;
        return finish(words, {.kind = ClauseKind::expires, .number = words.duration(form)}, form);
    }
    if (keyword == "rights"sv) {
        return number_clause(words, ClauseKind::rights, "rights MASK, not zero"sv);
    }
    if (keyword == "rate"sv) {
        return rate_clause(words);
    }
    return name_clause(words, ClauseKind::approval, "approval GROUP"sv);
}

} // namespace axiom::policy
