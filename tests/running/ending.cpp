// What ends and begins again: services, at rest and amid effects, and the whole machine.

#include <array>
#include <thread>

#include <rapidcheck.h>

#include <services/actions/executors.hpp>
#include <services/board/api.hpp>
#include <services/init/api.hpp>
#include <tests/running/step.hpp>

namespace axiom::test::running {

namespace {

std::vector<std::string> const& services() {
    static std::vector<std::string> const all{
        "storage", "syslog", "axiomd", "time",    "policy",     "board",  "object-storage",
        "objects", "worker", "jobs",   "actions", "calculator", "attach", "console"};
    return all;
}

// As if it had failed. Whoever keeps the line may be gone before it has answered.
void kill_service(World& world, std::string const& service) {
    std::uint64_t const process = world.process_of(service);
    auto const killed = world.ask("init", init::KillProcess{.number = process});
    RC_ASSERT((killed || killed.error().code == Code::unanswered));
    world.settle(service, process);
}

class KillService final : public Step {
  public:
    explicit KillService(Model const& state) : service_{any_of(services())} {
        if (!state.favours.empty() && *rc::gen::arbitrary<bool>()) {
            service_ = state.favours.begin()->first; // who has something to lose
        }
    }

    void checkPreconditions(Model const& state) const override { RC_PRE(state.may_end(service_)); }
    void apply(Model& state) const override { state.process_ends(service_); }
    void run(Model const& /*state*/, World& world) const override { kill_service(world, service_); }
    [[nodiscard]] std::string name() const override { return "kill_service"; }
    [[nodiscard]] std::string object() const override { return service_; }

  private:
    std::string service_;
};

class RestartService final : public Step {
  public:
    explicit RestartService(Model const& /*state*/) : service_{any_of(services())} {}

    void checkPreconditions(Model const& state) const override { RC_PRE(state.may_end(service_)); }
    void apply(Model& state) const override { state.process_ends(service_); }
    void run(Model const& /*state*/, World& world) const override {
        std::uint64_t const process = world.process_of(service_);
        auto const asked = world.ask("init", init::RestartService{.name = init::Name{service_}});
        RC_ASSERT((asked || asked.error().code == Code::unanswered));
        world.settle(service_, process);
    }
    [[nodiscard]] std::string name() const override { return "restart_service"; }
    [[nodiscard]] std::string object() const override { return service_; }

  private:
    std::string service_;
};

// Of those that nobody else waits for; the log's own may not be stopped.
class StopService final : public Step {
  public:
    explicit StopService(Model const& /*state*/)
        : service_{any_of(std::vector<std::string>{"calculator", "time", "axiomd", "storage"})} {}

    void apply(Model& state) const override {
        if (may_be_stopped()) {
            state.process_ends(service_);
            state.stopped.insert(service_);
        }
    }
    void run(Model const& /*state*/, World& world) const override {
        auto const asked = world.ask("init", init::StopService{.name = init::Name{service_}});
        RC_ASSERT(asked.has_value() == may_be_stopped());
        RC_ASSERT((asked || asked.error().code == Code::not_permitted));
    }
    [[nodiscard]] std::string name() const override { return "stop_service"; }
    [[nodiscard]] std::string object() const override { return service_; }

  private:
    [[nodiscard]] bool may_be_stopped() const {
        return service_ == "calculator" || service_ == "time";
    }
    std::string service_;
};

class StartService final : public Step {
  public:
    explicit StartService(Model const& state)
        : service_{*rc::gen::weightedOneOf<std::string>(
              {{1, rc::gen::just(std::string{"board"})},
               {4, rc::gen::just(state.stopped.empty() ? "time" : *state.stopped.begin())}})} {}

    void apply(Model& state) const override { state.stopped.erase(service_); }
    void run(Model const& state, World& world) const override {
        auto const asked = world.ask("init", init::StartService{.name = init::Name{service_}});
        RC_ASSERT(asked.has_value() == !state.runs(service_));
        RC_ASSERT((asked || asked.error().code == Code::already_exists));
        world.settle();
    }
    [[nodiscard]] std::string name() const override { return "start_service"; }
    [[nodiscard]] std::string object() const override { return service_; }

