// running_properties: what a running system is, held against a model of it.
//
// Every sequence begins with a system of its own, in a folder that is gone when it held.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include <CLI/CLI.hpp>
#include <rapidcheck.h>

#include <tests/running/step.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test::running {
namespace {

constexpr int answer_is_no = 1; // docs: exit codes
constexpr int usage = 2;

struct Options {
    std::uint64_t seed{};
    unsigned runs{10};
    int commands{16}; // of a sequence, at most one more
    bool shrinks{true};
    std::filesystem::path programs;
};

std::shared_ptr<Command const> any_step(Model const& state) {
    auto const everything = [] {
        std::vector<Factory> all;
        for (auto const some : {asking(), acting(), ending()}) {
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    };
    static std::vector<Factory> const factories = everything();
    return any_of(factories)(state);
}

class Campaign {
  public:
    explicit Campaign(Options options) : options_{std::move(options)} {}

    bool hold() {
        bool const held =
            rc::check("the running system is what its documents say", [this] { one_sequence(); });
        for (auto const& [name, times] : counts_) {
            std::printf("%-16s %u\n", name.c_str(), times);
        }
        return held;
    }
    [[nodiscard]] unsigned sequences() const noexcept { return sequences_; }

  private:
    void one_sequence() {
        auto const steps = *rc::gen::resize(
            options_.commands, rc::state::gen::commands(Model{}, [](Model const& state) {
                // The size is that of the sequence; what a step is made of is of any size.
                return rc::gen::resize(rc::kNominalSize,
                                       rc::gen::exec([state] { return any_step(state); }));
            }));
        ++sequences_;
        for (auto const& step : steps) {
            ++counts_[dynamic_cast<Step const&>(*step).name()];
        }
        TemporaryFolder folder;
        folder.hold_no_logs(); // the sequence itself looks at its log
        World world{options_.programs, folder.path()};
        world.start();
        Model state;
        for (auto const& step : steps) {
            step->run(state, world);
            step->apply(state);
        }
        look_at_all(state, world);
        world.await_nothing_owed();
        world.end_in_order();
    }

    Options options_;
    unsigned sequences_{};
    std::map<std::string, unsigned> counts_;
};

int run(Options const& options) {
    std::string const parameters = "seed=" + std::to_string(options.seed) +
                                   " max_success=" + std::to_string(options.runs) +
                                   " noshrink=" + (options.shrinks ? "0" : "1");
    ::setenv("RC_PARAMS", parameters.c_str(), 1);
    Campaign campaign{options};
    bool const held = campaign.hold();
    std::printf("seed %llu: %u sequences, %s\n", static_cast<unsigned long long>(options.seed),
                campaign.sequences(), held ? "all of them hold" : "one does not hold");
    if (!held) {
        std::printf("again: sim-host --properties --seed %llu --runs %u --commands %d\n",
                    static_cast<unsigned long long>(options.seed), options.runs, options.commands);
    }
    return held ? 0 : answer_is_no;
}

} // namespace
} // namespace axiom::test::running

int main(int count, char** arguments) {
    using namespace axiom::test::running;
    Options options{.seed = std::random_device{}(), .programs = axiom::host::programs_folder()};
    bool brief = false;
    CLI::App said{"Properties of the running system of Axiom OS, against a model of it."};
    said.add_option("--seed", options.seed, "What is drawn; else any");
    said.add_option("--runs", options.runs, "Sequences")->check(CLI::Range(1U, 1'000'000U));
    said.add_option("--commands", options.commands, "In a sequence, at most one more")
        ->check(CLI::Range(1, 1000));
    said.add_option("--programs", options.programs, "The folder of sim-host on trial")
        ->check(CLI::ExistingDirectory);
    said.add_flag("--short", brief, "Always the same few, unless AXIOM_LONG is set");
    said.add_flag("--no-shrink{false}", options.shrinks, "Report the first sequence that fails");
    try {
        said.parse(count, arguments);
    } catch (CLI::ParseError const& problem) {
        return said.exit(problem) == 0 ? 0 : usage;
    }
    // Chance does not decide a test; a campaign is to see what nobody has seen.
    if (brief && std::getenv("AXIOM_LONG") == nullptr) {
        options.seed = 20261130;
        options.runs = 6;
    } else if (brief) {
        options.runs = 200;
    }
    try {
        return run(options);
    } catch (std::exception const& problem) {
        std::fprintf(stderr, "running_properties: %s\n", problem.what());
        return 10;
    }
}
