#pragma once
// The messages of whoever keeps a line: sessions of bytes with people or programs outside.
//
// On a host each is a connection to the attach socket; on metal a serial line is one session.

#include <services/runtime/serve.hpp>

namespace axiom::line {

inline constexpr std::uint32_t bytes_max = 3072; // in one message
inline constexpr std::uint32_t sessions_max = 4; // at the same time; more are turned away

/// Ends all sessions that anybody has heard of: whoever asks has heard of none.
struct Begin : WithoutFields {
    static constexpr std::uint64_t method = 5;
    using Answer = Nothing;
};

/// A session that has begun. Answered when there is one. Its number is that of no other since the
/// machine was started, though the line's keeper may have been begun again: who still speaks of a
/// session of the one before must not meet another's.
struct Session {
    std::uint64_t session{};
    std::uint64_t user{}; // as the host says who is there; on a line of its own nobody's: all ones
};
struct Accept : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Session;
};

/// What has come; answered when something has. `no_such_row`: the session has ended.
struct Received {
    Bytes bytes;
};
struct Receive {
    static constexpr std::uint64_t method = 2;
    using Answer = Received;
    std::uint64_t session{};
};

/// Taken, in order. `no_such_row`: the session has ended, perhaps because it does not read.
struct Send {
    static constexpr std::uint64_t method = 3;
    using Answer = Nothing;
    std::uint64_t session{};
    Bytes bytes;
};

struct Close {
    static constexpr std::uint64_t method = 4;
    using Answer = Nothing;
    std::uint64_t session{};
};

} // namespace axiom::line

template <> struct axiom::Schema<axiom::line::Session> {
    static constexpr auto fields =
        Fields{Field{"session", &line::Session::session, "its number"},
               Field{"user", &line::Session::user, "who is there, as the host says"}};
};
template <> struct axiom::Schema<axiom::line::Received> {
    static constexpr auto fields =
        Fields{Field{"bytes", &line::Received::bytes, "what has come", at_most<line::bytes_max>}};
};
template <> struct axiom::Schema<axiom::line::Receive> {
    static constexpr auto fields =
        Fields{Field{"session", &line::Receive::session, "of which session"}};
};
template <> struct axiom::Schema<axiom::line::Send> {
    static constexpr auto fields =
        Fields{Field{"session", &line::Send::session, "to which session"},
               Field{"bytes", &line::Send::bytes, "what goes out", at_most<line::bytes_max>}};
};
template <> struct axiom::Schema<axiom::line::Close> {
    static constexpr auto fields = Fields{Field{"session", &line::Close::session, "which session"}};
};

namespace axiom::line {

using LineApi = Api<Begin, Accept, Receive, Send, Close>;

} // namespace axiom::line
