// explore: every interleaving of every operation in a small universe, on the real kernel.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <tests/explore/search.hpp>

namespace axiom::kernel::explore {

namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int exit_violated = 1;
constexpr int exit_usage = 2;

struct Options {
    std::vector<std::string> universes;
    std::uint32_t depth{};
    std::uint64_t states{4'000'000};
    std::uint32_t every_path{};
    std::string replay;
    bool brief{};
    bool json{};
    bool list{};
};

struct Leg {
    Setup const* setup{};
    Outcome outcome;
    double seconds{};
    std::size_t bytes_per_state{};
    std::size_t universe_bytes{};
    std::optional<Comparison> comparison; // with what every path leads to
};

// What is running, for whoever must tell of a crash.
Search const* running_search = nullptr;
Setup const* running_setup = nullptr;
char const* program = nullptr;

constexpr unsigned step_seconds_max = 20;

std::string replay_text(Setup const& setup, Path const& path) {
    return std::string{setup.name} + ":" + text_of(path);
}

// The kernel stopped, or goes round for ever: this program is begun again, to show the path there.
void on_crash(int signal) {
    char const* const what = signal == SIGABRT   ? "an assertion of the kernel does not hold"
                             : signal == SIGALRM ? "the kernel does not come to an end"
                                                 : "the kernel touches what it may not";
    std::printf("violation: %s%s\n", what,
                running_search == nullptr ? ", where its universe is set up or a path shown" : "");
    std::fflush(stdout);
    if (running_search == nullptr) {
        ::_exit(exit_violated);
    }
    std::string const text = replay_text(*running_setup, running_search->current());
    std::printf("again: %s --replay %s\n", program, text.c_str());
    std::fflush(stdout);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execl("/proc/self/exe", program, "--replay", text.c_str(), nullptr);
    ::_exit(exit_violated);
}

Setup const* setup_named(std::string_view name) {
    for (Setup const& setup : setups()) {
        if (setup.name == name) {
            return &setup;
        }
    }
    return nullptr;
}

void tell_progress(Setup const& setup, Progress const& progress, double seconds) {
    std::fprintf(stderr, "\r%s: depth %u, %llu states, %llu tried, %llu transitions, %.0f/s   ",
                 std::string{setup.name}.c_str(), progress.depth + 1,
                 static_cast<unsigned long long>(progress.states),
                 static_cast<unsigned long long>(progress.expanded),
                 static_cast<unsigned long long>(progress.transitions),
                 static_cast<double>(progress.transitions) / seconds);
}

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Leg run_leg(Setup const& setup, Options const& options) {
    Search search{setup};
    running_search = &search;
    running_setup = &setup;
    for (std::string const& name : Choices::unknown_arguments(setup)) {
        std::fprintf(stderr, "explore: of %s only 0 is tried\n", name.c_str());
    }
    std::uint32_t const usual = options.brief ? setup.short_depth : setup.depth;
    bool const shows = ::isatty(STDERR_FILENO) == 1;
    auto const start = Clock::now();
    auto told = start;
    Leg leg{};
    leg.setup = &setup;
    leg.outcome = search.run(
        {.depth = options.depth != 0 ? options.depth : usual, .states_max = options.states},
        [&](Progress const& progress) {
            ::alarm(step_seconds_max);
            if (shows && since(told) > 1) {
                told = Clock::now();
                tell_progress(setup, progress, since(start));
            }
        });
    ::alarm(0);
    leg.seconds = since(start);
    leg.bytes_per_state = search.bytes_per_state();
    leg.universe_bytes = search.bytes_of_a_universe();
    if (shows) {
        std::fprintf(stderr, "\r\033[K");
    }
    if (options.every_path != 0 && !leg.outcome.violation) {
        Search merging{setup};
        running_search = nullptr;
        static_cast<void>(merging.run({.depth = options.every_path, .states_max = options.states},
                                      [](Progress const&) {}));
        leg.comparison = merging.compare_with_every_path(options.every_path);
    }
    running_search = nullptr;
    return leg;
}

void show_path(Setup const& setup, Path const& path) {
    Search search{setup};
    running_setup = &setup;
    search.replay(path, [](std::size_t step, Event const& event, std::string const& wrong) {
        std::printf("%4zu  %s\n", step + 1, text_of(event).c_str());
        if (!wrong.empty()) {
            std::printf("      violation: %s\n", wrong.c_str());
        }
        std::fflush(stdout);
    });
}

void print_told(Leg const& leg, std::uint64_t states, char const* what, Path const& first) {
    if (states != 0) {
        std::printf("%s: in %llu states %s, first after --replay %s\n",
                    std::string{leg.setup->name}.c_str(), static_cast<unsigned long long>(states),
                    what, replay_text(*leg.setup, first).c_str());
    }
}

void print_leg(Leg const& leg) {
    Progress const& reached = leg.outcome.reached;
    std::printf("%s: %llu states, depth %u%s, %llu transitions, %.1f s, %.0f transitions/s, "
                "%zu bytes a state, %zu a universe\n",
                std::string{leg.setup->name}.c_str(),
                static_cast<unsigned long long>(reached.states), leg.outcome.depth,
                leg.outcome.closed     ? " (all there are)"
                : leg.outcome.complete ? ""
                                       : " (then too many)",
                static_cast<unsigned long long>(reached.transitions), leg.seconds,
                static_cast<double>(reached.transitions) / leg.seconds, leg.bytes_per_state,
                leg.universe_bytes);
    if (leg.comparison) {
        auto const& [paths, missing, first_missing, twin] = *leg.comparison;
        std::printf("%s: each of %llu paths, nothing left out: %s\n",
                    std::string{leg.setup->name}.c_str(), static_cast<unsigned long long>(paths),
                    missing == 0 ? "the same states" : "MORE states");
        if (missing != 0) {
            std::printf("violation: %llu states were not reached, first --replay %s, where "
                        "--replay %s was taken for a state on the way\n",
                        static_cast<unsigned long long>(missing),
                        replay_text(*leg.setup, first_missing).c_str(),
                        replay_text(*leg.setup, twin).c_str());
        }
    }
    print_told(leg, leg.outcome.stranded, "a thread waits that nobody can wake",
               leg.outcome.first_stranded);
    if (leg.outcome.violation) {
        auto const& [what, path] = *leg.outcome.violation;
        std::printf("violation: %s\n", what.c_str());
        show_path(*leg.setup, path);
        std::printf("again: %s --replay %s\n", program, replay_text(*leg.setup, path).c_str());
    }
    std::fflush(stdout);
}

Json json_of(Leg const& leg) {
    Progress const& reached = leg.outcome.reached;
    Json json{{"universe", leg.setup->name},
              {"states", reached.states},
              {"depth", leg.outcome.depth},
              {"complete", leg.outcome.complete},
              {"closed", leg.outcome.closed},
              {"transitions", reached.transitions},
              {"seconds", leg.seconds},
              {"bytes_per_state", leg.bytes_per_state},
              {"stranded_states", leg.outcome.stranded}};
    if (leg.comparison) {
        json["every_path"] = {{"paths", leg.comparison->paths},
                              {"missing_states", leg.comparison->missing}};
    }
    if (leg.outcome.violation) {
        json["violation"] = leg.outcome.violation->what;
        json["replay"] = replay_text(*leg.setup, leg.outcome.violation->path);
    }
    return json;
}

int replay(std::string const& text) {
    auto const colon = text.find(':');
    Setup const* const setup = setup_named(text.substr(0, colon));
    auto const path = colon == std::string::npos ? std::nullopt : path_of(text.substr(colon + 1));
    if (setup == nullptr || !path) {
        std::fprintf(stderr, "explore: not a replay: %s\n", text.c_str());
        return exit_usage;
    }
    Search search{*setup};
    std::size_t violations = 0;
    ::alarm(step_seconds_max);
    if (std::string const wrong = search.at_the_start(); !wrong.empty()) {
        ++violations;
        std::printf("      violation: %s\n", wrong.c_str());
    }
    bool const possible =
        search.replay(*path, [&](std::size_t step, Event const& event, std::string const& wrong) {
            std::printf("%4zu  %s\n", step + 1, text_of(event).c_str());
            if (!wrong.empty()) {
                ++violations;
                std::printf("      violation: %s\n", wrong.c_str());
            }
        });
    if (!possible) {
        std::fprintf(stderr, "explore: the kernel has changed: no such path\n");
        return exit_usage;
    }
    std::printf("%zu steps, %zu violations\n", path->size(), violations);
    return violations == 0 ? 0 : exit_violated;
}

int explore(Options const& options) {
    std::vector<Leg> legs;
    for (Setup const& setup : setups()) {
        bool const wanted =
            options.universes.empty() ||
            std::ranges::find(options.universes, setup.name) != options.universes.end();
        if (wanted) {
            legs.push_back(run_leg(setup, options));
            if (!options.json) {
                print_leg(legs.back());
            }
        }
    }
    Progress sum;
    std::size_t violations = 0;
    std::uint32_t depth = 0;
    Json list = Json::array();
    for (Leg const& leg : legs) {
        sum.states += leg.outcome.reached.states;
        sum.transitions += leg.outcome.reached.transitions;
        depth = std::max(depth, leg.outcome.depth);
        violations += leg.outcome.violation ? 1 : 0;
        violations += leg.comparison && leg.comparison->missing != 0 ? 1 : 0;
        list.push_back(json_of(leg));
    }
    if (options.json) {
        std::cout << Json{{"schema", 1},
                          {"universes", list},
                          {"states", sum.states},
                          {"depth", depth},
                          {"transitions", sum.transitions},
                          {"invariants", invariants.size()},
                          {"violations", violations}}
                         .dump(2)
                  << "\n";
    } else {
        std::printf("%llu states, depth %u, %llu transitions, %zu invariants, %zu violations\n",
                    static_cast<unsigned long long>(sum.states), depth,
                    static_cast<unsigned long long>(sum.transitions), invariants.size(),
                    violations);
    }
    return violations == 0 ? 0 : exit_violated;
}

int run(int argc, char** argv) {
    program = argv[0];
    Options options;
    CLI::App app{"Runs the kernel through every order of every operation in small universes, and "
                 "looks at every state."};
    app.add_option("--universe", options.universes, "Only this one; may be given several times.");
    app.add_option("--depth", options.depth, "So many steps; 0: as many as take minutes.");
    app.add_option("--states", options.states, "At most so many states of each universe.");
    app.add_option("--check-dedup", options.every_path,
                   "Also by every path of so many steps, with no state left out because it is "
                   "known: the states must be the same.");
    app.add_option("--replay", options.replay, "Shows a path, as a violation gave it.");
    app.add_flag("--short", options.brief, "So deep as takes seconds, unless AXIOM_LONG is set.");
    app.add_flag("--json", options.json, "One JSON document.");
    app.add_flag("--list", options.list, "The universes and what is looked at.");
    app.footer("Exit status: 0 nothing was violated, 1 something was, 2 usage.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        int const status = app.exit(error);
        return status == 0 ? 0 : exit_usage;
    }
    if (std::getenv("AXIOM_LONG") != nullptr) { // a campaign: scripts/test --long
        options.brief = false;
        options.every_path = options.every_path == 0 ? 0 : std::max(options.every_path, 2U);
    }
    for (std::string const& name : options.universes) {
        if (setup_named(name) == nullptr) {
            std::fprintf(stderr, "explore: no universe is called %s; see --list\n", name.c_str());
            return exit_usage;
        }
    }
    if (options.list) {
        for (Setup const& setup : setups()) {
            std::printf("%-12s %s\n", std::string{setup.name}.c_str(),
                        std::string{setup.sentence}.c_str());
        }
        for (std::string_view const sentence : invariants) {
            std::printf("  - %s\n", std::string{sentence}.c_str());
        }
        return 0;
    }
    for (int const signal : {SIGABRT, SIGSEGV, SIGBUS, SIGALRM}) {
        std::signal(signal, on_crash);
    }
    return options.replay.empty() ? explore(options) : replay(options.replay);
}

} // namespace

} // namespace axiom::kernel::explore

int main(int argc, char** argv) {
    return axiom::kernel::explore::run(argc, argv);
}
