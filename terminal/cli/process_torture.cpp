#include <terminal/cli/process_torture.hpp>

#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include <services/actions/api.hpp>
#include <services/actions/executors.hpp>
#include <services/axiomd/api.hpp>
#include <services/init/api.hpp>
#include <services/policy/api.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/verdict_text.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;

constexpr std::uint64_t runs_in_a_folder = 10;
constexpr std::uint64_t longest_life_us = 250'000; // some five times what a start takes
constexpr int ended_in_order = 0;                  // sim-host's exit status
constexpr int lost_first_process = 70;
constexpr std::chrono::seconds services_back_within{20};
constexpr std::chrono::seconds nothing_owed_within{60};

using host::Acknowledged;

// Nothing, or the entry in which it stands, durable.
std::uint64_t commit(host::AttachLink& link, action::Commit const& action) {
    std::array<std::byte, engine::content_bytes_max> room{};
    auto const content = value_or_stop(encode_whole(MutableBytes{room}, action));
    MessageBytes held;
    auto const decided =
        ask(link, "policy",
            engine::Propose{.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                            .kind = static_cast<std::uint16_t>(action::Kind::commit),
                            .cause = 0,
                            .reason = "torture",
                            .content = content},
            held);
    return decided ? decided->sequence : 0;
}

// Somebody who has the system write, act and begin again, and notes what it says is durable.
class Load {
  public:
    Load(fs::path data, Acknowledged& acknowledged, std::atomic<std::uint64_t>& acted)
        : data_{std::move(data)}, acknowledged_{&acknowledged}, acted_{&acted},
          thread_{[this] { work(); }} {}
    Load(Load const&) = delete;
    Load& operator=(Load const&) = delete;
    ~Load() {
        ends_ = true;
        thread_.join();
    }

  private:
    void work() {
        while (!ends_) {
            if (auto const link = host::AttachLink::open(data_)) {
                while (!ends_ && !(*link)->is_broken()) {
                    work_at(**link);
                }
            } else {
                std::this_thread::sleep_for(std::chrono::milliseconds{2});
            }
        }
    }

    // A refusal is what a service that has just ended says, and no acknowledgement.
    void work_at(host::AttachLink& link) {
        MessageBytes held;
        if (auto const standing = ask(link, "axiomd", axiomd::AskStanding{}, held)) {
            acknowledged_->heads.insert_or_assign(standing->next, standing->head);
        }
        if (auto const state = ask(link, "axiomd", axiomd::AskState{}, held)) {
            acknowledged_->states.insert_or_assign(state->next, state->hash);
        }
        static_cast<void>(
            ask(link, "init", init::RestartService{.name = init::Name{"time"}}, held));
        act(link);
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }

    // With an effect of each kind.
    void act(host::AttachLink& link) {
        std::string const number = std::to_string(++*acted_);
        std::string const object = "lamp " + number;
        std::string const put = "lamp=on " + number;
        std::string const note = "note " + number + ';';
        std::string const line = "line " + number + ';';
        action::Commit action{.action = "light", .object = object, .effects = {}};
        for (auto const& [executor, words] :
             {std::pair{"board.put", &put}, {"board.post", &note}, {"console.print", &line}}) {
            action.effects.push_back({.kind = actions::find_executor(executor)->kind,
                                      .executor = executor,
                                      .parameters = bytes_of(std::string_view{*words}),
                                      .content = {}});
        }
        if (std::uint64_t const entry = commit(link, action); entry != 0) {
            acknowledged_->actions.insert_or_assign(entry, object);
        }
    }

    fs::path data_;
    Acknowledged* acknowledged_;
    std::atomic<std::uint64_t>* acted_;
    std::atomic<bool> ends_{};
    std::thread thread_;
};

} // namespace

ProcessTorture::ProcessTorture(fs::path place, std::uint64_t seed)
    : place_{std::move(place)}, random_{seed} {}

fs::path ProcessTorture::data() const {
    return place_ / ("system-" + std::to_string(folder_));
}

void ProcessTorture::begin_anew() {
    std::error_code ignored;
    if (counts_.violations.empty()) { // else it is evidence
        fs::remove_all(data(), ignored);
    }
    ++folder_;
    runs_in_folder_ = 0;
    acknowledged_ = {};
    kernel_was_killed_ = false;
}

std::unique_ptr<host::HostedSystem> ProcessTorture::start() {
    return value_or_stop(host::HostedSystem::start(
        host::programs_folder() / "sim-host",
        {"--data", data().string(), "--key", (place_ / "key").string()}, place_ / "sim-host.log"));
}

void ProcessTorture::finish() {
    if (counts_.violations.empty() && runs_in_folder_ != 0) {
        settle();
    }
}

