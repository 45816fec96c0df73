#include <terminal/cli/process_torture.hpp>

#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include <services/axiomd/api.hpp>
#include <services/init/api.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/replay/replayer.hpp>
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

// Somebody who has the system write, and notes what it says is durable.
class Load {
  public:
    Load(fs::path data, Acknowledged& acknowledged)
        : data_{std::move(data)}, acknowledged_{&acknowledged}, thread_{[this] { work(); }} {}
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
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }

    fs::path data_;
    Acknowledged* acknowledged_;
    std::atomic<bool> ends_{};
    std::thread thread_;
};

std::string at(std::uint64_t entry) {
    return " at entry " + std::to_string(entry);
}

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
}

// The evidence stays as it was: the next run begins with a new folder.
void ProcessTorture::violated(std::string what) {
    runs_in_folder_ = runs_in_a_folder;
    counts_.violations.push_back("run " + std::to_string(counts_.runs) + ", " +
                                 data().filename().string() + ": " + std::move(what));
}

void ProcessTorture::run_once() {
    if (runs_in_folder_++ == runs_in_a_folder) {
        begin_anew();
    }
    ++counts_.runs;
    fs::create_directories(data());
    bool const whole_machine = random_() % 2 == 0;
    bool ends_in_order = false;
    microseconds const life{random_() % longest_life_us};
    {
        auto const started = value_or_stop(host::HostedSystem::start(
            host::programs_folder() / "sim-host",
            {"--data", data().string(), "--key", (place_ / "key").string()},
            place_ / "sim-host.log"));
        host::HostedSystem& system = *started;
        Load const load{data(), acknowledged_};
        if (whole_machine) {
            std::this_thread::sleep_for(life);
            system.kill();
            ++counts_.kernels_killed;
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
    look_at_log(ends_in_order);
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

void ProcessTorture::look_at_log(bool is_sealed) {
    HashEngine const& engine = host::fastest_engine();
    auto opened = host::OpenedLog::open((data() / "log").string(), engine);
    if (!opened) {
        if (!acknowledged_.heads.empty() || is_sealed) {
            violated("the log cannot be opened: " + opened.error().text);
        }
        return; // it was killed before there was one
    }
    host::OpenedLog& log = **opened;
    counts_.acknowledged += acknowledged_.heads.size() + acknowledged_.states.size();
    auto const verdict =
        host::verify(log.store(), {.engine = &engine,
                                   .signatures = &host::signature_engine(),
                                   .jobs = std::max(1U, std::thread::hardware_concurrency())});
    Exit const said = exit_of(verdict);
    if (said != Exit::success && (is_sealed || said != Exit::incomplete)) {
        violated("axiom verify would end with " + std::to_string(static_cast<int>(said)));
    }
    auto heads = acknowledged_.heads;
    auto const read =
        log.for_each({.first = {}, .end = log.end()}, [&](host::EntryView const& entry) {
            auto const known = heads.find(entry.sequence.value + 1);
            if (known != heads.end()) {
                if (known->second != entry.link) {
                    violated("another head than was acknowledged" + at(entry.sequence.value));
                }
                heads.erase(known);
            }
            return true;
        });
    if (!read) {
        violated("the log cannot be read: " + read.error().text);
    }
    for (auto const& [next, head] : heads) {
        violated("an acknowledged head is lost: before" + at(next));
    }
    host::Replayer replayer{log};
    for (auto const& [next, state] : acknowledged_.states) {
        auto const hash = replayer.advance_to(Sequence{next})
                              ? replayer.state_hash()
                              : Result<Hash256>{fail(Code::entry_missing, next)};
        if (!hash || *hash != state) {
            violated("another state than axiomd had" + at(next));
        }
    }
    if (!replayer.advance_to(log.end()) || replayer.rejected() != 0) {
        violated("the log does not replay");
    }
    counts_.entries += log.end().value;
}

} // namespace axiom::cli
