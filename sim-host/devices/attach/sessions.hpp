#pragma once
// Sessions: connections to a listening socket, as a thread of the host keeps them.
//
//     host's thread   accepts, reads, writes       (Boost.Asio)
//     driver          takes what came, gives what goes; the line is raised when something came
//
// Bounded: so many sessions, so many bytes each way. Who sends more waits in the host's socket; who
// does not read is disconnected; whoever comes when all places are taken gets the place of one who
// has said nothing yet, or is let go.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace axiom::host {

inline constexpr std::size_t unread_bytes_max = std::size_t{16} << 10U;
inline constexpr std::size_t unsent_bytes_max = std::size_t{256} << 10U;

class Sessions {
  public:
    /// `listener` is a socket that listens; `line` raises the interrupt line. Sessions are numbered
    /// from `first` on.
    Sessions(int listener, int line, std::size_t sessions_max, std::uint64_t first);
    Sessions(Sessions const&) = delete;
    Sessions& operator=(Sessions const&) = delete;
    ~Sessions();

    struct Opened {
        std::uint64_t session{};
        std::uint64_t user{}; // as the host says
    };
    [[nodiscard]] std::optional<Opened> take_opened();

    enum class Came : std::uint8_t { bytes, nothing_yet, end };
    /// At most so many, into `bytes`.
    [[nodiscard]] Came take_bytes(std::uint64_t session, std::string& bytes, std::size_t most);

    /// False: there is no such session any more.
    [[nodiscard]] bool send(std::uint64_t session, std::string bytes);
    void close(std::uint64_t session);
    /// Those that were told to somebody.
    void close_told();

  private:
    class Connection;
    using Socket = boost::asio::local::stream_protocol::socket;

    void accept_next();
    void take_in(Socket socket);
    void make_room();
    void raise() const noexcept;

    int line_;
    std::size_t sessions_max_;
    boost::asio::io_context io_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    std::mutex mutex_; // of all below
    std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
    std::uint64_t next_;
    std::thread thread_;
};

} // namespace axiom::host
