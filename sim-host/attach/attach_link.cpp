#include <sim-host/attach/attach_link.hpp>

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include <sim-host/attach/attach_socket.hpp>

namespace axiom::host {

using namespace console;

namespace {

constexpr timeval patience{.tv_sec = 40, .tv_usec = 0}; // longer than the console's own

} // namespace

HostResult<std::unique_ptr<AttachLink>> AttachLink::open(std::filesystem::path const& data) {
    std::string const socket = (data / attach_socket_name).string();
    std::unique_ptr<AttachLink> link{new AttachLink{TRY(connect_in(data))}};
    int const handle = link->socket_.number();
    ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    std::array<std::byte, frame_bytes_max> bytes{};
    auto const hello =
        put_frame(bytes, FrameKind::hello, ++link->number_, Hello{.version = protocol_version});
    if (!hello || !link->send(*hello)) {
        return system_problem(socket, "attach to", EPIPE);
    }
    auto const answer = link->receive(FrameKind::welcome);
    if (!answer) {
        return system_problem(socket, "attach to (all places are taken, or the system ends)",
                              ECONNRESET);
    }
    auto const welcome = value_in<Welcome>(*answer);
    if (welcome && welcome->code == static_cast<std::uint16_t>(Code::not_permitted)) {
        return found_problem(Code::not_permitted, socket, std::string{welcome->reason});
    }
    if (!welcome || welcome->code != 0) {
        return found_problem(Code::unknown_version, socket, "the system speaks another version");
    }
    link->notice_ = welcome->reason;
    return link;
}

Result<Bytes> AttachLink::ask(std::string_view service, std::uint64_t method, Bytes request,
                              MessageBytes& held) noexcept {
    if (broken_) {
        return fail(Code::unanswered);
    }
    std::array<std::byte, frame_bytes_max> bytes{};
    Bytes const frame = TRY(put_frame(bytes, FrameKind::ask, ++number_,
                                      Ask{.service = service, .method = method, .body = request}));
    TRY(send(frame));
    auto const answer = TRY(value_in<Answer>(TRY(receive(FrameKind::answer))));
    if (answer.code != 0) {
        return fail(static_cast<Code>(answer.code), answer.where, answer.detail);
    }
    copy_bytes(held, answer.body);
    return Bytes{held}.first(answer.body.size());
}

Result<void> AttachLink::send(Bytes bytes) noexcept {
    while (!bytes.empty() && !broken_) {
        ssize_t const sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        broken_ = sent <= 0;
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return broken_ ? fail(Code::unanswered) : Result<void>{};
}

// Answers to what was given up earlier are passed over.
Result<Frame> AttachLink::receive(FrameKind kind) noexcept {
    for (;;) {
        if (auto const frame = reader_.next()) {
            if (frame->kind == kind && frame->number == number_) {
                return *frame;
            }
            continue;
        }
        MutableBytes const room = reader_.room();
        ssize_t const bytes = ::recv(socket_.number(), room.data(), room.size(), 0);
        if (bytes < 0 && errno == EINTR) {
            continue; // whoever is interrupted asks no more, but takes what was asked for
        }
        if (bytes <= 0) {
            broken_ = true;
            return fail(Code::unanswered);
        }
        reader_.came(static_cast<std::size_t>(bytes));
    }
}

} // namespace axiom::host
