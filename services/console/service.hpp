#pragma once
// Console: speaks with terminals over a line, and asks services in their place.
//
//     line ──▶ frames ──▶ service, by the name of the console's capability ──▶ answer ──▶ frame
//
// A terminal reaches those services that the manifest gives the console, and nothing else; the log
// says of each proposal that it came through the console. One request of a session after another:
// a session that asks much waits for itself.

#include <array>

#include <services/console/frame.hpp>
#include <services/line/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::console {

/// Whom it may ask.
struct Reachable {
    HeldText<service_name_bytes_max> name;
    kernel::Slot endpoint{};
};
inline constexpr std::size_t reachable_max = 16;
using ReachableList = List<Reachable, reachable_max>;

class Console {
  public:
    Console(Loop& loop, kernel::Slot line, ReachableList const& reachable) noexcept
        : loop_{&loop}, line_{line}, reachable_{reachable} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Takes sessions from now on.
    [[nodiscard]] Detached accept() noexcept;

  private:
    [[nodiscard]] Detached converse(line::Session session) noexcept;
    [[nodiscard]] Task<Nothing> read_all(line::Session session) noexcept;
    [[nodiscard]] Task<Nothing> respond(std::uint32_t session, Frame frame) noexcept;
    [[nodiscard]] Task<Nothing> forward(std::uint32_t session, std::uint32_t number,
                                        Ask asks) noexcept;
    [[nodiscard]] Task<Nothing> send(std::uint32_t session, Bytes bytes) noexcept;
    [[nodiscard]] Result<kernel::Slot> endpoint_of(std::string_view name) const noexcept;

    Loop* loop_;
    kernel::Slot line_;
    ReachableList reachable_;
};

} // namespace axiom::console
