#include <sim-host/fabric/shared_object.hpp>

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>

namespace axiom::host {

namespace {

constexpr unsigned never_executable = 8; // MFD_NOEXEC_SEAL of Linux 6.3, younger than our headers

} // namespace

HostResult<SharedObject> SharedObject::create(std::size_t bytes) {
    Descriptor made{::memfd_create("axiom", MFD_CLOEXEC | MFD_ALLOW_SEALING | never_executable)};
    if (!made.is_open() && errno == EINVAL) { // an older system
        made = Descriptor{::memfd_create("axiom", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    }
    if (!made.is_open()) {
        return system_problem("shared memory", "create", errno);
    }
    if (::ftruncate(made.number(), static_cast<off_t>(bytes)) != 0) {
        return system_problem("shared memory", "size", errno);
    }
    if (::fcntl(made.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return system_problem("shared memory", "seal", errno);
    }
    return SharedObject{std::move(made)};
}

HostResult<Descriptor> SharedObject::read_only() const {
    std::string const name = "/proc/self/fd/" + std::to_string(descriptor_.number());
    Descriptor opened{::open(name.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open()) {
        return system_problem(name, "open for reading", errno);
    }
    return opened;
}

} // namespace axiom::host
