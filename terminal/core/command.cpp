#include <terminal/core/command.hpp>

#include <array>

#include <terminal/core/commands/all.hpp>
#include <terminal/core/proposal.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr std::array table{
    &help_command,
    &echo_command,
    &env_command,
    &exit_command,
    &version_command,
    &status_command,
    &tail_command,
    &show_command,
    &search_command,
    &verify_command,
    &ps_command,
    &top_command,
    &kill_command,
    &caps_command,
    &grant_command,
    &revoke_command,
    &calc_command,
    &service_list_command,
    &service_status_command,
    &service_start_command,
    &service_stop_command,
    &service_restart_command,
    &action_propose_command,
    &action_list_command,
    &action_show_command,
    &action_owed_command,
    &board_get_command,
    &object_put_command,
    &object_get_command,
    &object_show_command,
    &object_list_command,
    &object_total_command,
    &job_submit_command,
    &job_list_command,
    &job_status_command,
    &job_wait_command,
    &job_cancel_command,
    &job_output_command,
    &why_command,
    &policy_list_command,
    &policy_test_command,
    &policy_propose_command,
    &policy_add_command,
    &policy_remove_command,
    &policy_confirm_command,
    &request_list_command,
    &request_show_command,
    &request_wait_command,
    &request_approve_command,
    &request_refuse_command,
    &permissions_list_command,
    &permissions_show_command,
    &permissions_approve_command,
    &permissions_refuse_command,
    &permissions_revoke_command,
    &permissions_history_command,
    &permissions_provenance_command,
    &clock_command,
    &shutdown_command,
};

// `name`'s words in front of the line's.
std::size_t names(std::string_view name, Arguments words) noexcept {
    std::size_t const space = name.find(' ');
    if (space == std::string_view::npos) {
        return !words.empty() && words[0] == name ? 1 : 0;
    }
    bool const both =
        words.size() > 1 && words[0] == name.substr(0, space) && words[1] == name.substr(space + 1);
    return both ? 2 : 0;
}

void say(Session& session, std::string_view what, std::string_view name) noexcept {
    session.out->text(what);
    put_printable(*session.out, name);
    session.out->text("\n");
}

LineOutcome refused(Session& session, Error const& error) noexcept {
    if (error.code == Code::awaits_approval) { // the decision has been shown
        session.out->text("  see it: request show ");
        put_number(*session.out, error.where);
        session.out->text("\n");
        return {.done = false, .error = error};
    }
    CodeText const& text = text_of(error.code);
    session.out->text(text.name);
    session.out->text(": ");
    session.out->text(text.what);
    session.out->text("\n  ");
    session.out->text(text.next);
    session.out->text("\n");
    return {.done = false, .error = error};
}

LineOutcome set_variable(Session& session, std::string_view word, std::size_t equals) noexcept {
    auto const done = session.variables.set(word.substr(0, equals), word.substr(equals + 1));
    return done ? LineOutcome{.done = true} : refused(session, done.error());
}

} // namespace

std::span<Command const* const> commands() noexcept {
    return table;
}

Found find_command(Arguments words) noexcept {
    Found found;
    for (Command const* const command : table) {
        std::size_t const count = names(command->name, words);
        if (count > found.words) {
            found = {.command = command, .words = count};
        }
    }
    return found;
}

LineOutcome run_line(Session& session, std::string_view line) noexcept {
    Words split;
    if (auto const done = split.split(line, session.variables); !done) {
        LineOutcome outcome = refused(session, done.error());
        outcome.mistyped = true;
        return outcome;
    }
    Arguments const words = split.words();
    if (words.empty()) {
        return {.done = true};
    }
    std::size_t const equals = words[0].find('=');
    if (words.size() == 1 && equals != std::string_view::npos &&
        is_name(words[0].substr(0, equals))) {
        return set_variable(session, words[0], equals);
    }
    Found const found = find_command(words);
    if (found.command == nullptr) {
        say(session, "there is no command ", words[0]);
        session.out->text("  help lists them\n");
        return {.done = false, .error = {Code::unknown_kind}, .mistyped = true};
    }
    Arguments const arguments = words.subspan(found.words);
    if (arguments.size() < found.command->least || arguments.size() > found.command->most) {
        session.out->text("usage: ");
        session.out->text(found.command->name);
        session.out->text(found.command->arguments.empty() ? "" : " ");
        say(session, "", found.command->arguments);
        return {.done = false, .error = {Code::out_of_range, arguments.size()}, .mistyped = true};
    }
    auto const done = found.command->run(session, arguments);
    return done ? LineOutcome{.done = true} : refused(session, done.error());
}

} // namespace axiom::terminal
