#pragma once
// Want of memory, where no exception may pass.
//
// The host's code lets std::bad_alloc go by, up to whoever called the library: everything on the
// way closes what it holds. Portable code knows no exceptions, so what the host does behind a port
// ends here, with a code like any other refusal of the system.

#include <cerrno>
#include <new>
#include <type_traits>
#include <utility>

#include <axiom/base/result.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

/// What `act` answers, a Result or a HostResult; `no_memory` when the system gave none.
template <class Act> auto or_no_memory(Act&& act) noexcept -> std::invoke_result_t<Act> {
    using Refusal = typename std::invoke_result_t<Act>::error_type;
    try {
        return std::forward<Act>(act)();
    } catch (std::bad_alloc const&) {
        if constexpr (std::is_same_v<Refusal, Problem>) {
            return std::unexpected(Problem{{Code::no_memory}, ENOMEM, {}});
        } else {
            return fail(Code::no_memory);
        }
    }
}

/// The way back, for code that tries something else after a refusal: nothing follows from this one.
inline void throw_if_no_memory(Error const& error) {
    if (error.code == Code::no_memory) {
        throw std::bad_alloc{};
    }
}

} // namespace axiom::host
