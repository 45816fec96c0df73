// The fields of a rule, word by word: each reader takes what its form has and leaves nothing over.
#include <axiom/policy/clause_words.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

using Read = std::expected<Clause, Diagnostic>;

/// Reads the words of one line in turn; remembers the first mistake.
class Words {
  public:
    explicit Words(Line const& line) noexcept : line_{line} {}

    bool word(std::string_view text) noexcept {
        if (line_.is(at_, text)) {
            ++at_;
            return true;
        }
        return false;
    }

    void expect(std::string_view text, std::string_view form) noexcept {
        if (!word(text)) {
            refuse("the line does not have its form"sv, form);
        }
    }

    std::uint64_t number(std::string_view form) noexcept { return value(number_of, form); }
    std::uint64_t duration(std::string_view form) noexcept { return value(duration_of, form); }
    std::uint64_t domain(std::string_view form) noexcept { return value(domain_of, form); }

    std::string_view name(std::string_view form) noexcept {
        if (at_ == line_.count || line_.words[at_].quoted || !is_name(line_.words[at_].text)) {
            refuse("a name is missing or not one"sv, form);
            return {};
        }
        return line_.words[at_++].text;
    }

    Word quoted(std::string_view form) noexcept {
        if (at_ == line_.count || !line_.words[at_].quoted) {
            refuse("a quoted text is missing"sv, form);
            return {};
        }
        return line_.words[at_++];
    }

    std::uint8_t hops() noexcept {
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

    [[nodiscard]] bool done() const noexcept { return at_ == line_.count; }

    /// The clause, unless a mistake was made, words are left over or a value is out of its bounds.
    Read finish(Clause const& clause, std::string_view form) noexcept {
        if (!done()) {
            refuse("something follows the end of the field"sv, form);
        }
        if (!failed_ && !check(clause)) {
            at_ = 1;
            refuse("the value lies outside its bounds"sv, form);
        }
        return failed_ ? Read{std::unexpected(diagnostic_)} : Read{clause};
    }

    void refuse(std::string_view what, std::string_view form) noexcept {
        if (!failed_) {
            failed_ = true;
            diagnostic_ = {Code::policy_syntax, line_.place(at_ < line_.count ? at_ : 0), what,
                           line_.words[at_ < line_.count ? at_ : 0].text, form};
        }
    }

  private:
    std::uint64_t value(std::optional<std::uint64_t> (*read)(Word const&) noexcept,
                        std::string_view form) noexcept {
        auto const got = at_ < line_.count ? read(line_.words[at_]) : std::nullopt;
        if (!got) {
            refuse("a number is missing or not one"sv, form);
            return 0;
        }
        ++at_;
        return *got;
    }

    Line const& line_;
    std::size_t at_{1};
    bool failed_{};
    Diagnostic diagnostic_{};
};

Read number_clause(Words& words, ClauseKind kind, std::string_view form) noexcept {
    return words.finish({.kind = kind, .number = words.number(form)}, form);
}

Read name_clause(Words& words, ClauseKind kind, std::string_view form) noexcept {
    return words.finish({.kind = kind, .text = words.name(form)}, form);
}

Read domain_clause(Words& words) noexcept {
    constexpr std::string_view form = "domain NAME, where NAME is log, kernel, policy, identity, "
                                      "records, actions or a number"sv;
    return words.finish({.kind = ClauseKind::domain, .number = words.domain(form)}, form);
}

Read object_clause(Words& words, std::array<char, line_bytes_max>& space) noexcept {
    constexpr std::string_view form =
        "object \"NAME\" or object prefix \"START\", 1 to 255 bytes"sv;
    Clause clause{.kind = words.word("prefix"sv) ? ClauseKind::object_prefix : ClauseKind::object};
    clause.text = unescaped(words.quoted(form), space);
    return words.finish(clause, form);
}

Read cause_clause(Words& words) noexcept {
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
    return words.finish(clause, form);
}

Read time_clause(Words& words) noexcept {
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
    return words.finish(clause, form);
}

Read rate_clause(Words& words) noexcept {
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
    return words.finish(clause, form);
}

} // namespace

std::expected<Clause, Diagnostic> clause_of(Line const& line,
                                            std::array<char, line_bytes_max>& space) noexcept {
    Words words{line};
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
        return words.finish({.kind = ClauseKind::expires, .number = words.duration(form)}, form);
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
