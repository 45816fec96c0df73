#pragma once
// Saying on the machine's debug output what a service has come to: a line at a time.

#include <array>
#include <string_view>

#include <axiom/base/result.hpp>
#include <axiom/codec/plain_text.hpp>
#include <axiom/codec/utf8.hpp>
#include <axiom/codec/writer.hpp>
#include <kernel/abi/user_calls.hpp>

namespace axiom {

/// Whether the kernel refused because what a process held has been taken away: it is being ended,
/// and nobody needs to be told.
[[nodiscard]] constexpr bool is_being_ended(Error const& error) noexcept {
    bool const is_refusal = error.code == Code::kernel_refused || error.code == Code::no_memory ||
                            error.code == Code::unanswered;
    return is_refusal && error.where == static_cast<std::uint64_t>(kernel::Check::capability);
}

/// `who: code (where, detail)`.
inline void say(kernel::UserCalls const& kernel, std::string_view who,
                Error const& error) noexcept {
    std::array<std::byte, 192> line{}; // ample: names of codes are short
    Writer to{line};
    auto const write = [&]() -> Result<void> {
        TRY(to.bytes(bytes_of(who)));
        TRY(to.bytes(bytes_of(": ")));
        TRY(to.bytes(bytes_of(text_of(error.code).name)));
        TRY(to.bytes(bytes_of(" (")));
        TRY(write_decimal(to, error.where));
        TRY(to.bytes(bytes_of(", ")));
        TRY(write_decimal(to, error.detail));
        return to.bytes(bytes_of(")\n"));
    };
    static_cast<void>(write());
    static_cast<void>(kernel.debug_write(text_of(to.written())));
}

} // namespace axiom
