// The parser: a header line, then sections; a section is the lines up to its `end`.
#include <axiom/policy/parse.hpp>

#include <algorithm>

#include <axiom/policy/clause_words.hpp>
#include <axiom/policy/line_cursor.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view section_keywords[] = {"group"sv, "rule"sv};
constexpr std::string_view rule_keywords[] = {
    "priority"sv,  "allow"sv,  "deny"sv, "domain"sv,     "kind"sv,     "action"sv,
    "principal"sv, "group"sv,  "role"sv, "object"sv,     "cause"sv,    "time"sv,
    "expires"sv,   "rights"sv, "rate"sv, "capability"sv, "approval"sv, "end"sv};
constexpr std::string_view group_keywords[] = {"principal"sv, "role"sv, "group"sv, "end"sv};

constexpr std::string_view rule_form = "rule ID \"label\", the id from 1 to 4294967295"sv;
constexpr std::uint64_t u32_max = 0xFFFF'FFFF;

class Parser final : LineCursor {
  public:
    Parser(std::string_view text, PolicyDraft& draft) noexcept : LineCursor{text}, draft_{draft} {}

    Done run() noexcept {
        if (auto const outcome = header(); !outcome) {
            return outcome;
        }
        while (true) {
            if (auto const outcome = advance(); !outcome || line_.count == 0) {
                return outcome;
            }
            Done const outcome = line_.is(0, "group"sv)  ? group()
                                 : line_.is(0, "rule"sv) ? rule()
                                                         : unknown("section"sv, section_keywords);
            if (!outcome) {
                return outcome;
            }
        }
    }

  private:
    [[nodiscard]] Done unknown(std::string_view what,
                               std::span<std::string_view const> known) const noexcept {
        Diagnostic diagnostic{Code::policy_unknown_name, line_.place(0), "unknown field"sv,
                              line_.words[0].text};
        if (what == "section"sv) {
            diagnostic.what = "unknown section"sv;
        }
        diagnostic.nearest = nearest_word(line_.words[0].text, known);
        if (diagnostic.nearest.empty()) {
            diagnostic.suggestion = "see docs/policy.md"sv;
        }
        return std::unexpected(diagnostic);
    }

    /// A draft refuses for its size; what its `check` refuses was looked at before.
    [[nodiscard]] Done kept(Result<void> const& outcome,
                            std::string_view suggestion) const noexcept {
        if (outcome) {
            return {};
        }
        return outcome.error().code == Code::policy_too_large
                   ? refuse(
                         Code::policy_too_large, 0, "the policy exceeds its bounds"sv,
                         "at most 512 rules, 4096 fields, 64 groups, 512 members, 63 KiB in canonical form"sv)
                   : refuse(Code::policy_syntax, 1, "the value is not what the field takes"sv,
                            suggestion);
    }

    Done header() noexcept {
        if (auto const outcome = advance(); !outcome) {
            return outcome;
        }
        if (!line_.is(0, "axiom-policy"sv) || line_.count != 2) {
            return refuse(Code::policy_syntax, 0, "the file does not begin as a policy"sv,
                          "its first line is: axiom-policy 1"sv);
        }
        return line_.is(1, "1"sv) ? Done{}
                                  : refuse(Code::unknown_version, 1, "unknown format version"sv,
                                           "this program reads version 1"sv);
    }

    Done group() noexcept {
        constexpr std::string_view form = "group NAME, of a-z 0-9 _ - . and at most 32 letters"sv;
        if (line_.count != 2 || line_.words[1].quoted || !is_name(line_.words[1].text)) {
            return refuse(Code::policy_syntax, 1, "a group needs one name"sv, form);
        }
        std::uint32_t const opened = line_.number;
        if (auto const outcome = kept(draft_.add_group(line_.words[1].text, opened), form);
            !outcome) {
            return outcome;
        }
        while (true) {
            if (auto const outcome = section_line(opened); !outcome) {
                return outcome;
            }
            if (line_.is(0, "end"sv)) {
                return end();
            }
            if (auto const outcome = member(); !outcome) {
                return outcome;
            }
        }
    }

    Done member() noexcept {
        constexpr std::string_view form = "principal NUMBER, role NAME or group NAME"sv;
        Member member{};
        if (line_.is(0, "principal"sv)) {
            auto const number = line_.count == 2 ? number_of(line_.words[1]) : std::nullopt;
            if (!number) {
                return refuse(Code::policy_syntax, 1, "a member needs one number"sv, form);
            }
            member.number = *number;
        } else if (line_.is(0, "role"sv) || line_.is(0, "group"sv)) {
            if (line_.count != 2 || line_.words[1].quoted || !is_name(line_.words[1].text)) {
                return refuse(Code::policy_syntax, 1, "a member needs one name"sv, form);
            }
            member.kind = line_.is(0, "role"sv) ? MemberKind::role : MemberKind::group;
            member.text = line_.words[1].text;
        } else {
            return unknown("field"sv, group_keywords);
        }
        return kept(draft_.add(member, line_.number), form);
    }

