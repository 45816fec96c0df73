#pragma once
// AttachLink: services reached over the socket of a running system.

#include <filesystem>
#include <memory>

#include <services/console/frame.hpp>
#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/problem.hpp>
#include <terminal/core/link.hpp>

namespace axiom::host {

class AttachLink final : public terminal::Link {
  public:
    /// Connects to the system that keeps the folder, and greets. A problem names the socket: nobody
    /// listens, all places are taken, it speaks another version; `not_permitted`, with the policy's
    /// words, when it lets nobody like this in.
    [[nodiscard]] static HostResult<std::unique_ptr<AttachLink>>
    open(std::filesystem::path const& data);

    [[nodiscard]] Result<Bytes> ask(std::string_view service, std::uint64_t method, Bytes request,
                                    MessageBytes& held) noexcept override;

    [[nodiscard]] bool is_broken() const noexcept override { return broken_; }

    /// Why not everything can be asked; empty if it can.
    [[nodiscard]] std::string const& notice() const noexcept { return notice_; }

  private:
    explicit AttachLink(Descriptor socket) noexcept : socket_{std::move(socket)} {}

    [[nodiscard]] Result<void> send(Bytes bytes) noexcept;
    [[nodiscard]] Result<console::Frame> receive(console::FrameKind kind) noexcept;

    Descriptor socket_;
    console::FrameReader reader_;
    std::string notice_;
    std::uint32_t number_{};
    bool broken_{};
};

} // namespace axiom::host
