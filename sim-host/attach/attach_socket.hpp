#pragma once
// The socket of a data folder, at which terminals attach to the system that keeps the folder.

#include <filesystem>
#include <memory>

#include <sys/un.h>

#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

inline constexpr char const* attach_socket_name = "attach.sock";

/// Where a socket's address is, however long the path of its folder.
class SocketPlace {
  public:
    [[nodiscard]] static HostResult<SocketPlace> in(std::filesystem::path const& folder,
                                                    std::string_view name);
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

  private:
    SocketPlace(Descriptor folder, std::string path) noexcept
        : folder_{std::move(folder)}, path_{std::move(path)} {}

    Descriptor folder_; // the path goes through it
    std::string path_;
};

/// Listens there, for nobody but this user. What a dead system left there is replaced; a problem
/// with EADDRINUSE: one runs.
[[nodiscard]] HostResult<std::shared_ptr<Descriptor const>>
listen_in(std::filesystem::path const& folder);

/// Connects to the system that keeps the folder.
[[nodiscard]] HostResult<Descriptor> connect_in(std::filesystem::path const& folder);

} // namespace axiom::host
