#pragma once
// ProcessTorture: a real system under load whose processes are killed, and what must hold after it.
//
//     start ─▶ load ─▶ SIGKILL of one process, the kernel's among them, at any instant
//       ▲                  │ a service's: it is back as its manifest says, the system goes on
//       └── next run ◀── the log: every acknowledged head, state and action is found in it again;
//                        the board and what was said: every effect as often as its kind promises
//
// After ten runs over one log a last start of it carries out what is owed still, and ends in order.
//
// What is killed and when follow from the seed; what the processes were just doing does not.

#include <atomic>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <sim-host/attach/hosted_system.hpp>
#include <sim-host/witness/acknowledged.hpp>
#include <sim-host/witness/effects_left.hpp>

namespace axiom::cli {

struct TortureCounts {
    std::uint64_t runs{};
    std::uint64_t kernels_killed{};
    std::uint64_t services_killed{};
    std::uint64_t inits_killed{};
    std::uint64_t ended_in_order{};
    std::uint64_t acknowledged{}; // heads, states and actions that were said to be durable
    std::uint64_t entries{};      // that were replayed
    std::uint64_t effects{};      // in the logs, when nothing was owed any more
    std::uint64_t done{};         // of these
    std::uint64_t unknown{};      // of these; those that happen only once
    std::vector<std::string> violations;
};

class ProcessTorture {
  public:
    /// In a folder of its own, which it fills.
    ProcessTorture(std::filesystem::path place, std::uint64_t seed);

    /// One start of the system, one kill, one look at the log. Throws what the host lacks.
    void run_once();

    /// After the last of them: what is owed is carried out.
    void finish();

    [[nodiscard]] TortureCounts const& counts() const noexcept { return counts_; }

  private:
    enum class End : std::uint8_t { killed, in_order, settled };

    void begin_anew();
    [[nodiscard]] std::unique_ptr<host::HostedSystem> start();
    // Whether the system goes on: without init it does not.
    bool kill_a_process(host::HostedSystem& system);
    void look_for_services();
    void settle();
    void look_at_log(End end);
    void look_at_effects(host::OpenedLog& log, End end);
    void violated(std::string what);
    [[nodiscard]] std::filesystem::path data() const;

    std::filesystem::path place_;
    std::mt19937_64 random_;
    std::uint64_t folder_{}; // a log of many crashes has many segments: it is begun anew
    std::uint64_t runs_in_folder_{};
    host::Acknowledged acknowledged_;    // in this folder
    bool kernel_was_killed_{};           // the same
    std::atomic<std::uint64_t> acted_{}; // no action is like another
    TortureCounts counts_;
};

} // namespace axiom::cli
