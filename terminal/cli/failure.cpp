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
    if (failure.next.starts_with("restore")) {
        failure.next += ": axiom repair";
    }
    if (error.code == Code::not_sealed) {
        failure.next += ": axiom seal";
    }
    if (error.code == Code::store_full) {
        failure.next = "add space, or move the log to where there is more";
    }
    if (error.code == Code::log_full) {
        failure.next = "prune finished boots (axiom prune), or add space";
    }
    if (error.code == Code::read_only) {
        failure.next = "work on a copy, or make the place writable";
    }
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
