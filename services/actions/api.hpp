#pragma once
// The messages of the service that carries prepared effects out: what is owed, what was done.

#include <axiom/action/action_kinds.hpp>
#include <axiom/log/entry.hpp>
#include <services/jobs/api.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::actions {

enum class EffectState : std::uint8_t { owed, started, done, failed, unknown };

[[nodiscard]] constexpr EffectState state_of(action::OutcomeStatus status) noexcept {
    switch (status) {
    case action::OutcomeStatus::done:
        return EffectState::done;
    case action::OutcomeStatus::failed:
        return EffectState::failed;
    case action::OutcomeStatus::unknown:
        break;
    }
    return EffectState::unknown;
}

inline constexpr std::size_t effects_max = 8;
inline constexpr std::uint32_t name_bytes_max = 64;
inline constexpr std::uint32_t object_bytes_max = 128;
inline constexpr std::size_t listed_max = 10;
inline constexpr std::size_t owed_listed_max = 32;

/// A commit, and how far its effects are.
struct ActionRow {
    std::uint64_t sequence{};
    std::uint64_t principal{};
    HeldText<name_bytes_max> action;
    HeldText<object_bytes_max> object;
    List<EffectState, effects_max> effects;
    Hash256 result{}; // what the newest of its outcomes names so; zeros: none does
    Hash256 output{};
};
struct Actions {
    List<ActionRow, listed_max> actions; // the newest first
};
/// Those that this service has seen, before `before`; 0: the newest.
struct ListActions {
    static constexpr std::uint64_t method = 1;
    using Answer = Actions;
    std::uint64_t before{};
};

struct OwedRow {
    std::uint64_t commit{};
    std::uint16_t index{};
    std::uint8_t kind{}; // as action::EffectKind
    bool started{};
    HeldText<name_bytes_max> executor;
};
struct Owed {
    std::uint32_t total{};
    List<OwedRow, owed_listed_max> effects;
};
/// The same row when all of its effects have ended, or after some seconds as it is then.
/// `no_such_row`: it is none of those.
struct AwaitAction {
    static constexpr std::uint64_t method = 3;
    using Answer = ActionRow;
    std::uint64_t commit{};
};

/// Effects without an outcome; as many as fit.
struct ListOwed : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Owed;
};

} // namespace axiom::actions

template <> struct axiom::EnumNames<axiom::actions::EffectState> {
    static constexpr std::string_view names[] = {"owed", "started", "done", "failed", "unknown"};
};
template <> struct axiom::Schema<axiom::actions::ActionRow> {
    using Row = actions::ActionRow;
    static constexpr auto fields =
        Fields{Field{"sequence", &Row::sequence, "of its commit"},
               Field{"principal", &Row::principal, "on whose behalf"},
               Field{"action", &Row::action, "what is done"},
               Field{"object", &Row::object, "to what"},
               Field{"effects", &Row::effects, "how far each is"},
               Field{"result", &Row::result, "what came of it, by content"},
               Field{"output", &Row::output, "what it made, by content"}};
};
template <> struct axiom::Schema<axiom::actions::Actions> {
    static constexpr auto fields =
        Fields{Field{"actions", &actions::Actions::actions, "the newest first"}};
};
template <> struct axiom::Schema<axiom::actions::ListActions> {
    static constexpr auto fields =
        Fields{Field{"before", &actions::ListActions::before, "those before this, or 0"}};
};
template <> struct axiom::Schema<axiom::actions::AwaitAction> {
    static constexpr auto fields = Fields{Field{"commit", &actions::AwaitAction::commit, "which"}};
};
template <> struct axiom::Schema<axiom::actions::OwedRow> {
    using Row = actions::OwedRow;
    static constexpr auto fields =
        Fields{Field{"commit", &Row::commit, "sequence of the commit"},
               Field{"index", &Row::index, "which of its effects"},
               Field{"kind", &Row::kind, "what may be done with it after a crash"},
               Field{"started", &Row::started, "whether an entry says that it began"},
               Field{"executor", &Row::executor, "who carries it out"}};
};
template <> struct axiom::Schema<axiom::actions::Owed> {
    static constexpr auto fields =
        Fields{Field{"total", &actions::Owed::total, "how many there are"},
               Field{"effects", &actions::Owed::effects, "as many as fit"}};
};

namespace axiom::actions {

/// What of jobs may be asked by whoever may ask this service, it asks in their place.
using ActionsApi = Api<ListActions, ListOwed, AwaitAction, jobs::AskJob, jobs::CancelJob>;

} // namespace axiom::actions
