#include <sim-host/attach/attach_socket.hpp>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace axiom::host {

namespace {

// Above those that a process is begun with.
constexpr int lowest_number = 16;
constexpr int waiting_max = 16;

sockaddr_un address_of(std::string const& path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    return address;
}

int new_socket() noexcept {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

bool connects(int socket, std::string const& path) noexcept {
    sockaddr_un const address = address_of(path);
    return ::connect(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
}

} // namespace

HostResult<SocketPlace> SocketPlace::in(std::filesystem::path const& folder,
                                        std::string_view name) {
    Descriptor opened{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open()) {
        return system_problem(folder.string(), "open", errno);
    }
    std::string path = "/proc/self/fd/" + std::to_string(opened.number()) + '/';
    path += name;
    return SocketPlace{std::move(opened), std::move(path)};
}

HostResult<std::shared_ptr<Descriptor const>> listen_in(std::filesystem::path const& folder) {
    std::string const shown = (folder / attach_socket_name).string();
    SocketPlace const place = TRY(SocketPlace::in(folder, attach_socket_name));
    Descriptor const probe{new_socket()};
    if (connects(probe.number(), place.path())) {
        return system_problem(shown, "listen (a system runs there)", EADDRINUSE);
    }
    ::unlink(place.path().c_str()); // of a system that is dead
    Descriptor const made{new_socket()};
    auto listener =
        std::make_shared<Descriptor const>(::fcntl(made.number(), F_DUPFD_CLOEXEC, lowest_number));
    sockaddr_un const address = address_of(place.path());
    ::fchmod(listener->number(), S_IRUSR | S_IWUSR); // what it is made with when it is bound
    if (::bind(listener->number(), reinterpret_cast<sockaddr const*>(&address), sizeof address) !=
            0 ||
        ::listen(listener->number(), waiting_max) != 0) {
        return system_problem(shown, "listen", errno);
    }
    return listener;
}

HostResult<Descriptor> connect_in(std::filesystem::path const& folder) {
    SocketPlace const place = TRY(SocketPlace::in(folder, attach_socket_name));
    Descriptor socket{new_socket()};
    if (!connects(socket.number(), place.path())) {
        return system_problem((folder / attach_socket_name).string(), "attach", errno);
    }
    return socket;
}

} // namespace axiom::host