// Whoever carries effects out has seen all that was committed before the last action.
void ProcessTorture::settle() {
    {
        auto const system = start();
        auto const until = std::chrono::steady_clock::now() + nothing_owed_within;
        bool is_settled = false;
        while (!is_settled && std::chrono::steady_clock::now() < until) {
            auto const link = value_or_stop(system->attach(data()));
            MessageBytes held;
            std::uint64_t const fence =
                commit(*link, {.action = "fence", .object = "all before", .effects = {}});
            auto const seen =
                fence != 0 ? ask(*link, "actions", actions::AwaitAction{.commit = fence}, held)
                           : fail(Code::unanswered);
            auto const owed =
                seen ? ask(*link, "actions", actions::ListOwed{}, held) : fail(Code::unanswered);
            is_settled = owed && owed->total == 0;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        if (!is_settled) {
            violated("effects are owed still: " + system->last_words());
        }
        system->press_power_button();
        if (system->wait_for_end() != ended_in_order) {
            violated("the system did not end as it should: " + system->last_words());
        }
    }
    look_at_log(End::settled);
}

// The evidence stays as it was: the next run begins with a new folder.
void ProcessTorture::violated(std::string what) {
    runs_in_folder_ = runs_in_a_folder;
    counts_.violations.push_back("run " + std::to_string(counts_.runs) + ", " +
                                 data().filename().string() + ": " + std::move(what));
}

void ProcessTorture::run_once() {
    if (runs_in_folder_ == runs_in_a_folder) {
        finish();
        begin_anew();
    }
    ++runs_in_folder_;
    ++counts_.runs;
    fs::create_directories(data());
    bool const whole_machine = random_() % 2 == 0;
    bool ends_in_order = false;
    microseconds const life{random_() % longest_life_us};
    {
        auto const started = start();
        host::HostedSystem& system = *started;
        Load const load{data(), acknowledged_, acted_};
        if (whole_machine) {
            std::this_thread::sleep_for(life);
            system.kill();
            ++counts_.kernels_killed;
            kernel_was_killed_ = true;
        } else {
            static_cast<void>(value_or_stop(system.attach(data())));
            std::this_thread::sleep_for(life);
            ends_in_order = kill_a_process(system);
            if (ends_in_order) {
                look_for_services();
                system.press_power_button();
            }
            if (system.wait_for_end() != (ends_in_order ? ended_in_order : lost_first_process)) {
                violated("the system did not end as it should: " + system.last_words());
            }
            counts_.ended_in_order += ends_in_order ? 1 : 0;
        }
    }
    look_at_log(ends_in_order ? End::in_order : End::killed);
}

bool ProcessTorture::kill_a_process(host::HostedSystem& system) {
    auto const children = system.children();
    if (children.empty()) {
        violated("no service runs");
        return true;
    }
    pid_t const victim = children[random_() % children.size()];
    std::string name;
    std::getline(std::ifstream{fs::path{"/proc"} / std::to_string(victim) / "comm"}, name);
    bool const is_init = name == "service_init";
    ::kill(victim, SIGKILL);
    ++(is_init ? counts_.inits_killed : counts_.services_killed);
    return !is_init;
}

// All of them run again, whoever was killed.
void ProcessTorture::look_for_services() {
    auto const until = std::chrono::steady_clock::now() + services_back_within;
    std::string missing = "nobody can attach";
    while (std::chrono::steady_clock::now() < until) {
        MessageBytes held;
        auto const link = host::AttachLink::open(data());
        auto const all =
            link ? ask(**link, "init", init::ListServices{}, held) : fail(Code::unanswered);
        if (all) {
            missing.clear();
            for (init::ServiceStatus const& each : all->services) {
                bool const load_restarts_it = each.name.view() == "time";
                if (each.state != init::ServiceState::runs && !load_restarts_it) {
                    missing += std::string{each.name.view()} + " is not back; ";
                }
            }
            if (missing.empty()) {
                return;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    violated(missing);
}

void ProcessTorture::look_at_log(End end) {
    bool const is_sealed = end != End::killed;
    HashEngine const& engine = host::fastest_engine();
    auto opened = host::OpenedLog::open((data() / "log").string(), engine);
    if (!opened) {
        if (acknowledged_.size() != 0 || is_sealed) {
            violated("the log cannot be opened: " + opened.error().text);
        }
        return; // it was killed before there was one
    }
    host::OpenedLog& log = **opened;
    counts_.acknowledged += acknowledged_.size();
    auto const verdict =
        host::verify(log.store(), {.engine = &engine,
                                   .signatures = &host::signature_engine(),
                                   .jobs = std::max(1U, std::thread::hardware_concurrency())});
    Exit const said = exit_of(verdict);
    if (said != Exit::success && (is_sealed || said != Exit::incomplete)) {
        violated("axiom verify would end with " + std::to_string(static_cast<int>(said)));
    }
    for (std::string const& missing : host::missing_in(log, acknowledged_)) {
        violated(missing);
    }
    counts_.entries += log.end().value;
    look_at_effects(log, end);
}

void ProcessTorture::look_at_effects(host::OpenedLog& log, End end) {
    host::EffectsLeft const left = host::effects_left(log, {.board = data() / "board",
                                                            .said = place_ / "sim-host.log",
                                                            .all_was_said = !kernel_was_killed_,
                                                            .all_is_done = end == End::settled});
    for (std::string const& violation : left.violations) {
        violated(violation);
    }
    if (end == End::settled) {
        counts_.effects += left.effects;
        counts_.done += left.done;
        counts_.unknown += left.unknown;
    }
}

} // namespace axiom::cli
