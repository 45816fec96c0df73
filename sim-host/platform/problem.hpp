#pragma once
// What went wrong on the host, for people: the portable error, and beside it the path and the
// system's words.
//
// Portable code sees only `Error`. A person who must act needs to know which file and why; that
// text is made where the failure happens, on the failing path alone, and never parsed.

#include <expected>
#include <string>
#include <string_view>

#include <axiom/base/result.hpp>

namespace axiom::host {

struct Problem {
    Error error{};
    int error_number{};      // errno where the system gave one, else 0
    std::string text;        // `path: what failed: why`
    std::string_view next{}; // what to do, where that is not the code's own step
};

template <class T> using HostResult = std::expected<T, Problem>;

/// A problem that the system named: `error_number` is an errno, `action` what was being done.
/// Without words where there is no memory for them.
[[nodiscard]] std::unexpected<Problem> system_problem(std::string_view path,
                                                      std::string_view action, int error_number,
                                                      std::uint64_t where = 0) noexcept;

/// A problem that this program found itself.
[[nodiscard]] std::unexpected<Problem> found_problem(Code code, std::string_view path,
                                                     std::string_view what,
                                                     std::uint64_t where = 0) noexcept;

/// The portable code of an errno.
[[nodiscard]] Code code_of_errno(int error_number) noexcept;

} // namespace axiom::host
