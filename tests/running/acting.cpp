// What the policy decides: actions with effects of each kind, grants, jobs, and what it refuses.

#include <array>

#include <rapidcheck.h>

#include <services/actions/executors.hpp>
#include <services/identity/kinds.hpp>
#include <services/init/api.hpp>
#include <sim-host/platform/string_text.hpp>
#include <tests/running/objects.hpp>
#include <tests/running/step.hpp>
#include <tests/support/job_world.hpp>

namespace axiom::test::running {

namespace {

using actions::EffectState;

action::PreparedEffect effect(std::string_view executor, std::string const& parameters) {
    return {.kind = actions::find_executor(executor)->kind,
            .executor = executor,
            .parameters = bytes_of(std::string_view{parameters}),
            .content = {}};
}

bool ended_as(actions::ActionRow const& row, std::initializer_list<EffectState> states) {
    return std::ranges::equal(row.effects, states);
}

// Nothing else is told apart by its object.
std::string numbered(std::string const& what, Model const& state) {
    return what + ' ' + std::to_string(state.serial);
}

class Act final : public Step {
  public:
    explicit Act(Model const& /*state*/)
        : key_{"key" + std::to_string(*rc::gen::inRange(0, 4))},
          kinds_{*rc::gen::container<std::vector<std::uint8_t>>(
              *rc::gen::inRange<std::size_t>(1, 5), rc::gen::inRange<std::uint8_t>(0, 4))} {}

    void apply(Model& state) const override {
        for (std::size_t at = 0; at < kinds_.size(); ++at) {
            if (kinds_[at] % 4 == 0) {
                state.board[key_] = numbered("value", state) + '.' + std::to_string(at);
            }
        }
        ++state.serial;
    }
    void run(Model const& state, World& world) const override {
        std::string const object = numbered("lamp", state);
        std::vector<std::string> words;
        for (std::size_t at = 0; at < kinds_.size(); ++at) {
            std::string const place = '.' + std::to_string(at);
            std::array const said{key_ + '=' + numbered("value", state) + place,
                                  numbered("note", state) + place, numbered("line", state) + place,
                                  std::string{"no value at all"}};
            words.push_back(said[kinds_[at] % 4]);
        }
        constexpr std::array executors{"board.put", "board.post", "console.print", "board.put"};
        action::Commit commit{.action = "set", .object = object, .effects = {}};
        for (std::size_t at = 0; at < kinds_.size(); ++at) {
            commit.effects.push_back(effect(executors[kinds_[at] % 4], words[at]));
        }
        auto const row = world.await_effects(world.act(commit));
        RC_ASSERT(row.effects.size() == kinds_.size());
        for (std::size_t at = 0; at < kinds_.size(); ++at) {
            bool const is_none = kinds_[at] % 4 == 3;
            RC_ASSERT(row.effects[at] == (is_none ? EffectState::failed : EffectState::done));
        }
    }
    [[nodiscard]] std::string name() const override { return "act"; }
    [[nodiscard]] std::string object() const override {
        std::string text = key_;
        for (std::uint8_t const kind : kinds_) {
            constexpr std::array words{" put", " post", " print", " none"};
            text += words[kind % 4];
        }
        return text;
    }

  private:
    std::string key_;
    std::vector<std::uint8_t> kinds_;
};

// What can be seen in use more often than others.
Favour any_favour() {
    Favour const drawn = *rc::gen::weightedOneOf<Favour>(
        {{1, rc::gen::just(Favour{"console", "calculator"})},
         {1, rc::gen::pair(
                 rc::gen::elementOf(std::vector<std::string>{whoms.begin(), whoms.end()}),
                 rc::gen::elementOf(std::vector<std::string>{whats.begin(), whats.end()}))}});
    RC_PRE(drawn.first != drawn.second);
    return drawn;
}

// Grants and revokes, those that init has to refuse too.
class ChangeFavour final : public Step {
  public:
    explicit ChangeFavour(Model const& state)
        : favour_{any_favour()}, grants_{*rc::gen::weightedElement<bool>(
                                     {{state.favours.contains(favour_) ? 1U : 4U, true},
                                      {state.favours.contains(favour_) ? 3U : 1U, false}})} {}

    void apply(Model& state) const override {
        if (grants_ && state.runs(favour_.first)) {
            state.favours.insert(favour_);
        } else if (!grants_) {
            state.favours.erase(favour_);
        }
    }
    void run(Model const& state, World& world) const override {
        bool const has_it = state.favours.contains(favour_);
        bool const is_done = grants_ ? state.runs(favour_.first) && !has_it : has_it;
        std::string const object = favour_.second + (grants_ ? " to " : " from ") + favour_.first;
        action::Commit commit{
            .action = grants_ ? "grant" : "revoke", .object = object, .effects = {}};
        commit.effects.push_back(
            effect(grants_ ? actions::grant_executor : actions::revoke_executor, {}));
        auto const row = world.await_effects(world.act(commit));
        RC_ASSERT(ended_as(row, {is_done ? EffectState::done : EffectState::failed}));
    }
    [[nodiscard]] std::string name() const override { return grants_ ? "grant" : "revoke"; }
    [[nodiscard]] std::string object() const override {
        return favour_.first + ' ' + favour_.second;
    }

