// Listing a folder; see sim-host/platform/folder_names.hpp.

#include <sim-host/platform/folder_names.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

struct CloseFolder {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

} // namespace

HostResult<std::vector<std::string>> folder_names(HostFile const& folder) {
    int const descriptor = ::openat(folder.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return system_problem(folder.path(), "open", errno);
    }
    std::unique_ptr<DIR, CloseFolder> const stream{::fdopendir(descriptor)};
    if (!stream) {
        int const error_number = errno;
        ::close(descriptor);
        return system_problem(folder.path(), "list", error_number);
    }
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        dirent const* const entry = ::readdir(stream.get());
        if (entry == nullptr) {
            break;
        }
        std::string_view const name{entry->d_name};
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    if (errno != 0) {
        return system_problem(folder.path(), "list", errno);
    }
    std::ranges::sort(names);
    return names;
}

HostResult<std::vector<std::string>> folder_names(std::string const& path) {
    HostFile const folder =
        TRY(HostFile::open(AT_FDCWD, path, {.kind = FileKind::folder, .follow_links = true}, path));
    return folder_names(folder);
}

std::vector<std::string> names_if_any(std::string const& path) {
    auto names = folder_names(path);
    if (names) {
        return std::move(*names);
    }
    throw_if_no_memory(names.error().error);
    return {};
}

} // namespace axiom::host
