#pragma once
// decide: whether a request may become an entry. Pure; nothing changes, and a refusal says why.
//
// Checks stand in one order in every function: is it well formed, is the capability there, of the
// right type, with the rights; then what the entry itself rests on (event/preconditions.hpp).

#include <kernel/abi/refusal.hpp>
#include <kernel/cap/requests.hpp>
#include <kernel/event/event.hpp>
#include <kernel/event/state.hpp>

namespace axiom::kernel {

/// Who asks: from the trap, never from an argument.
struct Asker {
    RowHandle process{};
    RowHandle thread{};
};

[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   AccountRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   CreateRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   DeriveRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   MoveRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   TransferRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   RemoveRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   RevokeRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   EndRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   ExitRequest const& request) noexcept;
[[nodiscard]] Answer<Event> decide(KernelState const& state, Asker const& asker,
                                   BindRequest const& request) noexcept;

} // namespace axiom::kernel
