// The runner: facts at the top level, requests within `case` and `end`.
#include <axiom/policy/cases.hpp>

#include <axiom/policy/case_facts.hpp>
#include <axiom/policy/line_cursor.hpp>
#include <axiom/policy/line_words.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view fact_keywords[] = {"time", "role", "capability", "entry", "case"};
constexpr std::string_view case_keywords[] = {
    "principal", "approver", "domain", "kind",   "action", "object", "capability",
    "cause",     "rights",   "used",   "expect", "with",   "end"};
constexpr std::string_view verdict_forms =
    "expect allow, not_permitted, forbidden or error, then perhaps: rule ID"sv;
constexpr std::string_view with_forms =
    "with nothing, expires TIME, rights MASK, rate COUNT per DURATION or approval GROUP"sv;
constexpr std::size_t case_causes_max = 8;
constexpr std::size_t case_steps_max = 64;

class Runner final : LineCursor {
  public:
    Runner(std::string_view text, PolicyTable const& policy, HashEngine const& engine,
           CaseSink& sink) noexcept
        : LineCursor{text}, policy_{policy}, engine_{engine}, sink_{sink} {}

    Done run() noexcept {
        Done outcome = advance();
        if (!outcome) {
            return outcome;
        }
        if (!line_.is(0, "axiom-policy-test"sv) || line_.count != 2) {
            return refuse(Code::policy_syntax, 0, "the file does not begin as a policy's test"sv,
                          "its first line is: axiom-policy-test 1"sv);
        }
        if (!line_.is(1, "1"sv)) {
            return refuse(Code::unknown_version, 1, "unknown format version"sv,
                          "this program reads version 1"sv);
        }
        while (true) {
            outcome = advance();
            if (!outcome || line_.count == 0) {
                return outcome;
            }
            outcome = line_.is(0, "case"sv) ? one_case() : fact();
            if (!outcome) {
                return outcome;
            }
        }
    }

    [[nodiscard]] CaseSummary summary() const noexcept { return summary_; }

  private:
    [[nodiscard]] Done unknown(std::span<std::string_view const> known) const noexcept {
        std::string_view const word = line_.words[0].text;
        return std::unexpected(Diagnostic{Code::policy_unknown_name, line_.place(0),
                                          "unknown field"sv, word, "see docs/policy.md"sv,
                                          nearest_word(word, known)});
    }

    template <class T, std::size_t Max>
    Done keep(List<T, Max>& list, T const& item, Done const& outcome) noexcept {
        if (!outcome) {
            return outcome;
        }
        if (list.full()) {
            return refuse(Code::policy_too_large, 0, "so many of these are not kept"sv,
                          "split the file"sv);
        }
        list.push_back(item);
        return {};
    }

    Done fact() noexcept {
        LineWords words{line_};
        if (line_.is(0, "time"sv)) {
            facts_.time = LogTime{words.duration("time DURATION"sv)};
            return words.finish("time DURATION"sv);
        }
        if (line_.is(0, "role"sv)) {
            constexpr std::string_view form = "role PRINCIPAL NAME"sv;
            PrincipalId const principal{words.number(form)};
            CaseFacts::Role const role{principal, words.name(form)};
            return keep(facts_.roles, role, words.finish(form));
        }
        if (line_.is(0, "capability"sv)) {
            constexpr std::string_view form = "capability ID parent ID"sv;
            CapabilityId const capability{words.number(form)};
            words.expect("parent"sv, form);
            CaseFacts::Parent const parent{capability, CapabilityId{words.number(form)}};
            return keep(facts_.parents, parent, words.finish(form));
        }
        return line_.is(0, "entry"sv) ? entry() : unknown(fact_keywords);
    }

