#pragma once
// Failure: why a verb stops, in the shape in which people and scripts are told.
//
// Thrown, because a verb is a straight walk from words to output and has nothing to do on the way
// out but to close what it holds. One sentence, the cause, the next command; printed by one
// function, with every foreign byte escaped.

#include <string>

#include <axiom/base/result.hpp>
#include <sim-host/platform/problem.hpp>
#include <terminal/cli/exit_code.hpp>

namespace axiom::cli {

struct Failure {
    Exit exit{Exit::internal};
    std::string code;     // stable, for scripts
    std::string sentence; // what happened
    std::string cause;    // why; may be empty
    std::string next;     // what to do or type next; may be empty
};

/// A library's error. `sentence` is what the verb was doing when it happened, or empty.
[[nodiscard]] Failure failure_of(Error const& error, std::string sentence = {},
                                 std::string cause = {});

/// A host library's error, whose text names the file and the system's words.
[[nodiscard]] Failure failure_of(host::Problem const& problem, std::string sentence = {});

/// A mistake in the words of the command; nothing was done.
[[nodiscard]] Failure usage(std::string sentence, std::string next = {});

[[nodiscard]] Failure not_found(std::string sentence, std::string next = {});

/// The value of a result of either library, or the failure, thrown.
template <class T, class E> T value_or_stop(std::expected<T, E> result, std::string sentence = {}) {
    if (!result) {
        throw failure_of(result.error(), std::move(sentence));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

} // namespace axiom::cli
