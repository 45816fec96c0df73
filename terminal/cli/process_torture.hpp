#pragma once
// ProcessTorture: a real system under load whose processes are killed, and what must hold after it.
//
//     start ─▶ load ─▶ SIGKILL of one process, the kernel's among them, at any instant
//       ▲                  │ a service's: it is back as its manifest says, the system goes on
//       └── next run ◀── the log: every acknowledged head and state is found in it again
//
// What is killed and when follow from the seed; what the processes were just doing does not.

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <axiom/base/hash256.hpp>
#include <sim-host/attach/hosted_system.hpp>

namespace axiom::cli {

struct TortureCounts {
    std::uint64_t runs{};
    std::uint64_t kernels_killed{};
    std::uint64_t services_killed{};
    std::uint64_t inits_killed{};
    std::uint64_t ended_in_order{};
    std::uint64_t acknowledged{}; // heads and states that axiomd said were durable
    std::uint64_t entries{};      // that were replayed
    std::vector<std::string> violations;
};

/// What axiomd said of its log while it ran.
struct Acknowledged {
    std::map<std::uint64_t, Hash256> heads;  // by the entry behind it
    std::map<std::uint64_t, Hash256> states; // the same
};

class ProcessTorture {
  public:
    /// In a folder of its own, which it fills.
    ProcessTorture(std::filesystem::path place, std::uint64_t seed);

    /// One start of the system, one kill, one look at the log. Throws what the host lacks.
    void run_once();

    [[nodiscard]] TortureCounts const& counts() const noexcept { return counts_; }

  private:
    void begin_anew();
    // Whether the system goes on: without init it does not.
    bool kill_a_process(host::HostedSystem& system);
    void look_for_services();
    void look_at_log(bool ended_in_order);
    void violated(std::string what);
    [[nodiscard]] std::filesystem::path data() const;

    std::filesystem::path place_;
    std::mt19937_64 random_;
    std::uint64_t folder_{}; // a log of many crashes has many segments: it is begun anew
    std::uint64_t runs_in_folder_{};
    Acknowledged acknowledged_; // in this folder
    TortureCounts counts_;
};

} // namespace axiom::cli
