#pragma once
// HostedSystem: a system that this process has started, and that ends with it.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include <sim-host/attach/attach_link.hpp>

namespace axiom::host {

class HostedSystem {
  public:
    /// How long services may take until one can attach.
    static constexpr std::chrono::seconds ready_within{60};

    /// Starts the program sim-host with these options; what it says is added to the end of the
    /// file `diagnostics`. What the host lacks.
    [[nodiscard]] static HostResult<std::unique_ptr<HostedSystem>>
    start(std::filesystem::path const& program, std::vector<std::string> const& options,
          std::filesystem::path diagnostics);
    HostedSystem(HostedSystem const&) = delete;
    HostedSystem& operator=(HostedSystem const&) = delete;
    /// Presses the power button and waits.
    ~HostedSystem();

    /// Attaches, as soon as somebody listens at the folder that the system keeps. `unanswered`
    /// with what the system said when it ended before, or when nobody did in time.
    [[nodiscard]] HostResult<std::unique_ptr<AttachLink>> attach(std::filesystem::path const& data);

    void press_power_button() noexcept;

    /// As the host does when it has no memory left, or as a lost power supply does: the kernel
    /// process with everything below it. Waits for its end.
    void kill() noexcept;

    /// The processes that it has begun and that have not ended.
    [[nodiscard]] std::vector<pid_t> children() const;

    /// Waits for its end: its exit status, or 256 and the signal that ended it.
    [[nodiscard]] int wait_for_end() noexcept;

    /// The last lines that it has said since it was started.
    [[nodiscard]] std::string last_words() const;

  private:
    HostedSystem(pid_t process, std::filesystem::path diagnostics, off_t said_before) noexcept
        : diagnostics_{std::move(diagnostics)}, said_before_{said_before}, process_{process} {}

    [[nodiscard]] bool has_ended() noexcept;
    void reap() noexcept;

    std::filesystem::path diagnostics_;
    off_t said_before_{}; // bytes of that file, by earlier ones
    pid_t process_{};
    bool ended_{};
    int status_{};
};

/// The folder of this program and those that belong to it.
[[nodiscard]] std::filesystem::path programs_folder();

} // namespace axiom::host