  private:
    std::string service_;
};

// An action with an effect of each kind, and somebody who ends while it is committed or carried
// out: the machine, if nobody is named.
class ActAndKill final : public Step {
  public:
    explicit ActAndKill(Model const& /*state*/)
        : whom_{*rc::gen::weightedOneOf<std::string>({{3, rc::gen::just(std::string{"actions"})},
                                                      {2, rc::gen::just(std::string{"board"})},
                                                      {2, rc::gen::just(std::string{})},
                                                      {3, rc::gen::elementOf(services())}})},
          is_acknowledged_{*rc::gen::arbitrary<bool>()}, after_ms_{*rc::gen::inRange(0, 12)} {}

    void checkPreconditions(Model const& state) const override {
        RC_PRE((whom_.empty() || state.may_end(whom_)));
    }
    void apply(Model& state) const override {
        if (whom_.empty()) {
            state.machine_ends();
        } else {
            state.process_ends(whom_);
        }
        ++state.serial;
    }
    void run(Model const& state, World& world) const override {
        std::string const number = std::to_string(state.serial);
        std::string const object = "lamp amid " + number;
        std::string const put = "amid" + number + "=value " + number;
        std::string const note = "note amid " + number + ';';
        std::string const line = "line amid " + number + ';';
        action::Commit commit{.action = "set", .object = object, .effects = {}};
        for (auto const& [executor, words] :
             {std::pair{"board.put", &put}, {"board.post", &note}, {"console.print", &line}}) {
            commit.effects.push_back({.kind = actions::find_executor(executor)->kind,
                                      .executor = executor,
                                      .parameters = bytes_of(std::string_view{*words}),
                                      .content = {}});
        }
        if (is_acknowledged_) {
            static_cast<void>(world.act(commit));
            pause_and_end(world);
        } else {
            propose_meanwhile(world, commit);
        }
        world.await_nothing_owed();
        auto const there = world.read("board", board::Get{.key = "amid" + number});
        RC_ASSERT((there || !is_acknowledged_));
        RC_ASSERT((!there || there->value == "value " + number));
    }
    [[nodiscard]] std::string name() const override { return "act_and_kill"; }
    [[nodiscard]] std::string object() const override {
        return (whom_.empty() ? "the machine" : whom_) +
               (is_acknowledged_ ? " once committed, after " : " meanwhile, after ") +
               std::to_string(after_ms_) + " ms";
    }

  private:
    void pause_and_end(World& world) const {
        if (whom_.empty()) {
            std::this_thread::sleep_for(std::chrono::milliseconds{after_ms_});
            world.kill();
            world.start();
            return;
        }
        std::uint64_t const process = world.process_of(whom_);
        std::this_thread::sleep_for(std::chrono::milliseconds{after_ms_});
        auto const killed = world.ask("init", init::KillProcess{.number = process});
        RC_ASSERT((killed || killed.error().code == Code::unanswered));
        world.settle(whom_, process);
    }

    // What is answered all the same must be in the log.
    void propose_meanwhile(World& world, action::Commit const& commit) const {
        std::uint64_t entry = 0;
        {
            auto const link = world.another_link();
            std::jthread const proposer{[&] {
                MessageBytes held;
                std::array<std::byte, engine::content_bytes_max> room{};
                auto const content = encode_whole(MutableBytes{room}, commit);
                auto const decided = terminal::ask(
                    *link, "policy",
                    engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                                    .kind = static_cast<std::uint16_t>(action::Kind::commit),
                                    .cause = 0,
                                    .reason = "a property asks",
                                    .content = *content},
                    held);
                entry = decided ? decided->sequence : 0;
            }};
            pause_and_end(world);
        }
        if (entry != 0) {
            world.note_action(entry, std::string{commit.object});
        }
    }

    std::string whom_;
    bool is_acknowledged_;
    int after_ms_;
};

class RestartMachine final : public Step {
  public:
    explicit RestartMachine(Model const& /*state*/) : in_order_{*rc::gen::arbitrary<bool>()} {}

    void apply(Model& state) const override { state.machine_ends(); }
    void run(Model const& state, World& world) const override {
        world.note_standing();
        in_order_ ? world.end_in_order() : world.kill();
        world.start();
        Model after = state;
        after.machine_ends();
        look_at_all(after, world);
    }
    [[nodiscard]] std::string name() const override {
        return in_order_ ? "restart_machine" : "kill_machine";
    }

  private:
    bool in_order_;
};

} // namespace

std::span<Factory const> ending() {
    static constexpr std::array factories{
        made<KillService>,  made<KillService>, made<RestartService>, made<StopService>,
        made<StartService>, made<ActAndKill>,  made<ActAndKill>,     made<RestartMachine>};
    return factories;
}

} // namespace axiom::test::running
