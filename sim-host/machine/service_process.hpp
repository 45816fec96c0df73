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
#include <sim-host/fabric/futex.hpp>
#include <sim-host/platform/problem.hpp>
#include <sim-host/process/layers.hpp>

namespace axiom::host {

/// A program of this host.
struct ProgramFile {
    std::string path;                             // of its executable
    std::string folder;                           // that it keeps, as its root; empty: none
    std::shared_ptr<Descriptor const> listener{}; // the socket at which it listens, or none
    std::optional<std::uint64_t> line{};          // that it raises, as a device does
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

    /// Tells its agent to do something, and does not wait for it. An agent that takes no more
    /// orders, or does not do one, ends with its process.
    void order(AgentOrder order, std::span<int const> descriptors) noexcept;

    /// Waits until it has done all that it was told. An agent that has made others wait too long
    /// in all ends with its process.
    void await_agent() noexcept;

    // ── any thread ─────────────────────────────────────────────────────────────────────────────

    /// Whether its agent has done all by which its threads see what they were told is there, or is
    /// not. Else they are not to run: it costs their time and nobody else's.
    [[nodiscard]] bool is_settled() const noexcept { return answered_ >= to_be_settled_; }

    /// Looks at its answers; waits for one, but not long.
    void look_for_answers() noexcept;

    /// Those that it says it is confined by; none before its agent has spoken.
    [[nodiscard]] Layers layers() const noexcept { return {layers_}; }

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
        : id_{id}, pidfd_{std::move(pidfd)}, channel_{std::move(channel)},
          patience_ns_{patience_max_ns}, patience_at_ns_{monotonic_ns()} {}
    static constexpr std::uint64_t patience_max_ns = 3'000'000'000;
    void take_answers() noexcept;
    void take_all() noexcept; // with `answering_` held
    void take(AgentReply const& reply) noexcept;
    template <class Done> void wait_for_agent(short events, Done&& done) noexcept;

    pid_t id_;
    Descriptor pidfd_;
    Descriptor channel_;
    std::uint64_t ordered_{};
    std::atomic<std::uint64_t> to_be_settled_{}; // the number of an order
    std::mutex answering_;
    bool is_awaited_{};                     // by who takes what is answered meanwhile
    std::atomic<std::uint64_t> answered_{}; // orders
    std::atomic<std::uint64_t> layers_{};
    std::uint64_t patience_ns_; // that is left with its agent
    std::uint64_t patience_at_ns_;
    std::mutex reaping_;
    std::atomic<bool> reaped_{};
};

} // namespace axiom::host
