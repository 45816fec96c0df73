// axiom action list, show, owed: what was decided to be done, and how far it is, by the log alone.

#include <map>

#include <axiom/domain/gated.hpp>
#include <services/actions/api.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

using actions::EffectState;

struct Effect {
    std::string executor;
    std::string kind;
    std::string parameters;
    EffectState state{EffectState::owed};
    std::uint64_t by{}; // the entry that says so
};

struct Action {
    std::uint64_t principal{};
    std::string action;
    std::string object;
    std::vector<Effect> effects;
};

using Actions = std::map<std::uint64_t, Action>; // by their commits

std::string_view name_of(EffectState state) {
    return EnumNames<EffectState>::names[static_cast<std::size_t>(state)];
}

void add(Actions& found, Entry const& entry) {
    auto const commit = decode_gated<action::Commit>(entry.body);
    if (!commit) {
        return;
    }
    Action made{.principal = entry.header.principal.value,
                .action = printable(commit->action),
                .object = printable(commit->object),
                .effects = {}};
    for (action::PreparedEffect const& effect : commit->effects) {
        made.effects.push_back(
            {.executor = printable(effect.executor),
             .kind =
                 std::string{
                     EnumNames<action::EffectKind>::names[static_cast<std::size_t>(effect.kind)]},
             .parameters = printable(text_of(effect.parameters))});
    }
    found.emplace(entry.header.sequence.value, std::move(made));
}

// The first outcome counts, and a start before it.
void set(Actions& found, action::EffectPlace place, EffectState state, Sequence by) {
    auto const commit = found.find(place.commit.value);
    if (commit == found.end() || place.index >= commit->second.effects.size()) {
        return;
    }
    Effect& effect = commit->second.effects[place.index];
    if (effect.state <= EffectState::started) {
        effect.state = state;
        effect.by = by.value;
    }
}

Actions actions_of(host::OpenedLog& log) {
    Actions found;
    value_or_stop(log.for_each({Sequence{0}, log.end()}, [&](host::EntryView const& view) {
        EntryHeader const& header = view.entry.header;
        if (view.reduced || header.domain != DomainNumber::actions) {
            return true;
        }
        switch (static_cast<action::Kind>(header.kind)) {
        case action::Kind::commit:
            add(found, view.entry);
            break;
        case action::Kind::effect_started:
            if (auto const started = decode_whole<action::EffectStarted>(view.entry.body)) {
                set(found, started->effect, EffectState::started, view.sequence);
            }
            break;
        case action::Kind::outcome:
            if (auto const outcome = decode_whole<action::Outcome>(view.entry.body)) {
                set(found, outcome->effect, actions::state_of(outcome->status), view.sequence);
            }
            break;
        }
        return true;
    }));
    return found;
}

Json json_of(std::uint64_t sequence, Action const& action) {
    Json effects = Json::array();
    for (Effect const& effect : action.effects) {
        effects.push_back({{"executor", effect.executor},
                           {"kind", effect.kind},
                           {"parameters", effect.parameters},
                           {"state", name_of(effect.state)},
                           {"entry", effect.by}});
    }
    return {{"sequence", sequence},
            {"actor", action.principal},
            {"action", action.action},
            {"object", action.object},
            {"effects", effects}};
}

std::string line_of(std::uint64_t sequence, Action const& action) {
    std::string states;
    for (Effect const& effect : action.effects) {
        states += (states.empty() ? "\t" : ",") + std::string{name_of(effect.state)};
    }
    return std::to_string(sequence) + "\tactor " + std::to_string(action.principal) + "\t" +
           action.action + "\t" + action.object + states;
}

Exit list(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Actions const found = actions_of(*log);
    console.start_pager();
    for (auto at = found.rbegin(); at != found.rend(); ++at) {
        if (console.json()) {
            console.record("axiom.action/1", json_of(at->first, at->second));
        } else {
            console.line(line_of(at->first, at->second));
        }
    }
    return Exit::success;
}

Exit show(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    std::uint64_t const sequence = entry_named(*log, given.text("entry")).value;
    Actions const found = actions_of(*log);
    auto const at = found.find(sequence);
    if (at == found.end()) {
        throw not_found("entry " + std::to_string(sequence) + " is no commit of an action",
                        "axiom action list");
    }
    if (console.json()) {
        console.document("axiom.action/1", json_of(sequence, at->second));
        return Exit::success;
    }
    console.line(line_of(sequence, at->second));
    for (Effect const& effect : at->second.effects) {
        std::string line = "  " + effect.executor + " (" + effect.kind + ") " + effect.parameters +
                           ": " + std::string{name_of(effect.state)};
        console.line(effect.by == 0 ? line : line + ", entry " + std::to_string(effect.by));
    }
    return Exit::success;
}

Exit owed(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    host::Replayer replayer{*log};
    start_replay(replayer, log->end(), console);
    advance_or_stop(replayer, log->end());
    std::uint64_t count = 0;
    replayer.domains()->actions().for_each_owed([&](action::OwedEffect const& effect) {
        ++count;
        std::string const executor = printable(effect.executor.view());
        if (console.json()) {
            console.record("axiom.action.owed/1", {{"sequence", effect.effect.commit.value},
                                                   {"index", effect.effect.index},
                                                   {"executor", executor},
                                                   {"started", effect.started}});
        } else {
            console.line(std::to_string(effect.effect.commit.value) + "\teffect " +
                         std::to_string(effect.effect.index) + "\t" + executor +
                         (effect.started ? "\tstarted" : "\tnot started"));
        }
    });
    return count == 0 ? Exit::success : Exit::answer_is_no;
}

} // namespace

extern VerbRow const action_list_verb;
VerbRow const action_list_verb{
    .name = "action list",
    .group = "authority",
    .sentence = "list the actions of a log, newest first, and how far their effects are",
    .text = "Columns are parted by tabs: the entry that committed it, who asked, the action, its "
            "object, the state of each effect (owed, started, done, failed, unknown).",
    .reads_log = true,
    .ends_unread = true,
    .options = {},
    .examples = {{"axiom action list --from d/log", "what was decided to be done"}},
    .run = list};

extern VerbRow const action_show_verb;
VerbRow const action_show_verb{.name = "action show",
                               .group = "authority",
                               .sentence = "show one action and each of its effects",
                               .text = "Exit 7 when the entry commits no action.",
                               .reads_log = true,
                               .options = {entry_option(Needed::yes)},
                               .examples = {{"axiom action show 412", "the action of entry 412"}},
                               .run = show};

extern VerbRow const action_owed_verb;
VerbRow const action_owed_verb{
    .name = "action owed",
    .group = "authority",
    .sentence = "list effects that have no outcome, as the log's state has them",
    .text = "Exit 0 when nothing is owed, 1 when something is.",
    .reads_log = true,
    .options = {},
    .examples = {{"axiom action owed --from d/log", "what the next boot has to do"}},
    .run = owed};

} // namespace axiom::cli
