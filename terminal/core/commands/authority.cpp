// caps, grant, revoke, kill, calc: who may do what, and changing it.

#include <services/actions/executors.hpp>
#include <services/axiomd/api.hpp>
#include <services/calculator/api.hpp>
#include <services/init/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/needed.hpp>
#include <terminal/core/number.hpp>
#include <terminal/core/proposal.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr std::string_view keeper = "axiomd";
constexpr std::string_view first_process = "init";

// `rw---m`.
class RightsText {
  public:
    explicit RightsText(kernel::Rights rights) noexcept {
        constexpr std::string_view letters = "rwxgvm";
        for (std::size_t bit = 0; bit < letters.size(); ++bit) {
            letters_[bit] = (rights.bits >> bit & 1U) != 0 ? letters[bit] : '-';
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), 6}; }

  private:
    std::array<char, 6> letters_{};
};

// A process by its number, or by the name of the service that it is; 0: of all.
Result<std::uint64_t> process_in(Session& session, std::string_view word) noexcept {
    if (auto const number = number_in(word)) {
        return number;
    }
    auto const all = TRY(ask(*session.link, first_process, init::ListServices{}, session.held));
    for (init::ServiceStatus const& each : all.services) {
        if (each.name.view() == word) {
            return each.process;
        }
    }
    return word == first_process ? Result<std::uint64_t>{1} : fail(Code::no_such_row);
}

Result<void> caps(Session& session, Arguments arguments) noexcept {
    constexpr std::array columns{Column{"ID", 5, true},     Column{"PARENT", 6, true},
                                 Column{"HOLDER", 6, true}, Column{"SLOT", 5, true},
                                 Column{"RIGHTS", 6},       Column{"OBJECT", 12},
                                 Column{"NR", 4, true},     Column{"LABEL", 16}};
    axiomd::ListCapabilities question{};
    if (!arguments.empty()) {
        question.holder = TRY(process_in(session, arguments[0]));
    }
    auto some = TRY(ask(*session.link, keeper, question, session.held));
    if (some.capabilities.empty()) {
        return fail(Code::no_such_row, question.holder);
    }
    Table table{*session.out, columns};
    for (;;) {
        for (axiomd::CapabilityStatus const& each : some.capabilities) {
            table.cell(each.id)
                .cell(each.parent)
                .cell(each.holder)
                .cell(std::uint64_t{each.slot})
                .cell(RightsText{each.rights}.view())
                .cell(EnumNames<kernel::ObjectType>::names[static_cast<std::size_t>(each.object)])
                .cell(each.number)
                .cell(each.label.view())
                .end_row();
        }
        question.from = some.next;
        if (some.next == 0 || !session.goes_on()) {
            return {};
        }
        some = TRY(ask(*session.link, keeper, question, session.held));
    }
}

// `calculator to console`.
class ObjectText {
  public:
    ObjectText(std::string_view what, std::string_view between, std::string_view whom) noexcept {
        for (std::string_view const part : {what, between, whom}) {
            std::size_t const bytes = std::min(part.size(), letters_.size() - size_);
            std::copy_n(part.data(), bytes, letters_.data() + size_);
            size_ += bytes;
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), size_}; }

  private:
    std::array<char, 2 * init::name_bytes_max + 8> letters_{};
    std::size_t size_{};
};

// An action whose object says all of it, and whose effect init has done when this returns.
Result<void> change_authority(Session& session, std::string_view action, std::string_view executor,
                              std::string_view object) noexcept {
    action::Commit commit{.action = action, .object = object, .effects = {}};
    commit.effects.push_back({.kind = action::EffectKind::repeatable,
                              .executor = executor,
                              .parameters = {},
                              .content = {}});
    Sequence const entry = TRY(propose_action(session, commit));
    TextSink& out = *session.out;
    out.text("allowed, entry ");
    put_number(out, entry.value);
    out.text("; ");
    return put_outcome(session, entry);
}

// Before the policy is asked, what could not be done anyway.
Result<void> check_services(Session& session, Arguments names) noexcept {
    auto const all = TRY(ask(*session.link, first_process, init::ListServices{}, session.held));
    for (std::size_t index = 0; index < names.size(); ++index) {
        bool found = false;
        for (init::ServiceStatus const& each : all.services) {
            found = found || each.name.view() == names[index];
        }
        if (!found) {
            put_printable(*session.out, names[index]);
            session.out->text(" is no service\n");
            return fail(Code::no_such_row, index);
        }
    }
    return {};
}

Result<void> grant(Session& session, Arguments arguments) noexcept {
    TRY(check_services(session, arguments));
    return change_authority(session, "grant", actions::grant_executor,
                            ObjectText{arguments[1], " to ", arguments[0]}.view());
}

Result<void> revoke(Session& session, Arguments arguments) noexcept {
    TRY(check_services(session, arguments));
    return change_authority(session, "revoke", actions::revoke_executor,
                            ObjectText{arguments[1], " from ", arguments[0]}.view());
}

Result<void> kill(Session& session, Arguments arguments) noexcept {
    std::uint64_t const number = TRY(process_in(session, arguments[0]));
    TRY(ask(*session.link, first_process, init::KillProcess{.number = number}, session.held));
    return {};
}

Result<void> calc(Session& session, Arguments arguments) noexcept {
    constexpr std::string_view service = "calculator";
    TextSink& out = *session.out;
    auto const value =
        ask(*session.link, service, calculator::Evaluate{.text = arguments[0]}, session.held);
    if (!value) {
        put_lacking(out, value.error(), service);
        if (value.error().code == Code::bad_text) {
            out.text("no expression from letter ");
            put_number(out, value.error().where + 1);
            out.text(" on\n");
        }
        return std::unexpected{value.error()};
    }
    out.text(value->negative ? "-" : "");
    put_number(out, value->magnitude);
    out.text("\n");
    return {};
}

} // namespace

Command const caps_command{"caps", "[PROCESS|SERVICE]", "capabilities, and who holds them", 0, 1,
                           caps};
Command const grant_command{"grant", "WHOM WHAT", "lets a service call another one", 2, 2, grant};
Command const revoke_command{"revoke", "WHOM WHAT", "takes back what was granted so", 2, 2, revoke};
Command const kill_command{"kill", "PROCESS|SERVICE", "ends a process as if it had failed", 1, 1,
                           kill};
Command const calc_command{"calc", "EXPRESSION", "what the calculator says", 1, 1, calc};

} // namespace axiom::terminal
