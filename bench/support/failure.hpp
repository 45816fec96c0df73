#pragma once
// A bench stops at the first failure of a peer or of the medium, with words.

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace axiom::bench {

inline void require(bool holds, std::string const& what) {
    if (!holds) {
        throw std::runtime_error(what);
    }
}

/// For system calls, which leave their reason in errno.
inline void require_call(bool holds, std::string const& what) {
    if (!holds) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

} // namespace axiom::bench
