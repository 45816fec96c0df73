#pragma once
// The kinds and rows of the policy domain (services/policy/domain.hpp).

#include <axiom/codec/schema.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/policy/limits.hpp>

namespace axiom::policy {

/// Numbers of the domain's kinds; for good. `install` is what the linter calls a change of policy.
enum class Kind : std::uint16_t { install = 1, confirm = 2 };

inline constexpr std::uint64_t trial_ms_min = 1000;
inline constexpr std::uint64_t trial_ms_max = std::uint64_t{7} * 24 * 3600 * 1000;

/// A policy takes force on trial: unless it is confirmed within `trial_ms`, the one before returns.
struct Install {
    std::uint64_t trial_ms{};
    Bytes canonical{};
};

/// The policy on trial stays. Decided under that very policy: it has not locked its makers out.
struct Confirm {
    Hash256 version{};
};

/// Which policies are in force and in reserve: one row.
struct PolicyRow {
    Hash256 active{};   // version of the policy in force; zero: none, so nothing is permitted
    Hash256 previous{}; // version of the one that returns if the trial fails; zero without a trial
    bool on_trial{};
    LogTime deadline{}; // of the trial; 0 without one
    LogTime now{};
    Sequence installed_at{}; // of the newest install; 0: genesis brought the policy
    std::uint64_t installs{};
    std::uint64_t reverts{};
    std::uint64_t overruns{}; // decisions in the log beyond their own rate
};

} // namespace axiom::policy

template <> struct axiom::Schema<axiom::policy::Install> {
    using Install = policy::Install;
    static constexpr auto fields = Fields{
        Field{"trial_ms", &Install::trial_ms, "log time in ms within which it must be confirmed"},
        Field{"canonical", &Install::canonical, "the policy in canonical form",
              at_most<policy::policy_bytes_max>}};
};
template <> struct axiom::Schema<axiom::policy::Confirm> {
    static constexpr auto fields = Fields{
        Field{"version", &policy::Confirm::version, "version of the policy on trial, which stays"}};
};
template <> struct axiom::Schema<axiom::policy::PolicyRow> {
    using PolicyRow = policy::PolicyRow;
    static constexpr auto fields = Fields{
        Field{"active", &PolicyRow::active, "version of the policy in force, or zero"},
        Field{"previous", &PolicyRow::previous, "version of the one in reserve, or zero"},
        Field{"on_trial", &PolicyRow::on_trial, "whether the one in force must be confirmed"},
        Field{"deadline", &PolicyRow::deadline, "until when, in log time"},
        Field{"now", &PolicyRow::now, "log time"},
        Field{"installed_at", &PolicyRow::installed_at, "sequence of the newest install, or 0"},
        Field{"installs", &PolicyRow::installs, "how many were installed after genesis"},
        Field{"reverts", &PolicyRow::reverts, "how many trials failed"},
        Field{"overruns", &PolicyRow::overruns, "decisions in the log beyond their own rate"}};
};