    Done entry() noexcept {
        constexpr std::string_view form =
            "entry SEQUENCE DOMAIN KIND [causes SEQUENCE [SEQUENCE]]"sv;
        LineWords words{line_};
        CaseFacts::Entry entry{.sequence = Sequence{words.number(form)}};
        entry.fact.domain = DomainNumber{sixteen_bits(words, words.domain(form), form)};
        entry.fact.kind = sixteen_bits(words, words.number(form), form);
        if (words.word("causes"sv)) {
            entry.fact.causes[0] = Sequence{words.number(form)};
            if (!words.done()) {
                entry.fact.causes[1] = Sequence{words.number(form)};
            }
        }
        return keep(facts_.entries, entry, words.finish(form));
    }

    static std::uint16_t sixteen_bits(LineWords& words, std::uint64_t value,
                                      std::string_view form) noexcept {
        if (value > 0xFFFF) {
            words.refuse_value(form);
        }
        return static_cast<std::uint16_t>(value);
    }

    Done one_case() noexcept {
        if (line_.count != 2 || !line_.words[1].quoted) {
            return refuse(Code::policy_syntax, 1, "a case needs a label"sv, "case \"label\""sv);
        }
        label_ = line_.words[1].text;
        place_ = line_.place(0);
        request_ = {};
        causes_.clear();
        expected_ = {};
        facts_.used = 0;
        expects_ = false;
        seen_ = 0;
        while (true) {
            Done outcome = advance();
            if (!outcome) {
                return outcome;
            }
            if (line_.count == 0 || (line_.is(0, "end"sv) && !expects_)) {
                return std::unexpected(Diagnostic{Code::policy_syntax, place_,
                                                  "this case has no `expect` or no `end`"sv, label_,
                                                  verdict_forms});
            }
            if (line_.is(0, "end"sv) && line_.count == 1) {
                evaluate_case();
                return {};
            }
            outcome = field();
            if (!outcome) {
                return outcome;
            }
        }
    }

    /// A field of a case; each but `cause` and `with` at most once.
    Done field() noexcept {
        std::size_t index = 0;
        while (index < std::size(case_keywords) && !line_.is(0, case_keywords[index])) {
            ++index;
        }
        if (index == std::size(case_keywords)) {
            return unknown(case_keywords);
        }
        bool const repeats = line_.is(0, "cause"sv) || line_.is(0, "with"sv);
        if (!repeats && (seen_ >> index & 1U) != 0) {
            return refuse(Code::policy_duplicate, 0, "this case has the field twice"sv,
                          "remove one"sv);
        }
        seen_ |= 1U << index;
        LineWords words{line_};
        if (line_.is(0, "expect"sv)) {
            return expect(words);
        }
        return line_.is(0, "with"sv) ? with(words) : request_field(words);
    }

    Done request_field(LineWords& words) noexcept {
        constexpr std::string_view form = "the field and one value"sv;
        if (line_.is(0, "principal"sv)) {
            request_.principal = PrincipalId{words.number(form)};
        } else if (line_.is(0, "approver"sv)) {
            request_.approver = PrincipalId{words.number(form)};
        } else if (line_.is(0, "domain"sv)) {
            request_.domain = DomainNumber{sixteen_bits(words, words.domain(form), form)};
        } else if (line_.is(0, "kind"sv)) {
            request_.kind = sixteen_bits(words, words.number(form), form);
        } else if (line_.is(0, "action"sv)) {
            request_.action = words.name(form);
        } else if (line_.is(0, "object"sv)) {
            request_.object = unescaped(words.quoted(form), object_space_);
        } else if (line_.is(0, "capability"sv)) {
            request_.capability = CapabilityId{words.number(form)};
        } else if (line_.is(0, "cause"sv)) {
            Sequence const cause{words.number(form)};
            return keep(causes_, cause, words.finish(form));
        } else if (line_.is(0, "rights"sv)) {
            request_.rights = words.number(form);
        } else if (line_.is(0, "used"sv)) {
            facts_.used = words.number(form);
        } else {
            words.refuse("something follows `end`"sv, "leave end alone on its line"sv);
        }
        return words.finish(form);
    }

