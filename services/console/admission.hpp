#pragma once
// Admission: who may sit at a terminal is the policy's to say, and the log's to keep.
//
//     hello ─▶ policy: "attach" of "user N" ─▶ allowed: an entry, durable ─▶ everything
//                        │                  └▶ denied: its words, and the session ends
//                        └─ the engine is stopped, or down for good ─▶ recovery, if the manifest
//                           says so (`argument = 1`): init and axiomd, and no entry; else denied
//     end   ─▶ policy: "detach", caused by that entry
//
// Nobody is let in before the log names the principals of the manifest. A manifest that gives the
// console no policy engine lets everybody in, and nothing says so: there is nobody to ask.

#include <optional>

#include <services/console/api.hpp>
#include <services/line/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::console {

/// What a terminal may ask.
enum class Access : std::uint8_t { none, recovery, all };

/// The argument with which a console begins that lets terminals in while nobody can decide.
inline constexpr std::uint64_t recovers = 1;

/// Whom it asks.
struct AdmissionSlots {
    std::optional<kernel::Slot> policy{};
    std::optional<kernel::Slot> init{};
};

/// Somebody at a terminal.
struct Visitor {
    line::Session line{};
    Access access{Access::none};
    std::uint64_t entry{};                       // of the attaching; 0: there is none
    HeldText<welcome_reason_bytes_max> reason{}; // why not, or why not everything
};

class Admission {
  public:
    Admission(Loop& loop, AdmissionSlots slots, bool may_recover) noexcept
        : loop_{&loop}, slots_{slots}, may_recover_{may_recover} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }

    /// Whether a service is within reach of somebody who has been let in so.
    [[nodiscard]] static bool may_ask(Access access, std::string_view service) noexcept;

    /// Sets what `visitor` may ask, and why. Fails only for want of memory.
    [[nodiscard]] Task<Nothing> admit(Visitor& visitor) noexcept;

    /// Has the log say that a visitor who attached has gone.
    [[nodiscard]] Task<Nothing> depart(Visitor const& visitor) noexcept;

  private:
    enum class Engine : std::uint8_t { ready, not_yet, down };

    [[nodiscard]] Task<Engine> look() noexcept;
    [[nodiscard]] Task<Nothing> decide(Visitor& visitor) noexcept;
    void without_engine(Visitor& visitor) const noexcept;

    Loop* loop_;
    AdmissionSlots slots_;
    bool may_recover_;
};

} // namespace axiom::console
