// The kernel process and the agent of a service process, which is told what to map.

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sim-host/machine/service_process.hpp>
#include <tests/system/programs.hpp>

namespace axiom::host {
namespace {

bool runs(ServiceProcess const& process) {
    pollfd ended{.fd = process.pidfd(), .events = POLLIN, .revents = 0};
    return ::poll(&ended, 1, 0) == 0;
}

// A CPU that wants to run a thread of the process takes answers too. Whoever waits for one must
// still hear of it: else the wait lasts until the agent's patience is used up, and the process
// ends.
TEST(ServiceProcess, WhoAwaitsItsAgentHearsOfAnswersWhileOthersLookForThem) {
    constexpr int rounds = 3000;
    constexpr std::uint64_t bytes = 4096;
    auto const started = ServiceProcess::start(
        {.path = test::program_path("visitor"), .folder = {}, .listener = {}, .line = {}}, -1);
    ASSERT_TRUE(started) << started.error().text;
    ServiceProcess& process = **started;
    Descriptor const memory{::memfd_create("page", MFD_CLOEXEC)};
    ASSERT_EQ(::ftruncate(memory.number(), bytes), 0);
    {
        std::jthread const looks{[&process](std::stop_token const& ends) {
            while (!ends.stop_requested()) {
                process.look_for_answers();
            }
        }};
        for (int round = 0; round < rounds && runs(process); ++round) {
            AgentOrder order{.order = Order::map, .address = 0x100000000000, .bytes = bytes};
            process.order(order, std::array{memory.number()});
            process.await_agent();
            order.order = Order::unmap;
            process.order(order, {});
            process.await_agent();
        }
    }
    EXPECT_TRUE(runs(process));
    process.end();
}

} // namespace
} // namespace axiom::host
