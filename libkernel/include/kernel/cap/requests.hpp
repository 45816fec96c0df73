#pragma once
// What a thread may ask of its authority. Arguments are slots of its own process's capability
// space, as they come from registers: any value at all.

#include <kernel/event/kinds.hpp>

namespace axiom::kernel {

/// Where the call puts a capability: a slot of the caller's own space, or of that of a process
/// that it holds with the right to write.
inline constexpr Slot own_space{~std::uint32_t{0}};

/// A slot as registers have it; what lies outside every space names nothing.
[[nodiscard]] constexpr Slot slot_of(std::uint64_t value) noexcept {
    bool const fits = value < slots_max || AXIOM_MUTANT(slot_register_cut);
    return Slot{fits ? static_cast<std::uint32_t>(value) : slots_max};
}

struct Target {
    Slot process{own_space};
    Slot slot{};
};

struct AccountRequest {
    Slot account{}; // that pays; write
    Target into{};
    Quota limit{};
    HeldText<label_max> label{};
};

struct CreateRequest {
    Slot account{}; // that pays; write
    Target into{};
    ObjectType type{};
    std::uint64_t first{}; // as in Create
    std::uint64_t count{};
    Slot uses{}; // a process's space (write), a thread's process (manage), or what a device's
                 // registers, a line or ports are carved from (manage); own_space: none
    HeldText<label_max> label{};
};

struct DeriveRequest {
    Slot source{}; // grant, if it goes into another process
    Target into{};
    Rights rights{};
    std::uint64_t badge{}; // endpoints and notifications
    LogTime expires{};     // 0: with its source
    HeldText<label_max> label{};
};

struct MoveRequest {
    Slot source{}; // grant, if it goes into another process
    Target into{};
};

/// What a message carries along: from the sender's slots, each with grant.
struct TransferRequest {
    RowHandle through{};  // the sender's capability to the endpoint; none of a reply
    RowHandle receiver{}; // a process
    List<Slot, message_capabilities_max> slots;
    Slot window{}; // the first of as many free slots of the receiver
};

struct RemoveRequest {
    Slot slot{};
};

struct RevokeRequest {
    Slot slot{}; // revoke
    bool itself{};
};

/// Ends a process or a thread; manage.
struct EndRequest {
    Slot slot{};
    std::uint64_t code{};
};

/// The caller's own process, or the calling thread.
struct ExitRequest {
    ObjectType what{};
    std::uint64_t code{};
};

struct BindRequest {
    Binding binding{};
    Slot subject{}; // a thread, or for `line` an interrupt; manage
    Slot target{};  // context: manage · faults, budgets, line: write · signals: read; own_space:
                    // none
    std::uint8_t bit{};
};

} // namespace axiom::kernel
