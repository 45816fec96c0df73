#include <sim-host/machine/service_process.hpp>

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

namespace {

// A machine under load may let an honest agent wait; more than this is a broken promise.
constexpr int patience_ms = 5000;

} // namespace

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

// The kernel's side knows which places are free. An agent that says no may hold what it was sent.
bool ServiceProcess::order(AgentOrder order, std::span<int const> descriptors) noexcept {
    order_later(order, descriptors);
    bool const done = await(ordered_);
    if (!done) {
        end();
    }
    return done;
}

void ServiceProcess::order_later(AgentOrder order, std::span<int const> descriptors) noexcept {
    order.number = ++ordered_;
    if (!channel_send(channel_.number(), std::as_bytes(std::span{&order, 1}), descriptors,
                      patience_ms)) {
        kill();
    }
}

// Answers come in the order of what was ordered; any other is not one of an honest agent.
bool ServiceProcess::take_reply(AgentReply& reply) noexcept {
    auto const bytes = channel_receive(
        channel_.number(), std::as_writable_bytes(std::span{&reply, 1}), nullptr, patience_ms);
    bool const says_layers = reply.number == 0 && answered_ == 0 && layers_.bits == 0;
    bool const is_next = bytes == sizeof reply && (says_layers || reply.number == answered_ + 1);
    if (!is_next) {
        return false;
    }
    if (says_layers) {
        layers_.bits = reply.done;
    } else {
        ++answered_;
    }
    return true;
}

bool ServiceProcess::await(std::uint64_t number) noexcept {
    AgentReply reply{.done = 1};
    while (answered_ != number) {
        // What nobody waited for must have been done.
        if ((reply.number != 0 && reply.done != 1) || !take_reply(reply)) {
            kill();
            return false;
        }
    }
    return reply.done == 1;
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
