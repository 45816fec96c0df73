#pragma once
// Executors: who carries out which effects, and what may be done with each after a crash.
//
// The kind is the executor's, not the proposer's: an effect that says another one is refused by its
// executor, since a crash would make of it what it is not.

#include <array>

#include <axiom/action/action_kinds.hpp>

namespace axiom::actions {

struct Executor {
    std::string_view name;
    action::EffectKind kind{};
    std::string_view word; // as people write it: WORD:PARAMETERS
    std::string_view sentence;
};

inline constexpr std::string_view grant_executor = "init.grant";
inline constexpr std::string_view revoke_executor = "init.revoke";
inline constexpr std::string_view job_executor = "jobs.run";

/// All of them.
inline constexpr std::array executors{
    Executor{"board.put", action::EffectKind::repeatable, "put",
             "KEY=VALUE: the board has this value under this key"},
    Executor{"board.post", action::EffectKind::queryable, "post",
             "TEXT: a note is posted at the board"},
    Executor{"console.print", action::EffectKind::once, "print",
             "TEXT: a line is printed on the machine's console"},
    // What the action itself says is done, so that the policy has seen all of it.
    Executor{grant_executor, action::EffectKind::repeatable, "grant",
             "of the action \"grant\": its object is \"SERVICE to SERVICE\""},
    Executor{revoke_executor, action::EffectKind::repeatable, "revoke",
             "of the action \"revoke\": its object is \"SERVICE from SERVICE\""},
    Executor{job_executor, action::EffectKind::repeatable, "job",
             "PROGRAM INPUT FUEL MEMORY OUTPUT MESSAGES: a program runs on an input"},
};

[[nodiscard]] constexpr Executor const* find_executor(std::string_view name) noexcept {
    for (Executor const& each : executors) {
        if (each.name == name) {
            return &each;
        }
    }
    return nullptr;
}

} // namespace axiom::actions
