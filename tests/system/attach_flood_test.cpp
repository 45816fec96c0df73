// Threats at the line where terminals attach (THREATS.md, rows 8 and 11): many who come, who never
// read, who send anything at all. Each is bounded, and nobody else notices.

#include <gtest/gtest.h>

#include <random>

#include <sys/resource.h>
#include <sys/socket.h>

#include <services/axiomd/api.hpp>
#include <services/init/api.hpp>
#include <sim-host/attach/attach_link.hpp>
#include <sim-host/attach/attach_socket.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

class AttachFlood : public test::RunningSystem {
  protected:
    AttachFlood() { EXPECT_EQ(when_ready({"service list"}).status, 0); }

    static void send_all(int socket, Bytes bytes) {
        while (!bytes.empty()) {
            ssize_t const sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return; // it was let go
            }
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        }
    }

    // Until the other side has closed it.
    static void read_to_end(int socket) {
        std::array<std::byte, 4096> bytes{};
        while (::recv(socket, bytes.data(), bytes.size(), 0) > 0) {
        }
    }

    static std::vector<std::byte> frame_of(console::FrameKind kind, auto const& value) {
        std::vector<std::byte> bytes(console::frame_bytes_max);
        auto const frame = console::put_frame(MutableBytes{bytes}, kind, 1, value);
        EXPECT_TRUE(frame);
        bytes.resize(frame->size());
        return bytes;
    }
};

TEST_F(AttachFlood, Threat11TenThousandWhoSayNothingKeepNobodyOut) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    std::size_t const held_max = limit.rlim_cur > 512 ? 400 : 100;
    std::vector<Descriptor> held;
    std::size_t came = 0;
    for (std::size_t count = 0; count < 10'000; ++count) {
        auto socket = connect_in(data_);
        if (!socket) {
            continue; // the host's queue is full: turned away sooner still
        }
        ++came;
        held.push_back(std::move(*socket));
        if (held.size() > held_max) {
            held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(held_max / 2));
        }
    }
    EXPECT_GT(came, 0U);
    auto const attached = when_ready({"service list"}); // while they still hold on
    EXPECT_EQ(attached.status, 0) << attached.out << attached.err;
}

TEST_F(AttachFlood, Threat11WhoNeverReadsIsLetGo) {
    auto const socket = connect_in(data_);
    ASSERT_TRUE(socket) << socket.error().text;
    send_all(socket->number(),
             frame_of(console::FrameKind::hello, console::Hello{console::protocol_version}));
    std::vector<std::byte> request(64);
    Writer writer{MutableBytes{request}};
    ASSERT_TRUE(encode_value(writer, axiomd::ListCapabilities{}));
    auto const frame =
        frame_of(console::FrameKind::ask, console::Ask{.service = "axiomd",
                                                       .method = axiomd::ListCapabilities::method,
                                                       .body = writer.written()});
    // Each answer is some kilobytes; what nobody reads is bounded, so this ends.
    ssize_t sent = 1;
    std::size_t asked = 0;
    for (; sent > 0; ++asked) {
        sent = ::send(socket->number(), frame.data(), frame.size(), MSG_NOSIGNAL);
    }
    EXPECT_GT(asked, 10U);
    auto const attached = attach({"service list"});
    EXPECT_EQ(attached.status, 0) << attached.out << attached.err << written_.text();
}

TEST_F(AttachFlood, Threat11WhoSpeaksSomethingElseIsLetGo) {
    auto const socket = connect_in(data_);
    ASSERT_TRUE(socket) << socket.error().text;
    std::string const line(std::size_t{1} << 20U, 'A'); // without an end
    send_all(socket->number(), bytes_of(line));
    read_to_end(socket->number());
    EXPECT_EQ(attach({"service list"}).status, 0);
}

TEST_F(AttachFlood, Threat8AnyFramesAtAllHurtNobodyElse) {
    std::mt19937 chance{11};
    for (int round = 0; round < 20; ++round) {
        auto const socket = connect_in(data_);
        ASSERT_TRUE(socket) << socket.error().text;
        auto const hello =
            frame_of(console::FrameKind::hello, console::Hello{console::protocol_version});
        send_all(socket->number(), hello);
        for (int frames = 0; frames < 20; ++frames) {
            std::vector<std::byte> body(chance() % 64);
            std::ranges::generate(body, [&] { return static_cast<std::byte>(chance()); });
            constexpr std::array<std::string_view, 5> services{"axiomd", "policy", "actions",
                                                               "board", "nobody"};
            std::vector<std::byte> frame =
                frame_of(console::FrameKind::ask,
                         console::Ask{.service = services[chance() % services.size()],
                                      .method = 3 + chance() % 12, // not the end of the log
                                      .body = Bytes{body}});
            if (chance() % 2 == 0) {
                frame[chance() % frame.size()] ^= std::byte{0x40};
            }
            send_all(socket->number(), frame);
        }
    }
    auto const attached = when_ready({"service list", "axiom verify"});
    EXPECT_EQ(attached.status, 0) << attached.out << attached.err;
    for (char const* const state : {"waits", "down", "stopped"}) {
        EXPECT_EQ(attached.out.find(state), std::string::npos) << attached.out;
    }
}

} // namespace
} // namespace axiom::host
