#pragma once
// What the console would need, said when a terminal asks for a service that it does not hold.

#include <services/console/api.hpp>
#include <terminal/core/session.hpp>
#include <terminal/view/printable.hpp>

namespace axiom::terminal {

/// Says which grant is lacking, if that is what is wrong.
inline void put_lacking(TextSink& out, Error const& error, std::string_view service) noexcept {
    if (error.code != Code::not_permitted || error.where != console::no_capability) {
        return;
    }
    out.text("the console holds no capability that lets it call ");
    put_printable(out, service);
    out.text(" (right: write)\nthe smallest grant that would change that: grant console ");
    put_printable(out, service);
    out.text("\n");
}

/// Asks, and says what is lacking.
template <MethodRequest Asks>
[[nodiscard]] Result<typename Asks::Answer> ask_granted(Session& session, std::string_view service,
                                                        Asks const& asks) noexcept {
    auto told = ask(*session.link, service, asks, session.held);
    if (!told) {
        put_lacking(*session.out, told.error(), service);
    }
    return told;
}

} // namespace axiom::terminal