  private:
    Favour favour_;
    bool grants_;
};

// Terminals may act; nobody may be let at the log's medium, and identities are not theirs to make.
class Denied final : public Step {
  public:
    explicit Denied(Model const& /*state*/) : asks_identity_{*rc::gen::arbitrary<bool>()} {}

    void run(Model const& /*state*/, World& world) const override {
        auto answered = ask(world);
        for (int times = 0; times < 10 && !answered; ++times) {
            RC_ASSERT(answered.error().code == Code::unanswered); // of a busy machine
            world.settle();
            answered = ask(world);
        }
        RC_ASSERT(answered);
        RC_ASSERT(answered->verdict ==
                  (asks_identity_ ? engine::Verdict::not_permitted : engine::Verdict::forbidden));
        RC_ASSERT(answered->sequence == 0U);
        RC_ASSERT(!answered->explanation.empty());
    }
    [[nodiscard]] std::string name() const override {
        return asks_identity_ ? "not_permitted" : "forbidden";
    }

  private:
    [[nodiscard]] Result<Answered> ask(World& world) const {
        return asks_identity_ ? identity(world) : storage(world);
    }
    static Result<Answered> storage(World& world) {
        action::Commit commit{.action = "grant", .object = "storage to console", .effects = {}};
        commit.effects.push_back(effect(actions::grant_executor, {}));
        return world.propose(commit);
    }
    static Result<Answered> identity(World& world) {
        std::array<std::byte, 256> room{};
        auto const content =
            encode_whole(MutableBytes{room}, identity::Add{.principal = PrincipalId{77},
                                                           .parent = PrincipalId{1},
                                                           .key = {},
                                                           .label = "nobody"});
        RC_ASSERT(content);
        return world.propose(DomainNumber::identity,
                             static_cast<std::uint16_t>(identity::Kind::add), *content);
    }
    bool asks_identity_;
};

// ── jobs ───────────────────────────────────────────────────────────────────────────────────────

class SubmitJob final : public Step {
  public:
    explicit SubmitJob(Model const& /*state*/)
        : number_{*rc::gen::inRange<std::size_t>(0, 12)}, ends_{*rc::gen::arbitrary<bool>()},
          whom_{*rc::gen::weightedElement<std::string>(
              {{3, ""}, {1, "worker"}, {1, "jobs"}, {1, "actions"}, {1, "objects"}})} {}

    void checkPreconditions(Model const& state) const override {
        RC_PRE((whom_.empty() || state.may_end(whom_)));
    }
    void apply(Model& state) const override {
        state.objects.insert(number_);
        if (!whom_.empty()) {
            state.process_ends(whom_);
        }
        ++state.serial;
    }
    void run(Model const& /*state*/, World& world) const override {
        auto const file = (ends_ ? copying_job() : endless_job()).file();
        auto const program = put_object(world, std::string{text_of(Bytes{file})});
        auto const input = put_object(world, content_of(number_));
        std::string const words = host::hex_text(program.id) + ' ' + host::hex_text(input.id) +
                                  " 30000000 1000000 1000000 65536";
        std::string const object = host::hex_text(program.id);
        action::Commit commit{.action = "job", .object = object, .effects = {}};
        commit.effects.push_back(effect(actions::job_executor, words));
        std::uint64_t const entry = world.act(commit);
        end_somebody(world);
        auto const row = world.await_effects(entry);
        if (!ends_) {
            RC_ASSERT(ended_as(row, {EffectState::failed})); // it is out of fuel
            return;
        }
        RC_ASSERT(ended_as(row, {EffectState::done}));
        RC_ASSERT(row.output == input.id);
        auto const got = get_object(world, row.output);
        RC_ASSERT(got);
        RC_ASSERT(*got == content_of(number_));
    }
    [[nodiscard]] std::string name() const override { return "submit_job"; }
    [[nodiscard]] std::string object() const override {
        return (ends_ ? "that copies content " : "without an end on content ") +
               std::to_string(number_) + (whom_.empty() ? "" : ", amid which ends " + whom_);
    }

  private:
    void end_somebody(World& world) const {
        if (!whom_.empty()) {
            std::uint64_t const process = world.process_of(whom_);
            RC_ASSERT(world.ask("init", init::KillProcess{.number = process}));
            world.settle(whom_, process);
        }
    }
    std::size_t number_;
    bool ends_;
    std::string whom_;
};

} // namespace

std::span<Factory const> acting() {
    static constexpr std::array factories{
        made<Act>,          made<Act>,    made<ChangeFavour>, made<ChangeFavour>,
        made<ChangeFavour>, made<Denied>, made<SubmitJob>};
    return factories;
}

} // namespace axiom::test::running
