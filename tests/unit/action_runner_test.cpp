// Carrying effects out, with a target that is crashed at each point.

#include <gtest/gtest.h>

#include <map>

#include <axiom/action/effect_runner.hpp>
#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;
using action::EffectKind;
using action::EffectPlace;
using action::EffectRunner;
using action::OutcomeStatus;
using action::TargetAnswer;

/// Where the power goes out. Each point comes after the ones above it.
enum class CrashAt { before_commit, after_commit, amid_effect, before_outcome, never };

/// Remembers how often each effect really happened; that survives every crash.
class ScriptedTarget final : public action::EffectTarget {
  public:
    OutcomeStatus perform(action::EffectCall const& call) noexcept override {
        newest = call.token;
        int& count = happened[call.token.prefix()];
        if (call.kind != EffectKind::repeatable || count == 0) {
            ++count;
        }
        return OutcomeStatus::done;
    }
    TargetAnswer ask(Hash256 const& token) noexcept override {
        return happened.contains(token.prefix()) ? TargetAnswer::done : TargetAnswer::not_done;
    }
    [[nodiscard]] int total() const {
        int sum = 0;
        for (auto const& [token, count] : happened) {
            sum += count;
        }
        return sum;
    }

    std::map<std::uint64_t, int> happened;
    Hash256 newest{};
};

/// One log id up to a fork, another from there on.
struct ForkedIds final : action::LogIds {
    [[nodiscard]] Hash256 at(Sequence sequence) const noexcept override {
        return test::filled_hash(sequence < fork_at ? 7 : 8);
    }

    Sequence fork_at{~std::uint64_t{0}};
};

struct Journey {
    explicit Journey(EffectKind effect_kind) : kind{effect_kind} { world.begin(); }

    [[nodiscard]] Durable<Entry> durable(Sequence at) const {
        auto const& owned = world.history.at(at.value);
        return test::durable(at, Entry{owned.header, owned.body});
    }

    Sequence write_commit() {
        action::Commit commit{.action = "send", .object = "", .effects = {}};
        commit.effects.push_back(
            {.kind = kind, .executor = "post", .parameters = {}, .content = {}});
        Sequence const at = world.shadows.next();
        EXPECT_TRUE(world.take(action::Kind::commit, commit).applied());
        return at;
    }
    Sequence write_start(EffectPlace place) {
        Sequence const at = world.shadows.next();
        EXPECT_TRUE(
            world.take(action::Kind::effect_started, action::EffectStarted{place}).applied());
        return at;
    }
    void write_outcome(EffectPlace place, OutcomeStatus status) {
        EXPECT_TRUE(world
                        .take(action::Kind::outcome, action::Outcome{.effect = place,
                                                                     .status = status,
                                                                     .inputs = {},
                                                                     .outputs = {},
                                                                     .environment = {}})
                        .applied());
    }

    OutcomeStatus perform(Sequence at) {
        return kind == EffectKind::once
                   ? runner.run_once(durable(at), durable(write_start({at, 0}))).value()
                   : runner.run(durable(at), 0).value();
    }

    /// The whole way, up to the crash.
    void run_until(CrashAt crash) {
        if (crash == CrashAt::before_commit) {
            return;
        }
        Sequence const at = write_commit();
        if (crash == CrashAt::after_commit) {
            return;
        }
        if (crash == CrashAt::amid_effect) {
            if (kind == EffectKind::once) {
                write_start({at, 0});
            }
            return;
        }
        OutcomeStatus const status = perform(at);
        if (crash == CrashAt::never) {
            write_outcome({at, 0}, status);
        }
    }

    /// What a restart does with whatever is owed.
    void recover() {
        std::vector<action::OwedEffect> owed;
        world.actions.for_each_owed([&](action::OwedEffect const& row) { owed.push_back(row); });
        for (auto const& effect : owed) {
            auto status = runner.recover(durable(effect.effect.commit), effect).value();
            write_outcome(effect.effect, status ? *status : perform(effect.effect.commit));
        }
    }

    EffectKind kind;
    test::StateWorld world;
    ScriptedTarget target;
    ForkedIds ids;
    EffectRunner runner{host::portable_engine(), ids, target};
};