    /// The next line of a section that was opened at line `opened`.
    Done section_line(std::uint32_t opened) noexcept {
        if (auto const outcome = advance(); !outcome) {
            return outcome;
        }
        if (line_.count == 0) {
            return std::unexpected(Diagnostic{Code::policy_syntax,
                                              {opened, 1},
                                              "this section does not end"sv,
                                              {},
                                              "close it with a line: end"sv});
        }
        return {};
    }

    [[nodiscard]] Done end() const noexcept {
        return line_.count == 1 ? Done{}
                                : refuse(Code::policy_syntax, 1, "something follows `end`"sv,
                                         "leave end alone on its line"sv);
    }

    Done rule() noexcept {
        auto const id = line_.count == 3 ? number_of(line_.words[1]) : std::nullopt;
        if (!id || *id == 0 || *id > u32_max || !line_.words[2].quoted) {
            return refuse(Code::policy_syntax, 1, "a rule needs an id and a label"sv, rule_form);
        }
        std::string_view const label = unescaped(line_.words[2], space_);
        if (label.size() > label_bytes_max || !is_plain_text(label)) {
            return refuse(Code::policy_syntax, 2, "the label is too long or not plain"sv,
                          "at most 64 bytes"sv);
        }
        std::uint32_t const opened = line_.number;
        auto outcome = kept(
            draft_.add(RuleHead{.id = static_cast<std::uint32_t>(*id), .label = label}, opened),
            rule_form);
        has_priority_ = false;
        has_effect_ = false;
        while (outcome) {
            outcome = section_line(opened);
            if (outcome && line_.is(0, "end"sv)) {
                return has_priority_ && has_effect_
                           ? end()
                           : Done{std::unexpected(Diagnostic{
                                 Code::policy_syntax,
                                 {opened, 1},
                                 "this rule lacks its priority or its effect"sv,
                                 {},
                                 "add: priority NUMBER, and: allow, or: deny \"reason\""sv})};
            }
            if (outcome) {
                outcome = field();
            }
        }
        return outcome;
    }

    Done field() noexcept {
        if (line_.is(0, "priority"sv)) {
            return priority();
        }
        if (line_.is(0, "allow"sv) || line_.is(0, "deny"sv)) {
            return effect();
        }
        bool const known =
            !line_.words[0].quoted &&
            std::ranges::find(clause_keywords, line_.words[0].text) != std::end(clause_keywords);
        if (!known) {
            return unknown("field"sv, rule_keywords);
        }
        auto const clause = clause_of(line_, space_);
        return clause ? kept(draft_.add(*clause, line_.number), "see docs/policy.md"sv)
                      : Done{std::unexpected(clause.error())};
    }

    Done priority() noexcept {
        constexpr std::string_view form =
            "priority NUMBER, 0 to 4294967295; higher is asked first"sv;
        auto const number = line_.count == 2 ? number_of(line_.words[1]) : std::nullopt;
        if (!number || *number > u32_max) {
            return refuse(Code::policy_syntax, 1, "a priority is one number"sv, form);
        }
        if (has_priority_) {
            return refuse(Code::policy_duplicate, 0, "this rule has the field twice"sv,
                          "remove one"sv);
        }
        has_priority_ = true;
        draft_.set_priority(static_cast<std::uint32_t>(*number));
        return {};
    }

    Done effect() noexcept {
        if (has_effect_) {
            return refuse(Code::policy_duplicate, 0, "this rule has two effects"sv, "remove one"sv);
        }
        has_effect_ = true;
        if (line_.is(0, "allow"sv)) {
            return line_.count == 1 ? Done{}
                                    : refuse(Code::policy_syntax, 1, "something follows `allow`"sv,
                                             "conditions stand on lines of their own"sv);
        }
        constexpr std::string_view form = "deny \"reason\", 1 to 128 bytes"sv;
        if (line_.count != 2 || !line_.words[1].quoted) {
            return refuse(Code::policy_syntax, 1, "a denial says why"sv, form);
        }
        return kept(draft_.set_denial(unescaped(line_.words[1], space_)), form);
    }

    PolicyDraft& draft_;
    std::array<char, line_bytes_max> space_{};
    bool has_priority_{};
    bool has_effect_{};
};

} // namespace

std::expected<Bytes, Diagnostic> parse_policy(std::string_view text, PolicyDraft& draft,
                                              MutableBytes to) noexcept {
    draft.clear();
    if (text.size() > text_bytes_max) {
        return std::unexpected(Diagnostic{
            Code::policy_too_large, {1, 1}, "the file is longer than 512 KiB"sv, {}, "split it"sv});
    }
    auto const outcome = Parser{text, draft}.run();
    if (!outcome) {
        return std::unexpected(outcome.error());
    }
    return canonical_of(draft, to);
}

} // namespace axiom::policy
