#include <services/policy/policy_edit.hpp>

#include <algorithm>

#include <axiom/policy/parse.hpp>
#include <axiom/policy/print.hpp>

namespace axiom::engine {

namespace {

// The printed policy without one rule; nothing where there is none of that number.
bool print_without(TextSink& to, policy::PolicyTable const& policy, std::uint32_t rule,
                   MutableBytes room) noexcept {
    policy::RuleRow const* const row = policy.find(rule);
    if (row == nullptr) {
        return false;
    }
    SpanSink all{room};
    policy::print_policy(all, policy);
    std::size_t const before = all.view().size();
    policy::print_rule(all, policy, *row); // behind it, to be found in it
    std::string_view const printed = all.view().substr(0, before);
    std::string_view const its = all.view().substr(before);
    auto const at = std::ranges::search(printed, its);
    if (!all.fits() || at.empty()) {
        return false;
    }
    to.text(std::string_view{printed.begin(), at.begin()});
    to.text(std::string_view{at.end(), printed.end()});
    return true;
}

} // namespace

Result<Bytes> edited_policy(policy::PolicyTable const& policy, ChangePolicy const& change,
                            MutableBytes text, policy::PolicyDraft& draft,
                            MutableBytes to) noexcept {
    SpanSink sink{text.first(text.size() / 2)};
    std::uint64_t own_lines = 0;
    switch (change.edit) {
    case PolicyEdit::replace:
        sink.text(change.text);
        break;
    case PolicyEdit::add:
        policy::print_policy(sink, policy);
        own_lines = static_cast<std::uint64_t>(std::ranges::count(sink.view(), '\n'));
        sink.text(change.text);
        break;
    case PolicyEdit::remove:
        if (!print_without(sink, policy, change.rule, text.subspan(text.size() / 2))) {
            return fail(Code::no_such_row, change.rule);
        }
        break;
    }
    if (!sink.fits()) {
        return fail(Code::policy_too_large);
    }
    auto const canonical = policy::parse_policy(sink.view(), draft, to);
    if (!canonical) {
        policy::Diagnostic const& wrong = canonical.error();
        std::uint64_t const line = wrong.place.line;
        return fail(wrong.code, line > own_lines ? line - own_lines : 0, wrong.place.column);
    }
    return *canonical;
}

} // namespace axiom::engine
