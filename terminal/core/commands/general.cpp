// help, echo, env, exit, version: what needs nobody else.

#include <algorithm>

#include <terminal/core/commands/all.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

Result<void> help(Session& session, Arguments arguments) noexcept {
    for (Command const* const command : commands()) {
        bool const wanted = arguments.empty() || command->name.starts_with(arguments.front());
        if (!wanted) {
            continue;
        }
        constexpr std::size_t width = 34;
        session.out->text("  ");
        session.out->text(command->name);
        session.out->text(" ");
        session.out->text(command->arguments);
        std::size_t const used = command->name.size() + command->arguments.size() + 1;
        for (std::size_t at = used; at < width; ++at) {
            session.out->text(" ");
        }
        session.out->text(" ");
        session.out->text(command->sentence);
        session.out->text("\n");
    }
    return {};
}

Result<void> echo(Session& session, Arguments arguments) noexcept {
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        session.out->text(index == 0 ? "" : " ");
        put_printable(*session.out, arguments[index]);
    }
    session.out->text("\n");
    return {};
}

Result<void> env(Session& session, Arguments /*arguments*/) noexcept {
    for (auto const& variable : session.variables.all()) {
        session.out->text(variable.name.view());
        session.out->text("=");
        put_printable(*session.out, variable.value.view());
        session.out->text("\n");
    }
    return {};
}

Result<void> leave(Session& session, Arguments /*arguments*/) noexcept {
    session.ends = true;
    return {};
}

Result<void> version(Session& session, Arguments /*arguments*/) noexcept {
    session.out->text("Axiom OS, terminal protocol 1\n");
    return {};
}

} // namespace

Command const help_command{"help", "[word]", "what may be typed", 0, 1, help};
Command const echo_command{"echo", "[word ...]", "the words, as they were understood",
                           0,      words_max,    echo};
Command const env_command{"env", "", "what was set by name=value", 0, 0, env};
Command const exit_command{"exit", "", "leaves the terminal, not the system", 0, 0, leave};
Command const version_command{"version", "", "what this is", 0, 0, version};

} // namespace axiom::terminal
