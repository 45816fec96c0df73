#include <sim-host/fabric/channel.hpp>

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>

#include <sim-host/fabric/futex.hpp>

namespace axiom::host {

namespace {

constexpr std::size_t control_bytes = CMSG_SPACE(order_descriptors_max * sizeof(int));

bool is_ready(int channel, short events, int patience_ms) noexcept {
    pollfd look{.fd = channel, .events = events, .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&look, 1, patience_ms);
    } while (ready < 0 && errno == EINTR);
    return ready == 1;
}

constexpr std::uint64_t ns_per_ms = 1'000'000;

// Too many descriptors on their way are the host's want too.
bool may_have_room_later(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM ||
           error == ETOOMANYREFS;
}

void take_descriptors(msghdr& header, Handed* handed) noexcept {
    std::size_t taken = 0;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        std::size_t const count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(part) + index * sizeof(int), sizeof number);
            Descriptor received{number}; // closed here if nobody wants it
            if (handed != nullptr && taken < handed->size()) {
                (*handed)[taken++] = std::move(received);
            }
        }
    }
}

} // namespace

bool channel_send(int channel, Bytes message, std::span<int const> descriptors,
                  int patience_ms) noexcept {
    // sendmsg writes nothing through this pointer.
    iovec part{.iov_base = const_cast<std::byte*>(message.data()), .iov_len = message.size()};
    alignas(cmsghdr) std::array<char, control_bytes> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!descriptors.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* const rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
    }
    std::uint64_t const until_ns =
        monotonic_ns() + static_cast<std::uint64_t>(patience_ms) * ns_per_ms;
    for (;;) {
        if (::sendmsg(channel, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return true;
        }
        if (errno == EINTR) {
            continue;
        }
        std::uint64_t const now_ns = monotonic_ns();
        if (now_ns >= until_ns || !may_have_room_later(errno)) {
            return false;
        }
        // Where the host lacks something the channel itself is ready, so a moment is waited.
        bool const full = errno == EAGAIN || errno == EWOULDBLOCK;
        auto const left_ms = static_cast<int>((until_ns - now_ns + ns_per_ms - 1) / ns_per_ms);
        static_cast<void>(is_ready(full ? channel : -1, POLLOUT, full ? left_ms : 1));
    }
}

std::optional<std::size_t> channel_receive(int channel, MutableBytes to, Handed* handed,
                                           int patience_ms) noexcept {
    if (!is_ready(channel, POLLIN, patience_ms)) {
        return std::nullopt;
    }
    iovec part{.iov_base = to.data(), .iov_len = to.size()};
    alignas(cmsghdr) std::array<char, control_bytes> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t count = 0;
    do {
        count = ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        return std::nullopt;
    }
    take_descriptors(header, handed);
    return static_cast<std::size_t>(count);
}

} // namespace axiom::host
