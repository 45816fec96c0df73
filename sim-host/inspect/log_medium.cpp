// Which store a path means; see sim-host/inspect/log_medium.hpp.

#include <sim-host/inspect/log_medium.hpp>

#include <cerrno>

#include <sys/stat.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/image_store.hpp>

namespace axiom::host {

namespace {

template <class Opened>
HostResult<std::unique_ptr<HostStore>> as_store(HostResult<std::unique_ptr<Opened>> opened) {
    if (!opened) {
        return std::unexpected(opened.error());
    }
    return std::unique_ptr<HostStore>{std::move(*opened)};
}

} // namespace

HostResult<std::unique_ptr<HostStore>> open_log_medium(std::string const& path, OpenMode mode) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return system_problem(path, "looking for a log", errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return as_store(FileStore::open(path, mode));
    }
    if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) {
        return as_store(ImageStore::open({.path = path}, mode));
    }
    return found_problem(Code::not_a_log, path,
                         "is neither a folder, a regular file nor a block device");
}

} // namespace axiom::host
