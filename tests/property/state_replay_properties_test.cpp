// All domains at once: replay is pure, a snapshot stands for the replay before it, and what is
// owed, on trial or rejected is what a plain model says.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <tests/support/reached.hpp>
#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;
using test::StateWorld;

using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint16_t>;

/// What the domains must come to, kept the simple way.
struct Model {
    std::map<std::uint64_t, std::uint64_t> last_line; // by producer
    std::set<std::pair<std::uint64_t, int>> owed;
    std::uint64_t done{};
    std::uint64_t rejected{}; // of records and actions
    std::uint64_t now{};
    std::optional<std::uint64_t> trial_ends;
    std::uint64_t reverts{};
};

void take_line(StateWorld& world, Model& model, std::uint64_t producer, std::uint64_t number) {
    auto const stream = model.last_line.find(producer);
    bool const sound = stream != model.last_line.end() && number > stream->second;
    RC_ASSERT(world.take(test::line_entry(ProducerId{producer}, number)).applied() == sound);
    test::reached({"line", sound ? "applied" : "rejected"});
    if (sound) {
        stream->second = number;
    }
    model.rejected += sound ? 0 : 1;
}

void take_stream(StateWorld& world, Model& model, std::uint64_t producer) {
    bool const sound = !model.last_line.contains(producer) &&
                       model.last_line.size() < test::world_capacities.streams;
    auto const outcome =
        world.take(records::Kind::stream, records::Stream{ProducerId{producer}, "s", ""});
    RC_ASSERT(outcome.applied() == sound);
    test::reached({"stream", sound ? "applied" : "rejected"});
    if (sound) {
        model.last_line[producer] = 0;
    }
    model.rejected += sound ? 0 : 1;
}

void take_commit(StateWorld& world, Model& model, std::size_t effects) {
    action::Commit commit{.action = "act", .object = "", .effects = {}};
    for (std::size_t index = 0; index < effects; ++index) {
        commit.effects.push_back({.kind = action::EffectKind::repeatable,
                                  .executor = "post",
                                  .parameters = {},
                                  .content = {}});
    }
    std::uint64_t const at = world.shadows.next().value;
    bool const sound = model.owed.size() + effects <= test::world_capacities.effects;
    RC_ASSERT(world.take(action::Kind::commit, commit).applied() == sound);
    test::reached({"commit", sound ? "applied" : "rejected"});
    for (std::size_t index = 0; sound && index < effects; ++index) {
        model.owed.insert({at, static_cast<int>(index)});
    }
    model.rejected += sound ? 0 : 1;
}

void take_outcome(StateWorld& world, Model& model, std::uint64_t commit, int index) {
    action::Outcome const body{.effect = {Sequence{commit}, static_cast<std::uint16_t>(index)},
                               .status = action::OutcomeStatus::done,
                               .inputs = {},
                               .outputs = {},
                               .environment = {}};
    bool const sound = model.owed.erase({commit, index}) == 1;
    RC_ASSERT(world.take(action::Kind::outcome, body).applied() == sound);
    test::reached({"outcome", sound ? "applied" : "rejected"});
    (sound ? model.done : model.rejected) += 1;
}

void take_policy(StateWorld& world, Model& model, std::uint64_t principal) {
    auto const canonical = test::founding_policy_of(PrincipalId{principal + 1});
    auto const outcome = world.take(policy::Kind::install, policy::Install{2000, canonical});
    RC_ASSERT(outcome.applied() == !model.trial_ends.has_value());
    test::reached({"install", outcome.applied() ? "applied" : "rejected"});
    if (outcome.applied()) {
        model.trial_ends = model.now + 2000;
    }
}

void take_confirm(StateWorld& world, Model& model) {
    auto const outcome =
        world.take(policy::Kind::confirm, policy::Confirm{world.policy.active().version});
    RC_ASSERT(outcome.applied() == model.trial_ends.has_value());
    test::reached({"confirm", outcome.applied() ? "applied" : "rejected"});
    model.trial_ends.reset();
}

void take_tick(StateWorld& world, Model& model, std::uint64_t passed) {
    model.now += passed;
    world.take(LogKind::tick, Tick{.now = LogTime{model.now}});
    if (model.trial_ends && *model.trial_ends <= model.now) {
        test::reached({"tick", "reverts a policy"});
        model.trial_ends.reset();
        ++model.reverts;
    }
}

void take_identity(StateWorld& world, std::uint8_t what, std::uint64_t id) {
    std::string const name(1 + id % 9, 'n');
    PrincipalId const principal{id % 9 + 1};
    switch (what % 4) {
    case 0:
        world.take(identity::Kind::add,
                   identity::Add{principal, test::world_creator, test::filled_hash(3), name});
        break;
    case 1:
        world.take(identity::Kind::disable, identity::Disable{principal});
        break;
    case 2:
        world.take(identity::Kind::role_add, identity::RoleAdd{principal, name});
        break;
    default:
        world.take(identity::Kind::role_remove, identity::RoleRemove{principal, name});
        break;
    }
}

