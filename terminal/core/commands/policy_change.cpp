// policy propose, add, remove, confirm: another policy in force, on trial until it is confirmed.

#include <array>

#include <services/policy/change_api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/number.hpp>
#include <terminal/core/proposal.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr std::uint64_t trial_ms = std::uint64_t{10} * 60 * 1000;

// A semicolon stands for the end of a line, but within quotes.
class PolicyText {
  public:
    Result<void> add(std::string_view text) noexcept {
        if (text.size() > letters_.size() - size_) {
            return fail(Code::policy_too_large, size_ + text.size(), letters_.size());
        }
        for (char const letter : text) {
            quoted_ = quoted_ != (letter == '"' && last_ != '\\');
            letters_[size_++] = letter == ';' && !quoted_ && lines_end_ ? '\n' : letter;
            last_ = letter;
        }
        return {};
    }
    Result<void> read(Files& files, std::string_view path) noexcept {
        lines_end_ = false;
        TRY(files.open(path));
        std::array<std::byte, 512> room{};
        for (;;) {
            auto const came = files.read(room);
            auto const kept = came ? add(text_of(Bytes{room}.first(*came)))
                                   : Result<void>{std::unexpected{came.error()}};
            if (!kept || *came == 0) {
                files.close();
                return kept;
            }
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), size_}; }

  private:
    std::array<char, engine::policy_text_bytes_max> letters_{};
    std::size_t size_{};
    bool quoted_{};
    bool lines_end_{true};
    char last_{};
};

bool is_of_the_text(Code code) noexcept {
    return code == Code::policy_syntax || code == Code::policy_unknown_name ||
           code == Code::policy_duplicate || code == Code::policy_cycle;
}

Result<void> told(Session& session, Result<engine::Decided> const& decided,
                  std::string_view done) noexcept {
    TextSink& out = *session.out;
    if (!decided) {
        if (is_of_the_text(decided.error().code)) {
            out.text("line ");
            put_number(out, decided.error().where);
            out.text(", column ");
            put_number(out, decided.error().detail);
            out.text(": ");
        }
        return std::unexpected{decided.error()};
    }
    TRY(accept(out, *decided));
    out.text(done);
    out.text(" (entry ");
    put_number(out, decided->sequence);
    out.text(")\n");
    return {};
}

Result<void> change(Session& session, engine::ChangePolicy asks) noexcept {
    asks.trial_ms = trial_ms;
    asks.wait_ms = request_wait_ms;
    asks.reason = "typed at a terminal";
    return told(session, ask(*session.link, policy_engine, asks, session.held),
                "in force, on trial for 10 minutes of log time: it stays if it is confirmed "
                "(policy confirm)");
}

Result<void> propose(Session& session, Arguments arguments) noexcept {
    if (session.files == nullptr) {
        return fail(Code::access_refused);
    }
    PolicyText text;
    TRY(text.read(*session.files, arguments[0]));
    return change(session, {.edit = engine::PolicyEdit::replace, .text = text.view()});
}

Result<void> add(Session& session, Arguments arguments) noexcept {
    PolicyText text;
    for (std::string_view const part : arguments) {
        TRY(text.add(part));
        TRY(text.add("\n"));
    }
    return change(session, {.edit = engine::PolicyEdit::add, .text = text.view()});
}

Result<void> remove(Session& session, Arguments arguments) noexcept {
    std::uint64_t const rule = TRY(number_in(arguments[0]));
    if (rule > ~std::uint32_t{0}) {
        return fail(Code::no_such_row, rule);
    }
    return change(session,
                  {.edit = engine::PolicyEdit::remove, .rule = static_cast<std::uint32_t>(rule)});
}

Result<void> confirm(Session& session, Arguments /*arguments*/) noexcept {
    return told(
        session,
        ask(*session.link, policy_engine,
            engine::ConfirmPolicy{.wait_ms = request_wait_ms, .reason = "typed at a terminal"},
            session.held),
        "it stays");
}

} // namespace

Command const policy_propose_command{
    "policy propose", "FILE", "another policy in place of the one in force, on trial", 1, 1,
    propose};
Command const policy_add_command{"policy add",
                                 "'rule N \"LABEL\"; FIELD; ...; end' ...",
                                 "rules or groups more (docs/policy.md), on trial",
                                 1,
                                 8,
                                 add};
Command const policy_remove_command{"policy remove", "RULE", "a rule less, on trial", 1, 1, remove};
Command const policy_confirm_command{"policy confirm", "", "lets the policy on trial stay", 0, 0,
                                     confirm};

} // namespace axiom::terminal
