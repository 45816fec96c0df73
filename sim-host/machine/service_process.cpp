#include <sim-host/machine/service_process.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sim-host/fabric/channel.hpp>
#include <sim-host/fabric/trap_slot.hpp>
#include <sim-host/process/needs/needs.hpp>

namespace axiom::host {

HostResult<std::shared_ptr<ServiceProcess>> ServiceProcess::start(ProgramFile const& program,
                                                                  int line) {
    std::string const& path = program.path;
    Descriptor folder;
    if (!program.folder.empty()) {
        folder = Descriptor{::open(program.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (!folder.is_open()) {
            return system_problem(program.folder, "open", errno);
        }
    }
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return system_problem(path, "make its socket", errno);
    }
    Descriptor ours{ends[0]};
    Descriptor const theirs{ends[1]};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.number(), agent_descriptor);
    if (folder.is_open()) {
        ::posix_spawn_file_actions_adddup2(&actions, folder.number(), folder_descriptor);
    }
    if (program.listener != nullptr) {
        ::posix_spawn_file_actions_adddup2(&actions, program.listener->number(),
                                           listener_descriptor);
    }
    if (line >= 0) {
        ::posix_spawn_file_actions_adddup2(&actions, line, line_descriptor);
    }
    std::string name = path;
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t id = 0;
    int const failed =
        ::posix_spawn(&id, path.c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return system_problem(path, "start", failed);
    }
    Descriptor pidfd{static_cast<int>(::syscall(SYS_pidfd_open, id, 0))};
    if (!pidfd.is_open()) {
        int const why = errno;
        ::kill(id, SIGKILL);
        ::waitpid(id, nullptr, 0);
        return system_problem(path, "watch", why);
    }
    return std::shared_ptr<ServiceProcess>{
        new ServiceProcess{id, std::move(pidfd), std::move(ours)}};
}

void ServiceProcess::order(AgentOrder order, std::span<int const> descriptors) noexcept {
    order.number = ++ordered_;
    if (order.order != Order::start) { // a thread waits for its turn by itself
        to_be_settled_.store(order.number);
    }
    take_answers(); // else both might wait until the other takes something
    constexpr int not_at_all = 0;
    wait_for_agent(POLLIN | POLLOUT, [&] {
        return channel_send(channel_.number(), std::as_bytes(std::span{&order, 1}), descriptors,
                            not_at_all);
    });
}

void ServiceProcess::await_agent() noexcept {
    wait_for_agent(POLLIN, [&] { return answered_ >= ordered_; });
}

// What is left of the patience is what others may still have to wait in all. Some comes back with
// time, so that an honest agent on a busy host has it.
template <class Done> void ServiceProcess::wait_for_agent(short events, Done&& done) noexcept {
    constexpr std::uint64_t comes_back_one_in = 20;
    std::uint64_t const begun_ns = monotonic_ns();
    patience_ns_ =
        std::min(patience_max_ns, patience_ns_ + (begun_ns - patience_at_ns_) / comes_back_one_in);
    patience_at_ns_ = begun_ns;
    {
        std::scoped_lock const alone{answering_};
        is_awaited_ = true; // an answer that another takes from here on would wake nobody
    }
    while (!done()) {
        std::uint64_t const waited_ns = monotonic_ns() - begun_ns;
        if (waited_ns >= patience_ns_ || has_ended()) {
            kill();
            break;
        }
        auto const left_ms = static_cast<int>((patience_ns_ - waited_ns) / 1'000'000);
        pollfd look{.fd = channel_.number(), .events = events, .revents = 0};
        ::poll(&look, 1, left_ms + 1);
        if ((look.revents & (POLLHUP | POLLERR)) != 0) {
            kill();
            break;
        }
        take_answers();
    }
    {
        std::scoped_lock const alone{answering_};
        is_awaited_ = false;
    }
    std::uint64_t const waited_ns = monotonic_ns() - begun_ns;
    patience_ns_ -= std::min(patience_ns_, waited_ns);
    patience_at_ns_ += waited_ns;
}

void ServiceProcess::look_for_answers() noexcept {
    constexpr int not_long_ms = 1;
    pollfd look{.fd = channel_.number(), .events = POLLIN, .revents = 0};
    ::poll(&look, 1, not_long_ms);
    std::scoped_lock const alone{answering_};
    if (!is_awaited_) {
        take_all();
    }
}

void ServiceProcess::take_answers() noexcept {
    std::scoped_lock const alone{answering_};
    take_all();
}

void ServiceProcess::take_all() noexcept {
    constexpr int not_at_all = 0;
    for (;;) {
        pollfd look{.fd = channel_.number(), .events = POLLIN, .revents = 0};
        if (::poll(&look, 1, not_at_all) != 1) {
            return;
        }
        AgentReply reply{};
        auto const bytes = channel_receive(
            channel_.number(), std::as_writable_bytes(std::span{&reply, 1}), nullptr, not_at_all);
        if (bytes != sizeof reply) {
            return kill(); // it is gone, or does not keep to what was agreed
        }
        take(reply);
    }
}

// Answers come in the order of what was ordered; any other is not one of an honest agent. One that
// says no may hold what it was sent.
void ServiceProcess::take(AgentReply const& reply) noexcept {
    bool const is_first_word = reply.number == 0 && answered_ == 0 && layers_ == 0;
    if (is_first_word) {
        layers_ = reply.done;
    } else if (reply.number == answered_ + 1 && reply.done == 1) {
        ++answered_;
    } else {
        kill();
    }
}

void ServiceProcess::signal(std::int32_t host_thread) noexcept {
    std::scoped_lock const not_reaped_meanwhile{reaping_}; // else its number may be another's
    if (!reaped_) {
        ::syscall(SYS_tgkill, id_, host_thread, wanted_signal);
    }
}

void ServiceProcess::kill() noexcept {
    ::syscall(SYS_pidfd_send_signal, pidfd_.number(), SIGKILL, nullptr, 0);
}

void ServiceProcess::end() noexcept {
    kill();
    std::scoped_lock const alone{reaping_};
    if (!reaped_) {
        while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
        }
        reaped_ = true;
    }
}

} // namespace axiom::host