    Done expect(LineWords& words) noexcept {
        expects_ = true;
        if (words.word("allow"sv)) {
            expected_.verdict = Verdict::allow;
        } else if (words.word("not_permitted"sv)) {
            expected_.verdict = Verdict::not_permitted;
        } else if (words.word("forbidden"sv)) {
            expected_.verdict = Verdict::forbidden;
        } else {
            words.expect("error"sv, verdict_forms);
            expected_.verdict = Verdict::error;
        }
        if (words.word("rule"sv)) {
            std::uint64_t const rule = words.number(verdict_forms);
            if (rule == 0 || rule > 0xFFFF'FFFF) {
                words.refuse_value(verdict_forms);
            }
            expected_.rule = static_cast<std::uint32_t>(rule);
        }
        return words.finish(verdict_forms);
    }

    Done with(LineWords& words) noexcept {
        expected_.conditions = true;
        if (words.word("nothing"sv)) {
            return words.finish(with_forms);
        }
        Condition condition{};
        if (words.word("expires"sv)) {
            condition.value = words.duration(with_forms);
        } else if (words.word("rights"sv)) {
            condition.kind = ConditionKind::rights;
            condition.value = words.number(with_forms);
        } else if (words.word("rate"sv)) {
            condition.kind = ConditionKind::rate;
            condition.value = words.number(with_forms);
            words.expect("per"sv, with_forms);
            condition.window_ms = words.duration(with_forms);
        } else {
            words.expect("approval"sv, with_forms);
            condition.kind = ConditionKind::second_approver;
            condition.subject = name_id(engine_, words.name(with_forms));
        }
        return keep(expected_.exactly, condition, words.finish(with_forms));
    }

    [[nodiscard]] bool conditions_match(Decision const& decision) const noexcept {
        if (decision.conditions.size() != expected_.exactly.size()) {
            return false;
        }
        for (Condition const& wanted : expected_.exactly) {
            Condition const* const got = find(decision, wanted.kind);
            bool const approver = wanted.kind == ConditionKind::second_approver;
            bool const same =
                got != nullptr && got->window_ms == wanted.window_ms &&
                (approver ? got->subject == wanted.subject : got->value == wanted.value);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    void evaluate_case() noexcept {
        request_.causes = {causes_.begin(), causes_.size()};
        std::array<TraceStep, case_steps_max> steps{};
        Trace trace{steps};
        Answer const answer = evaluate(policy_, request_, facts_, engine_, &trace);
        bool const passed = answer.verdict == expected_.verdict &&
                            (expected_.rule == 0 || answer.rule == expected_.rule) &&
                            (!expected_.conditions || conditions_match(answer.decision));
        ++(passed ? summary_.passed : summary_.failed);
        sink_.result({label_, place_, request_, expected_, answer, trace, passed});
    }

    PolicyTable const& policy_;
    HashEngine const& engine_;
    CaseSink& sink_;
    CaseFacts facts_{};
    CaseSummary summary_{};
    std::string_view label_{};
    Place place_{};
    Request request_{};
    List<Sequence, case_causes_max> causes_{};
    std::array<char, line_bytes_max> object_space_{};
    Expectation expected_{};
    bool expects_{};
    std::uint32_t seen_{}; // one bit for each field of a case
};

} // namespace

std::expected<CaseSummary, Diagnostic> run_cases(std::string_view text, PolicyView policy,
                                                 HashEngine const& engine,
                                                 CaseSink& sink) noexcept {
    if (text.size() > text_bytes_max) {
        return std::unexpected(Diagnostic{
            Code::policy_too_large, {1, 1}, "the file is longer than 512 KiB"sv, {}, "split it"sv});
    }
    Runner runner{text, policy, engine, sink};
    auto const outcome = runner.run();
    if (!outcome) {
        return std::unexpected(outcome.error());
    }
    return runner.summary();
}

} // namespace axiom::policy
