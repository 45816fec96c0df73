// The command `axiom`: finds the verb, parses its words, runs it, and says how it ended.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>

#include <sim-host/verify/host_log.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/memory_reserve.hpp>
#include <terminal/cli/pages.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

struct Command {
    VerbRow const* verb;
    std::vector<std::string> words; // behind the verb
};

// `policy chekc`: there are verbs that begin so.
std::string verbs_that_begin_with(std::string const& word) {
    std::string names;
    for (VerbRow const* const verb : verbs()) {
        if (verb->name.starts_with(word + " ")) {
            names += (names.empty() ? "" : ", ") + std::string{verb->name};
        }
    }
    return names;
}

// The verb with the most words wins: `receipt check` over `receipt`.
Command find_command(std::vector<std::string> words) {
    constexpr std::size_t verb_words_max = 3;
    for (std::size_t count = std::min(verb_words_max, words.size()); count != 0; --count) {
        std::string name = words[0];
        for (std::size_t index = 1; index < count; ++index) {
            name += " " + words[index];
        }
        if (VerbRow const* const verb = find_verb(name)) {
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
            return {verb, std::move(words)};
        }
    }
    std::string const known = verbs_that_begin_with(words[0]);
    throw usage("there is no verb `" + words[0] + "`",
                known.empty() ? "axiom --help" : "one of: " + known);
}

// A segment that is being pruned is nowhere whole for a moment, and that looks like damage.
Exit run_verb(VerbRow const& verb, Invocation const& given, Console& console) {
    try {
        if (writes_log(verb)) {
            check_is_written_here(verb.reads_log ? given.log_path() : given.text("to"));
        }
        return verb.run(given, console);
    } catch (Failure& failure) {
        bool const perhaps_pruned = failure.exit == Exit::tampering && verb.reads_log;
        if (perhaps_pruned && host::writer_alive(given.log_path())) {
            failure.next = "somebody writes to this log, and what is being pruned looks like this "
                           "for a moment: run the command again, or axiom verify";
        }
        throw;
    }
}

Exit run(std::vector<std::string> words, Console& console) {
    if (words.empty()) {
        throw usage("a verb is missing", "axiom --help");
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        if (words.size() > 1 && words[0] == "help") {
            Command const command = find_command({words.begin() + 1, words.end()});
            console.raw(help_page(*command.verb));
            return Exit::success;
        }
        console.raw(overview_page());
        return Exit::success;
    }
    if (words[0] == "--version") {
        words[0] = "version";
    }
    Command const command = find_command(std::move(words));
    // Whatever goes wrong with the words is told in the form that they ask for.
    bool json = false;
    for (std::string const& word : command.words) {
        json = json || word == "--json";
    }
    console.configure({.json = json});
    Invocation const given{*command.verb, command.words};
    if (given.has("help")) {
        console.raw(help_page(*command.verb));
        return Exit::success;
    }
    console.configure({.json = given.has("json"),
                       .pager = !given.has("no-pager"),
                       .quiet = given.has("quiet"),
                       .ends_unread = command.verb->ends_unread,
                       .color = given.text("color")});
    return run_verb(*command.verb, given, console);
}

Exit guarded(int count, char** words, Console& console) {
    Exit exit = Exit::success;
    try {
        exit = run({words + (count > 0 ? 1 : 0), words + count}, console);
        console.finish();
        return exit;
    } catch (OutputClosed const&) {
        return exit;
    } catch (Failure const& failure) {
        console.print(failure);
        return failure.exit;
    } catch (std::filesystem::filesystem_error const& error) {
        console.print(failure_of(Error{host::code_of_errno(error.code().value())},
                                 "the file system refuses", error.what()));
        return exit_for(host::code_of_errno(error.code().value()));
    } catch (std::system_error const& error) {
        // The one thing besides that the language reports like this: no thread is to be had.
        console.print({.exit = Exit::environment,
                       .code = "no_thread",
                       .sentence = "the system gives no more threads",
                       .cause = error.what(),
                       .next = "raise the limits (ulimit -u, ulimit -v)"});
        return Exit::environment;
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        console.print({.exit = Exit::internal,
                       .code = "internal",
                       .sentence = "this should not have happened",
                       .cause = error.what(),
                       .next = "please report it with the command that you typed"});
        return Exit::internal;
    }
}

// The same, where there may be no memory to say it with.
Exit guarded_to_the_end(int count, char** words, Console& console) noexcept {
    try {
        return guarded(count, words, console);
    } catch (std::bad_alloc const&) {
        console.print_no_memory();
        return Exit::environment;
    }
}

} // namespace

} // namespace axiom::cli

int main(int count, char** words) {
    axiom::cli::claim_standard_descriptors();
    axiom::cli::Console console;
    axiom::cli::reserve_memory();
    axiom::cli::explain_termination(console);
    return static_cast<int>(axiom::cli::guarded_to_the_end(count, words, console));
}
