#pragma once
// HostedSystem: a system that this command has started, and that ends with it.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include <sim-host/attach/attach_link.hpp>

namespace axiom::cli {

class HostedSystem {
  public:
    /// How long services may take until one can attach.
    static constexpr std::chrono::seconds ready_within{60};

    /// Starts the program with these options; what it says goes to `diagnostics`, at whose end it
    /// is added. Throws Exit::environment.
    HostedSystem(std::filesystem::path program, std::vector<std::string> const& options,
                 std::filesystem::path diagnostics);
    HostedSystem(HostedSystem const&) = delete;
    HostedSystem& operator=(HostedSystem const&) = delete;
    /// Presses the power button and waits.
    ~HostedSystem();

    /// Attaches, as soon as somebody listens at the folder that the system keeps. Throws
    /// Exit::environment with what it said when it ends before, Exit::timed_out.
    [[nodiscard]] std::unique_ptr<host::AttachLink> attach(std::filesystem::path const& data);

    void press_power_button() noexcept;

    /// Waits for its end. Throws Exit::internal with what it said when that was not in order.
    void wait_for_end();

  private:
    [[nodiscard]] bool has_ended();
    [[nodiscard]] std::string last_words() const;

    std::filesystem::path diagnostics_;
    pid_t process_{};
    bool ended_{};
    int status_{};
};

/// The folder of this program and those that belong to it.
[[nodiscard]] std::filesystem::path programs_folder();

} // namespace axiom::cli
