// Failures made of errors; see terminal/cli/failure.hpp.

#include <terminal/cli/failure.hpp>

#include <cerrno>

#include <terminal/cli/next_step.hpp>

namespace axiom::cli {

Failure failure_of(Error const& error, std::string sentence, std::string cause) {
    CodeText const& text = text_of(error.code);
    Failure failure{.exit = exit_for(error.code),
                    .code = std::string{text.name},
                    .sentence = std::move(sentence),
                    .cause = std::move(cause),
                    .next = std::string{next_step(error.code)}};
    std::string what{text.what};
    if (error.where != 0) {
        what += " (at " + std::to_string(error.where) + ")";
    }
    if (failure.sentence.empty()) {
        failure.sentence = std::move(what);
    } else if (failure.cause.empty()) {
        failure.cause = std::move(what);
    }
    return failure;
}

Failure failure_of(host::Problem const& problem, std::string sentence) {
    Failure failure = failure_of(problem.error, std::move(sentence), problem.text);
    if (!problem.next.empty()) {
        failure.next = problem.next;
    }
    if (problem.error_number == ENOENT || problem.error_number == ENOTDIR) {
        failure.exit = Exit::not_found;
        failure.code = "not_found"; // of a file that is not there the store says `not_a_log`
    }
    return failure;
}

Failure usage(std::string sentence, std::string next) {
    return {.exit = Exit::usage,
            .code = "usage",
            .sentence = std::move(sentence),
            .cause = {},
            .next = std::move(next)};
}

Failure not_found(std::string sentence, std::string next) {
    return {.exit = Exit::not_found,
            .code = "not_found",
            .sentence = std::move(sentence),
            .cause = {},
            .next = std::move(next)};
}

} // namespace axiom::cli