void take_step(StateWorld& world, Model& model, Step const& step) {
    auto const& [what, where, number] = step;
    switch (what % 8) {
    case 0:
        return take_stream(world, model, where % 6 + 1);
    case 1:
        return take_line(world, model, where % 6 + 1, number % 64 + 1);
    case 2:
        return take_commit(world, model, where % (action::effects_max + 1));
    case 3: {
        // Mostly an effect that is owed, sometimes one that was.
        bool const known = !model.owed.empty() && where % 4 != 0;
        auto const [commit, index] =
            known ? *std::next(model.owed.begin(),
                               static_cast<std::ptrdiff_t>(number % model.owed.size()))
                  : std::pair<std::uint64_t, int>{number % world.shadows.next().value, where % 9};
        return take_outcome(world, model, commit, index);
    }
    case 4:
        return where % 2 == 0 ? take_policy(world, model, number % 3) : take_confirm(world, model);
    case 5:
        return take_tick(world, model, number % 1500);
    case 6:
        return take_identity(world, where, number);
    default:
        world.take(LogKind::mark, Mark{"m", Sequence{number}});
        return;
    }
}

void run(StateWorld& world, Model& model, std::vector<Step> const& steps) {
    world.begin();
    for (Step const& step : steps) {
        take_step(world, model, step);
    }
}

void replay(StateWorld& world, std::vector<test::OwnedEntry> const& history, std::size_t from) {
    for (std::size_t index = from; index < history.size(); ++index) {
        RC_ASSERT(world.shadows.apply(history[index].ordered()).has_value());
    }
}

RC_GTEST_PROP(domains, come_to_what_a_plain_model_says, (std::vector<Step> const& steps)) {
    test::must_reach({{"line", "applied"},
                      {"line", "rejected"},
                      {"stream", "applied"},
                      {"stream", "rejected"},
                      {"commit", "applied"},
                      {"commit", "rejected"},
                      {"outcome", "applied"},
                      {"outcome", "rejected"},
                      {"install", "applied"},
                      {"install", "rejected"},
                      {"confirm", "applied"},
                      {"confirm", "rejected"},
                      {"tick", "reverts a policy"}});
    StateWorld world;
    Model model;
    run(world, model, steps);
    RC_ASSERT(world.actions.owed() == model.owed.size());
    for (auto const& [commit, index] : model.owed) {
        RC_ASSERT(world.actions.find({Sequence{commit}, static_cast<std::uint16_t>(index)}) !=
                  nullptr);
    }
    RC_ASSERT(world.actions.tally().done == model.done);
    RC_ASSERT(world.shadows.standing(DomainNumber::records)->rejected +
                  world.shadows.standing(DomainNumber::actions)->rejected ==
              model.rejected);
    RC_ASSERT(world.policy.standing().reverts == model.reverts);
    RC_ASSERT(world.policy.deadline().has_value() == model.trial_ends.has_value());
    for (auto const& [producer, line] : model.last_line) {
        RC_ASSERT(world.records.find(ProducerId{producer})->last_line == line);
    }
}

RC_GTEST_PROP(domains, replay_to_the_same_state_with_every_engine_and_however_often_asked,
              (std::vector<Step> const& steps)) {
    StateWorld world;
    Model model;
    run(world, model, steps);
    for (HashEngine const& engine : host::hash_engines()) {
        StateWorld again{test::world_capacities, engine};
        for (auto const& entry : world.history) {
            RC_ASSERT(again.shadows.apply(entry.ordered()).has_value());
            if (entry.header.sequence.value % 3 == 0) {
                RC_ASSERT(again.shadows.state_hash().has_value());
            }
        }
        RC_ASSERT(again.state_hash() == world.state_hash());
    }
}

RC_GTEST_PROP(domains, from_a_snapshot_come_to_the_state_that_they_come_to_from_genesis,
              (std::vector<Step> const& before, std::vector<Step> const& after)) {
    StateWorld world;
    Model model;
    run(world, model, before);
    auto const bytes = world.snapshot();
    std::size_t const taken = world.history.size();
    for (Step const& step : after) {
        take_step(world, model, step);
    }
    StateWorld restored;
    RC_ASSERT(restored.load(bytes).has_value());
    RC_ASSERT(restored.snapshot() == bytes);
    replay(restored, world.history, taken);
    RC_ASSERT(restored.state_hash() == world.state_hash());
}

} // namespace
