#pragma once
// ServiceProcess: a process of the host that runs one of the system's, and its agent.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include <sys/types.h>

#include <sim-host/fabric/agent_orders.hpp>
#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/problem.hpp>
#include <sim-host/process/layers.hpp>

namespace axiom::host {

/// A program of this host.
struct ProgramFile {
    std::string path;                    // of its executable
    std::string folder;                  // that it keeps, as its root; empty: none
    std::optional<std::uint64_t> line{}; // that it raises, as a device does
};

class ServiceProcess {
  public:
    /// Starts the program, which confines itself first. `line`: the descriptor by which it raises
    /// its line; -1: it has none.
    [[nodiscard]] static HostResult<std::shared_ptr<ServiceProcess>>
    start(ProgramFile const& program, int line);

    ServiceProcess(ServiceProcess const&) = delete;
    ServiceProcess& operator=(ServiceProcess const&) = delete;
    ~ServiceProcess() { end(); }

    // ── one thread at a time ───────────────────────────────────────────────────────────────────

    /// Has its agent do something. False: it did not, and the process is gone.
    [[nodiscard]] bool order(AgentOrder order, std::span<int const> descriptors) noexcept;

    /// The same, and does not wait: the answer is looked at before the next one.
    void order_later(AgentOrder order, std::span<int const> descriptors) noexcept;

    /// Those that it says it is confined by; none before its agent has spoken.
    [[nodiscard]] Layers layers() const noexcept { return layers_; }

    // ── any thread ─────────────────────────────────────────────────────────────────────────────

    /// Tells a thread of it that the kernel wants it. `host_thread` is what the process says.
    void signal(std::int32_t host_thread) noexcept;

    void kill() noexcept;

    /// Kills it, and returns when it is gone and reaches nothing any more.
    void end() noexcept;

    /// Whether `end` has returned, for whomever.
    [[nodiscard]] bool has_ended() const noexcept { return reaped_; }

    /// Readable once it has ended.
    [[nodiscard]] int pidfd() const noexcept { return pidfd_.number(); }

  private:
    ServiceProcess(pid_t id, Descriptor pidfd, Descriptor channel) noexcept
        : id_{id}, pidfd_{std::move(pidfd)}, channel_{std::move(channel)} {}
    [[nodiscard]] bool take_reply(AgentReply& reply) noexcept;
    [[nodiscard]] bool await(std::uint64_t number) noexcept;

    pid_t id_;
    Descriptor pidfd_;
    Descriptor channel_;
    std::uint64_t ordered_{};
    std::uint64_t answered_{};
    Layers layers_;
    std::mutex reaping_;
    std::atomic<bool> reaped_{};
};

} // namespace axiom::host
