// Entropy from getrandom(2); see sim-host/platform/system_entropy.hpp.

#include <sim-host/platform/system_entropy.hpp>

#include <cerrno>

#include <sys/random.h>

namespace axiom::host {

Result<void> SystemEntropy::fill(MutableBytes to) noexcept {
    while (!to.empty()) {
        ssize_t const got = getrandom(to.data(), to.size(), 0);
        if (got < 0 && errno != EINTR) {
            return fail(Code::no_entropy, to.size(), static_cast<std::uint64_t>(errno));
        }
        to = to.subspan(got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    return {};
}

} // namespace axiom::host
