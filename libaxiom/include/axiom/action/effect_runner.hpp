#pragma once
// EffectRunner: carries prepared effects out, and after a crash decides what may still be done with
// each.
//
//     commit durable ──> effect ──> outcome                       repeatable, queryable
//     commit durable ──> started durable ──> effect ──> outcome   once
//
// Nothing happens before its entry is on stable storage: every function takes that entry as a
// `Durable`. After a crash anywhere on these lines the owed effects say what to do:
//
//     kind         owed, not started     owed, started
//     repeatable   run it (again)        -
//     queryable    ask the target        -
//     once         begin it              never again: its outcome is unknown

#include <optional>

#include <axiom/action/action_kinds.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/ordered.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom::action {

/// Which log an entry is of: the one whose id its block carries. Forks change it, so an effect that
/// was committed before a fork keeps its token, and a target that has seen it knows it again from
/// whichever copy asks.
class LogIds {
  public:
    [[nodiscard]] virtual Hash256 at(Sequence sequence) const noexcept = 0;

  protected:
    ~LogIds() = default;
};

/// What a target remembers an effect by: never the same for two effects, of whatever log.
[[nodiscard]] Hash256 effect_token(HashEngine const& engine, Hash256 const& log_id,
                                   EffectPlace place) noexcept;

enum class Recovery : std::uint8_t {
    begin,           // write its start, then run it
    run_again,       // the target deduplicates by token
    ask_target,      // and run it only if the target says that it was not done
    outcome_unknown, // it may have happened; it is never run again
};

[[nodiscard]] Recovery recovery_of(OwedEffect const& owed) noexcept;

/// An effect as its executor gets it.
struct EffectCall {
    Hash256 token{};
    EffectKind kind{};
    std::string_view executor{};
    Bytes parameters{};
    Hash256 content{};
};

/// What a queryable target knows of a token.
enum class TargetAnswer : std::uint8_t { done, failed, not_done, cannot_say };

/// Where effects happen: a device, another machine, a test's script.
class EffectTarget {
  public:
    /// Carries the effect out. Of a repeatable effect whose token it has seen it only reports the
    /// result.
    virtual OutcomeStatus perform(EffectCall const& call) noexcept = 0;

    /// Asked only about queryable effects.
    virtual TargetAnswer ask(Hash256 const& token) noexcept = 0;

  protected:
    ~EffectTarget() = default;
};

class EffectRunner {
  public:
    EffectRunner(HashEngine const& engine, LogIds const& log_ids, EffectTarget& target) noexcept
        : engine_{engine}, log_ids_{log_ids}, target_{target} {}

    /// Runs a repeatable or queryable effect of `commit` for the first time. `effect_not_started`
    /// for a `once` effect, `no_such_row` for an index that the commit does not have.
    [[nodiscard]] Result<OutcomeStatus> run(Durable<Entry> const& commit,
                                            std::uint16_t index) noexcept;

    /// Runs a `once` effect whose start is durable. `no_such_row` when `started` names another
    /// effect, `not_canonical` for an effect of another kind.
    [[nodiscard]] Result<OutcomeStatus> run_once(Durable<Entry> const& commit,
                                                 Durable<Entry> const& started) noexcept;

    /// After a restart: what became of an owed effect, having done whatever may be done.
    /// nullopt: it is a `once` effect that has not begun: write its start, then `run_once`.
    [[nodiscard]] Result<std::optional<OutcomeStatus>> recover(Durable<Entry> const& commit,
                                                               OwedEffect const& owed) noexcept;

  private:
    [[nodiscard]] Result<EffectCall> call_of(Durable<Entry> const& commit,
                                             std::uint16_t index) const noexcept;

    HashEngine const& engine_;
    LogIds const& log_ids_;
    EffectTarget& target_;
};

} // namespace axiom::action
