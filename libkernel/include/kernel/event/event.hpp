#pragma once
// Event: what `decide` gives and the log takes: the body of one entry, and on what authority.

#include <array>

#include <axiom/codec/value.hpp>
#include <axiom/log/proposal.hpp>

#include <kernel/event/kinds.hpp>

namespace axiom::kernel {

/// No body of the kernel's kinds is longer.
inline constexpr std::size_t event_body_max = 256;

struct Event {
    Kind kind{};
    Urgency urgency{};
    RowHandle exercised{}; // the capability that the caller used; none when it gave up its own life
    std::uint32_t body_bytes{};
    std::array<std::byte, event_body_max> body;

    [[nodiscard]] Bytes bytes() const noexcept { return Bytes{body}.first(body_bytes); }
};

template <class Body>
[[nodiscard]] Event event_of(RowHandle exercised, Body const& body,
                             Urgency urgency = Urgency::normal) noexcept {
    static_assert(encoded_bytes_max<Body>() <= event_body_max);
    Event event;
    event.kind = kind_of<Body>;
    event.urgency = urgency;
    event.exercised = exercised;
    auto const written = encode_whole(MutableBytes{event.body}, body);
    AXIOM_ASSERT(written.has_value());
    event.body_bytes = static_cast<std::uint32_t>(written->size());
    return event;
}

} // namespace axiom::kernel
