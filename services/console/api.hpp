#pragma once
// What goes over a line between a terminal and the console: typed messages of the services, in
// frames.
//
//     terminal   hello ─▶            ◀─ welcome, or why not
//                ask (service, method, request) ─▶   ◀─ answer (code, answer)
//
// So whoever is attached asks services in their own words (services/*/api.hpp), as far as the
// console's own capabilities go.

#include <axiom/codec/held_text.hpp>
#include <axiom/codec/schema.hpp>
#include <kernel/abi/message.hpp>

namespace axiom::console {

inline constexpr std::uint16_t protocol_version = 2;
inline constexpr std::uint32_t service_name_bytes_max = 16;
inline constexpr std::uint32_t welcome_reason_bytes_max = 512;
inline constexpr std::uint32_t body_bytes_max = kernel::message_bytes_max;

/// Attaching and its end are actions: a policy may be asked for them by these names.
inline constexpr std::string_view attach_action = "attach";
inline constexpr std::string_view detach_action = "detach";

enum class FrameKind : std::uint8_t { hello, welcome, ask, answer };

struct Hello {
    std::uint16_t version{};
};
/// `unknown_version` as its code: the console speaks `version`. `not_permitted`: the policy, or who
/// is there in its place, lets nobody like this in. Everything else than 0 ends the session.
struct Welcome {
    std::uint16_t version{};
    std::uint16_t code{};
    bool recovery{};           // only what is of use for recovery can be asked
    std::uint64_t entry{};     // of the attaching; 0: it is not recorded
    std::string_view reason{}; // why not, or why not everything
};
struct Ask {
    std::string_view service{};
    std::uint64_t method{};
    Bytes body{};
};
/// As `where` of `not_permitted`: the console holds no capability to this service.
inline constexpr std::uint64_t no_capability = 1;

/// Code 0: done, and the body is the answer.
struct Answer {
    std::uint16_t code{};
    std::uint64_t where{};
    std::uint64_t detail{};
    Bytes body{};
};

} // namespace axiom::console

template <> struct axiom::Schema<axiom::console::Hello> {
    static constexpr auto fields =
        Fields{Field{"version", &console::Hello::version, "what the terminal speaks"}};
};
template <> struct axiom::Schema<axiom::console::Welcome> {
    static constexpr auto fields =
        Fields{Field{"version", &console::Welcome::version, "what the console speaks"},
               Field{"code", &console::Welcome::code, "0, or why it does not go on"},
               Field{"recovery", &console::Welcome::recovery, "whether little can be asked"},
               Field{"entry", &console::Welcome::entry, "of the attaching, or 0"},
               Field{"reason", &console::Welcome::reason, "why not, or why not everything",
                     at_most<console::welcome_reason_bytes_max>}};
};
template <> struct axiom::Schema<axiom::console::Ask> {
    static constexpr auto fields =
        Fields{Field{"service", &console::Ask::service, "who is asked",
                     at_most<console::service_name_bytes_max>},
               Field{"method", &console::Ask::method, "which of its requests"},
               Field{"body", &console::Ask::body, "the request, encoded",
                     at_most<console::body_bytes_max>}};
};
template <> struct axiom::Schema<axiom::console::Answer> {
    static constexpr auto fields =
        Fields{Field{"code", &console::Answer::code, "0, or why it was refused"},
               Field{"where", &console::Answer::where, "of the refusal"},
               Field{"detail", &console::Answer::detail, "of the refusal"},
               Field{"body", &console::Answer::body, "the answer, encoded",
                     at_most<console::body_bytes_max>}};
};