TEST(effect_runner, after_a_crash_anywhere_no_effect_is_lost_and_none_happens_twice) {
    for (EffectKind const kind :
         {EffectKind::repeatable, EffectKind::queryable, EffectKind::once}) {
        for (CrashAt const crash :
             {CrashAt::before_commit, CrashAt::after_commit, CrashAt::amid_effect,
              CrashAt::before_outcome, CrashAt::never}) {
            SCOPED_TRACE(testing::Message() << int(kind) << " " << int(crash));
            Journey run{kind};
            run.run_until(crash);
            run.recover();
            run.recover(); // recovery is idempotent
            bool const committed = crash != CrashAt::before_commit;
            bool const doubtful = kind == EffectKind::once && (crash == CrashAt::amid_effect ||
                                                               crash == CrashAt::before_outcome);
            bool const lost = kind == EffectKind::once && crash == CrashAt::amid_effect;
            EXPECT_EQ(run.target.total(), committed && !lost ? 1 : 0);
            EXPECT_EQ(run.world.actions.owed(), 0U);
            EXPECT_EQ(run.world.actions.tally().unknown, doubtful ? 1U : 0U);
            EXPECT_EQ(run.world.actions.tally().done, committed && !doubtful ? 1U : 0U);
        }
    }
}

TEST(effect_runner, once_effect_is_not_run_without_its_start) {
    Journey run{EffectKind::once};
    Sequence const at = run.write_commit();
    EXPECT_EQ(run.runner.run(run.durable(at), 0).error().code, Code::effect_not_started);
    EXPECT_EQ(run.runner.run_once(run.durable(at), run.durable(at)).error().code,
              Code::effect_not_started);
    EXPECT_EQ(run.target.total(), 0);
}

TEST(effect_runner, start_of_another_effect_is_no_start) {
    Journey run{EffectKind::once};
    Sequence const first = run.write_commit();
    Sequence const second = run.write_commit();
    Sequence const started = run.write_start({first, 0});
    EXPECT_EQ(run.runner.run_once(run.durable(second), run.durable(started)).error().code,
              Code::no_such_row);
    EXPECT_EQ(run.target.total(), 0);
}

TEST(effect_runner, effect_that_the_commit_does_not_have_is_refused) {
    Journey run{EffectKind::repeatable};
    Sequence const at = run.write_commit();
    EXPECT_EQ(run.runner.run(run.durable(at), 1).error().code, Code::no_such_row);
    EXPECT_EQ(run.runner.run(run.durable(Sequence{0}), 0).error().code, Code::unknown_kind);
    EXPECT_EQ(run.target.total(), 0);
}

TEST(effect_runner, tokens_differ_by_log_sequence_and_index) {
    auto const& engine = host::portable_engine();
    auto const token = [&](std::uint8_t log, std::uint64_t sequence, std::uint16_t index) {
        return action::effect_token(engine, test::filled_hash(log), {Sequence{sequence}, index});
    };
    EXPECT_EQ(token(1, 2, 3), token(1, 2, 3));
    EXPECT_NE(token(1, 2, 3), token(2, 2, 3));
    EXPECT_NE(token(1, 2, 3), token(1, 3, 3));
    EXPECT_NE(token(1, 2, 3), token(1, 2, 4));
}

// A restored copy owes what its parent owes: the target must know it again, and must not take what
// the copy commits later for something that the parent has done.
TEST(effect_runner, an_effect_from_before_a_fork_keeps_its_token_and_later_ones_are_the_forks) {
    Journey run{EffectKind::repeatable};
    Sequence const before = run.write_commit();
    Sequence const after = run.write_commit();
    run.ids.fork_at = after;
    auto const& engine = host::portable_engine();
    ASSERT_TRUE(run.runner.run(run.durable(before), 0));
    EXPECT_EQ(run.target.newest, action::effect_token(engine, test::filled_hash(7), {before, 0}));
    ASSERT_TRUE(run.runner.run(run.durable(after), 0));
    EXPECT_EQ(run.target.newest, action::effect_token(engine, test::filled_hash(8), {after, 0}));
}

} // namespace
