#pragma once
// The kinds of the actions domain: what was decided to be done, that it was begun, how it ended.
//
// An effect travels whole in the entry that authorises it, so that whoever restarts knows what is
// owed. Its token, (log id, sequence, index), is what a target remembers it by.

#include <axiom/codec/held_text.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/entry.hpp>

namespace axiom::action {

/// Numbers of the domain's kinds; for good.
enum class Kind : std::uint16_t { commit = 1, effect_started = 2, outcome = 3 };

/// What may be done with an effect of which nobody knows whether it happened.
enum class EffectKind : std::uint8_t {
    repeatable, // the target deduplicates by token: run it again
    queryable,  // the target says whether a token was done: ask
    once,       // neither: it is never run a second time
};

enum class OutcomeStatus : std::uint8_t {
    done,
    failed,  // for good
    unknown, // it may have happened, and nobody can tell
};

inline constexpr std::size_t effects_max = 8;
inline constexpr std::size_t named_hashes_max = 16;
inline constexpr std::uint32_t name_bytes_max = 64;
inline constexpr std::uint32_t object_bytes_max = 128;
inline constexpr std::uint32_t parameters_bytes_max = 1024;

/// An effect that is prepared and not done. What does not fit the parameters goes by the hash of
/// its content.
struct PreparedEffect {
    EffectKind kind{};
    std::string_view executor{};
    Bytes parameters{};
    Hash256 content{};
};

struct Commit {
    std::string_view action{};
    std::string_view object{};
    List<PreparedEffect, effects_max> effects{};
};

/// Which effect of which commit.
struct EffectPlace {
    Sequence commit{};
    std::uint16_t index{};

    friend bool operator==(EffectPlace, EffectPlace) noexcept = default;
};

/// A `once` effect begins; durable before it does.
struct EffectStarted {
    EffectPlace effect{};
};

struct NamedHash {
    std::string_view name{};
    Hash256 content{};
};

struct Outcome {
    EffectPlace effect{};
    OutcomeStatus status{};
    List<NamedHash, named_hashes_max> inputs{};
    List<NamedHash, named_hashes_max> outputs{};
    Hash256 environment{};
};

/// An effect without an outcome.
struct OwedEffect {
    EffectPlace effect{};
    EffectKind kind{};
    bool started{};
    HeldText<name_bytes_max> executor{};
};

/// How many commits, and how effects ended: one row.
struct Tally {
    std::uint64_t commits{};
    std::uint64_t done{};
    std::uint64_t failed{};
    std::uint64_t unknown{};
    Sequence last_commit{};
};

} // namespace axiom::action

template <> struct axiom::EnumNames<axiom::action::EffectKind> {
    static constexpr std::string_view names[] = {"repeatable", "queryable", "once"};
};
template <> struct axiom::EnumNames<axiom::action::OutcomeStatus> {
    static constexpr std::string_view names[] = {"done", "failed", "unknown"};
};
template <> struct axiom::Schema<axiom::action::PreparedEffect> {
    using PreparedEffect = action::PreparedEffect;
    static constexpr auto fields = Fields{
        Field{"kind", &PreparedEffect::kind, "what may be done with it after a crash"},
        Field{"executor", &PreparedEffect::executor, "who carries it out",
              at_most<action::name_bytes_max>},
        Field{"parameters", &PreparedEffect::parameters, "what the executor is told",
              at_most<action::parameters_bytes_max>},
        Field{"content", &PreparedEffect::content, "hash of content kept elsewhere, or zero"}};
};
template <> struct axiom::Schema<axiom::action::Commit> {
    using Commit = action::Commit;
    static constexpr auto fields =
        Fields{Field{"action", &Commit::action, "what is done", at_most<action::name_bytes_max>},
               Field{"object", &Commit::object, "to what", at_most<action::object_bytes_max>},
               Field{"effects", &Commit::effects, "what is visible outside, in order"}};
};
template <> struct axiom::Schema<axiom::action::EffectPlace> {
    using EffectPlace = action::EffectPlace;
    static constexpr auto fields =
        Fields{Field{"commit", &EffectPlace::commit, "sequence of the commit"},
               Field{"index", &EffectPlace::index, "which of its effects, from 0"}};
};
template <> struct axiom::Schema<axiom::action::EffectStarted> {
    static constexpr auto fields =
        Fields{Field{"effect", &action::EffectStarted::effect, "which effect begins"}};
};
template <> struct axiom::Schema<axiom::action::NamedHash> {
    using NamedHash = action::NamedHash;
    static constexpr auto fields = Fields{
        Field{"name", &NamedHash::name, "what it is called", at_most<action::name_bytes_max>},
        Field{"content", &NamedHash::content, "hash of its content"}};
};
template <> struct axiom::Schema<axiom::action::Outcome> {
    using Outcome = action::Outcome;
    static constexpr auto fields =
        Fields{Field{"effect", &Outcome::effect, "which effect ended"},
               Field{"status", &Outcome::status, "done, failed for good, or unknown"},
               Field{"inputs", &Outcome::inputs, "what it read, by content"},
               Field{"outputs", &Outcome::outputs, "what it made, by content"},
               Field{"environment", &Outcome::environment, "digest of what it ran in, or zero"}};
};
template <> struct axiom::Schema<axiom::action::OwedEffect> {
    using OwedEffect = action::OwedEffect;
    static constexpr auto fields =
        Fields{Field{"effect", &OwedEffect::effect, "which effect"},
               Field{"kind", &OwedEffect::kind, "what may be done with it after a crash"},
               Field{"started", &OwedEffect::started, "whether an entry says that it began"},
               Field{"executor", &OwedEffect::executor, "who carries it out"}};
};
template <> struct axiom::Schema<axiom::action::Tally> {
    using Tally = action::Tally;
    static constexpr auto fields =
        Fields{Field{"commits", &Tally::commits, "how many commits"},
               Field{"done", &Tally::done, "effects done"},
               Field{"failed", &Tally::failed, "effects that failed for good"},
               Field{"unknown", &Tally::unknown, "effects of which nobody can tell"},
               Field{"last_commit", &Tally::last_commit, "sequence of the newest commit, or 0"}};
};
