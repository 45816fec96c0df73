#include <sim-host/devices/attach/sessions.hpp>

#include <algorithm>
#include <array>
#include <deque>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace axiom::host {

namespace asio = boost::asio;

// Its socket is the host thread's; what it holds is under the sessions' lock.
class Sessions::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Sessions& sessions, Socket socket)
        : sessions_{&sessions}, socket_{std::move(socket)} {}

    // ── by the host's thread ───────────────────────────────────────────────────────────────────

    void read() {
        if (reads_) {
            return;
        }
        reads_ = true;
        socket_.async_read_some(
            asio::buffer(piece_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t bytes) {
                self->came(error, bytes);
            });
    }

    void write() {
        if (writes_) {
            return;
        }
        {
            std::scoped_lock const alone{sessions_->mutex_};
            if (unsent_.empty()) {
                return finish_if_closing();
            }
            goes_ = std::move(unsent_.front());
            unsent_.pop_front();
        }
        writes_ = true;
        asio::async_write(
            socket_, asio::buffer(goes_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t bytes) {
                self->went(error, bytes);
            });
    }

    void hang_up() {
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_both, ignored);
        socket_.close(ignored);
    }

    // ── under the lock ─────────────────────────────────────────────────────────────────────────

    std::string unread;
    std::uint64_t user{};
    bool is_told{};  // to the driver
    bool is_heard{}; // something has come from it
    bool ended{};    // nothing more comes
    bool closing{};  // when all is sent

    // False: it does not read, and is let go.
    bool keep(std::string bytes) {
        unsent_bytes_ += bytes.size();
        if (unsent_bytes_ > unsent_bytes_max) {
            return false;
        }
        unsent_.push_back(std::move(bytes));
        return true;
    }

  private:
    void came(boost::system::error_code error, std::size_t bytes) {
        reads_ = false;
        bool full = false;
        {
            std::scoped_lock const alone{sessions_->mutex_};
            unread.append(piece_.data(), bytes);
            is_heard = is_heard || bytes != 0;
            ended = ended || error;
            full = unread.size() >= unread_bytes_max;
        }
        if (!error && !full) {
            read();
        }
        sessions_->raise();
    }

    void went(boost::system::error_code error, std::size_t bytes) {
        writes_ = false;
        {
            std::scoped_lock const alone{sessions_->mutex_};
            unsent_bytes_ -= bytes;
            if (error) {
                unsent_.clear();
                ended = true;
            }
        }
        error ? sessions_->raise() : write();
    }

    void finish_if_closing() {
        if (closing) {
            hang_up();
        }
    }

    Sessions* sessions_;
    Socket socket_;
    std::array<char, 4096> piece_{};
    std::string goes_;
    bool reads_{};
    bool writes_{};
    std::deque<std::string> unsent_;
    std::size_t unsent_bytes_{};
};

Sessions::Sessions(int listener, int line, std::size_t sessions_max, std::uint64_t first)
    : line_{line}, sessions_max_{sessions_max},
      acceptor_{io_, asio::local::stream_protocol{}, listener}, next_{first} {
    accept_next();
    thread_ = std::thread{[this] { io_.run(); }};
}

Sessions::~Sessions() {
    io_.stop();
    thread_.join();
}

void Sessions::accept_next() {
    acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
        if (!error) {
            take_in(std::move(socket));
        }
        accept_next();
    });
}

void Sessions::take_in(Socket socket) {
    ucred peer{};
    socklen_t bytes = sizeof peer;
    bool const known =
        ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0;
    std::shared_ptr<Connection> connection;
    {
        std::scoped_lock const alone{mutex_};
        if (known && connections_.size() >= sessions_max_) {
            make_room();
        }
        if (known && connections_.size() < sessions_max_) {
            connection = std::make_shared<Connection>(*this, std::move(socket));
            connection->user = peer.uid;
            connections_.emplace(next_++, connection);
        }
    }
    if (connection == nullptr) {
        return; // closed: all places are taken
    }
    connection->read();
    raise();
}

// Whoever has said nothing yet waits for nothing.
void Sessions::make_room() {
    auto const silent =
        std::ranges::find_if(connections_, [](auto const& each) { return !each.second->is_heard; });
    if (silent != connections_.end()) {
        asio::post(io_, [self = silent->second] { self->hang_up(); });
        connections_.erase(silent);
    }
}

void Sessions::raise() const noexcept {
    ::eventfd_write(line_, 1);
}

std::optional<Sessions::Opened> Sessions::take_opened() {
    std::scoped_lock const alone{mutex_};
    for (auto const& [session, connection] : connections_) {
        if (!connection->is_told) {
            connection->is_told = true;
            return Opened{.session = session, .user = connection->user};
        }
    }
    return std::nullopt;
}

Sessions::Came Sessions::take_bytes(std::uint64_t session, std::string& bytes, std::size_t most) {
    std::scoped_lock const alone{mutex_};
    auto const at = connections_.find(session);
    if (at == connections_.end()) {
        return Came::end;
    }
    Connection& connection = *at->second;
    if (connection.unread.empty()) {
        return connection.ended ? Came::end : Came::nothing_yet;
    }
    bool const was_full = connection.unread.size() >= unread_bytes_max;
    bytes = connection.unread.substr(0, most);
    connection.unread.erase(0, bytes.size());
    if (was_full && connection.unread.size() < unread_bytes_max && !connection.ended) {
        asio::post(io_, [self = at->second] { self->read(); });
    }
    return Came::bytes;
}

bool Sessions::send(std::uint64_t session, std::string bytes) {
    std::scoped_lock const alone{mutex_};
    auto const at = connections_.find(session);
    if (at == connections_.end() || at->second->ended) {
        return false;
    }
    if (!at->second->keep(std::move(bytes))) {
        asio::post(io_, [self = at->second] { self->hang_up(); });
        connections_.erase(at);
        return false;
    }
    asio::post(io_, [self = at->second] { self->write(); });
    return true;
}

void Sessions::close(std::uint64_t session) {
    std::scoped_lock const alone{mutex_};
    auto const at = connections_.find(session);
    if (at != connections_.end()) {
        at->second->closing = true;
        asio::post(io_, [self = at->second] { self->write(); });
        connections_.erase(at);
    }
}

void Sessions::close_told() {
    std::scoped_lock const alone{mutex_};
    std::erase_if(connections_, [this](auto const& each) {
        if (each.second->is_told) {
            asio::post(io_, [self = each.second] { self->hang_up(); });
        }
        return each.second->is_told;
    });
}

} // namespace axiom::host
