#pragma once
// Conversation: a request that a service has received and not answered yet, out of reach of
// whoever sent it.

#include <array>
#include <span>

#include <services/runtime/message.hpp>

namespace axiom {

struct Conversation {
    bool open{};
    std::uint64_t badge{}; // who: given with the capability that was called through
    std::uint64_t token{}; // for the reply, and for a proposal in the caller's name
    std::uint64_t method{};
    std::uint32_t bytes{};
    std::uint32_t capabilities{}; // that came with it, in slots from `window` on
    kernel::Slot window{};
    MessageBytes held{};

    [[nodiscard]] Request request() const noexcept {
        return {.badge = badge,
                .token = token,
                .method = method,
                .body = Bytes{held}.first(bytes),
                .window = window,
                .capabilities = capabilities};
    }
};

} // namespace axiom
