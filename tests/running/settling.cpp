// Waiting for a system; see tests/running/world.hpp.

#include <thread>

#include <services/axiomd/api.hpp>
#include <services/board/api.hpp>
#include <services/init/api.hpp>
#include <services/objects/api.hpp>
#include <tests/running/world.hpp>

namespace axiom::test::running {

namespace {

constexpr std::chrono::seconds patience{90}; // of a machine that has much else to do
constexpr std::chrono::milliseconds look_again{5};

} // namespace

World::Instant World::deadline() {
    return std::chrono::steady_clock::now() + patience;
}

void World::wait_until(Instant until, std::string const& what) {
    if (std::chrono::steady_clock::now() > until) {
        fail_with("it takes too long until " + what +
                  "; the system said last: " + system_->last_words());
    }
    std::this_thread::sleep_for(look_again);
}

std::uint64_t World::process_of(std::string const& service) {
    auto const all = read("init", init::ListServices{});
    for (std::size_t index = 0; all && index < all->services.size(); ++index) {
        if (all->services[index].name.view() == service) {
            return all->services[index].process;
        }
    }
    fail_with("init knows no service " + service);
}

bool World::all_run(std::string const& ended, std::uint64_t process) {
    auto const all = ask("init", init::ListServices{});
    if (!all) {
        return false;
    }
    bool run = all->named;
    for (init::ServiceStatus const& each : all->services) {
        bool const is_down = each.state == init::ServiceState::down;
        if (is_down) {
            fail_with(std::string{each.name.view()} + " is down, and had not ended too often");
        }
        bool const is_old = each.name.view() == ended && each.process == process;
        bool const is_fine =
            each.state == init::ServiceState::runs || each.state == init::ServiceState::stopped;
        run = run && is_fine && !is_old;
    }
    return run;
}

// Whoever says that something is not there has answered.
bool World::all_answer() {
    auto const answered = [](auto const& answer) {
        return answer || !comes_from_nobody(answer.error().code);
    };
    return answered(ask("axiomd", axiomd::AskStanding{})) &&
           answered(ask("policy", engine::ShowPolicy{})) &&
           answered(ask("actions", actions::ListOwed{})) &&
           answered(ask("objects", objects::AskTotals{})) &&
           answered(ask("board", board::Get{.key = "nothing"}));
}

void World::settle(std::string const& ended, std::uint64_t process) {
    auto const until = deadline();
    while (!all_run(ended, process) || !all_answer()) {
        wait_until(until, "all services are back");
    }
}

// Whoever carries out has seen all that was committed before this fence.
void World::await_nothing_owed() {
    static_cast<void>(
        await_effects(act({.action = "fence", .object = "all before", .effects = {}})));
    auto const until = deadline();
    for (;;) {
        auto const owed = ask("actions", actions::ListOwed{});
        if (owed && owed->total == 0) {
            return;
        }
        wait_until(until, "nothing is owed");
    }
}

} // namespace axiom::test::running
