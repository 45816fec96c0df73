#pragma once
// Console: speaks with terminals over a line, and asks services in their place.
//
//     line ──▶ frames ──▶ service, by the name of the console's capability ──▶ answer ──▶ frame
//
// A terminal reaches those services that the manifest gives the console, and nothing else; the log
// says of each proposal that it came through the console. One request of a session after another:
// a session that asks much waits for itself.

#include <array>

#include <services/console/admission.hpp>
#include <services/console/frame.hpp>
#include <services/line/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::console {

/// Whom it may ask.
struct Reachable {
    HeldText<service_name_bytes_max> name;
    kernel::Slot endpoint{};
};
inline constexpr std::size_t reachable_max = 32;
using ReachableList = List<Reachable, reachable_max>;

/// What lies in the slots from `first` on, by label: what the manifest gives, and what has been
/// granted since.
[[nodiscard]] ReachableList reachable_from(kernel::UserCalls const& kernel,
                                           kernel::Slot first) noexcept;
[[nodiscard]] std::optional<kernel::Slot> find_in(ReachableList const& list,
                                                  std::string_view name) noexcept;

class Console {
  public:
    /// `line` is whoever keeps the line; behind its slot lie those that terminals may ask.
    Console(Loop& loop, kernel::Slot line, bool may_recover) noexcept;

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Takes sessions from now on.
    [[nodiscard]] Detached accept() noexcept;

  private:
    [[nodiscard]] Detached converse(line::Session session) noexcept;
    [[nodiscard]] Task<Nothing> read_all(Visitor& visitor) noexcept;
    [[nodiscard]] Task<Nothing> respond(Visitor& visitor, Frame frame) noexcept;
    [[nodiscard]] Task<Nothing> greet(Visitor& visitor, Frame frame) noexcept;
    [[nodiscard]] Task<Nothing> forward(std::uint64_t session, std::uint32_t number,
                                        Ask asks) noexcept;
    [[nodiscard]] Task<Nothing> refuse(std::uint64_t session, std::uint32_t number,
                                       Error error) noexcept;
    [[nodiscard]] Task<Nothing> send(std::uint64_t session, Bytes bytes) noexcept;
    [[nodiscard]] Result<kernel::Slot> endpoint_of(std::string_view name) noexcept;

    Loop* loop_;
    kernel::Slot line_;
    ReachableList reachable_;
    Admission admission_;
};

} // namespace axiom::console
