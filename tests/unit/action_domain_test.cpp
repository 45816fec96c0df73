// The actions domain: which effects are owed.

#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using action::Commit;
using action::EffectKind;
using action::EffectPlace;
using action::EffectStarted;
using action::Kind;
using action::Outcome;
using action::OutcomeStatus;

struct actions_domain : test::DomainFixture {
    /// A commit of these effects; returns its sequence.
    Sequence commit(std::initializer_list<EffectKind> kinds) {
        Sequence const at = world.shadows.next();
        accepts(Kind::commit, commit_of(kinds));
        return at;
    }
    static Commit commit_of(std::initializer_list<EffectKind> kinds) {
        Commit commit{.action = "send", .object = "letter", .effects = {}};
        for (EffectKind const kind : kinds) {
            commit.effects.push_back(
                {.kind = kind, .executor = "post", .parameters = {}, .content = {}});
        }
        return commit;
    }
    static Outcome outcome(EffectPlace place, OutcomeStatus status = OutcomeStatus::done) {
        return {.effect = place, .status = status, .inputs = {}, .outputs = {}, .environment = {}};
    }
};

TEST_F(actions_domain, commit_owes_its_effects_until_their_outcomes) {
    Sequence const at = commit({EffectKind::repeatable, EffectKind::queryable});
    EXPECT_EQ(world.actions.owed(), 2U);
    accepts(Kind::outcome, outcome({at, 0}));
    EXPECT_EQ(world.actions.owed(), 1U);
    EXPECT_EQ(world.actions.find({at, 0}), nullptr);
    ASSERT_NE(world.actions.find({at, 1}), nullptr);
    EXPECT_EQ(world.actions.find({at, 1})->executor.view(), "post");
    accepts(Kind::outcome, outcome({at, 1}, OutcomeStatus::failed));
    EXPECT_EQ(world.actions.owed(), 0U);
    EXPECT_EQ(world.actions.tally().done, 1U);
    EXPECT_EQ(world.actions.tally().failed, 1U);
}

TEST_F(actions_domain, second_outcome_is_refused) {
    Sequence const at = commit({EffectKind::repeatable});
    accepts(Kind::outcome, outcome({at, 0}));
    refuses(Kind::outcome, outcome({at, 0}), Code::second_outcome);
    refuses(Kind::outcome, outcome({at, 0}, OutcomeStatus::failed), Code::second_outcome);
}

TEST_F(actions_domain, outcome_of_what_never_was_is_refused) {
    refuses(Kind::outcome, outcome({Sequence{99}, 0}), Code::no_such_row);
    Sequence const at = commit({EffectKind::repeatable});
    refuses(Kind::outcome, outcome({at, action::effects_max}), Code::no_such_row);
    refuses(Kind::outcome, outcome({Sequence{0}, 0}), Code::no_such_row);
}

TEST_F(actions_domain, once_effect_must_begin_before_it_is_done_or_unknown) {
    Sequence const at = commit({EffectKind::once, EffectKind::once});
    refuses(Kind::outcome, outcome({at, 0}), Code::effect_not_started);
    refuses(Kind::outcome, outcome({at, 0}, OutcomeStatus::unknown), Code::effect_not_started);
    accepts(Kind::effect_started, EffectStarted{{at, 0}});
    accepts(Kind::outcome, outcome({at, 0}, OutcomeStatus::unknown));
    accepts(Kind::outcome, outcome({at, 1}, OutcomeStatus::failed));
}

TEST_F(actions_domain, effect_begins_once_and_only_if_it_is_a_once_effect) {
    Sequence const at = commit({EffectKind::once, EffectKind::repeatable});
    accepts(Kind::effect_started, EffectStarted{{at, 0}});
    refuses(Kind::effect_started, EffectStarted{{at, 0}}, Code::already_exists);
    refuses(Kind::effect_started, EffectStarted{{at, 1}}, Code::not_canonical);
    refuses(Kind::effect_started, EffectStarted{{at, 2}}, Code::second_outcome);
}

TEST_F(actions_domain, commit_without_a_name_an_executor_or_room_is_refused_whole) {
    Commit unnamed = commit_of({EffectKind::once});
    unnamed.action = "";
    refuses(Kind::commit, unnamed, Code::bad_text);
    Commit nobody = commit_of({EffectKind::once});
    nobody.effects[0].executor = "";
    refuses(Kind::commit, nobody, Code::bad_text);
    for (int index = 0; index < 4; ++index) {
        commit({EffectKind::once, EffectKind::once, EffectKind::once});
    }
    refuses(Kind::commit, commit_of({EffectKind::once}), Code::table_full);
    accepts(Kind::commit, commit_of({}));
}

} // namespace
