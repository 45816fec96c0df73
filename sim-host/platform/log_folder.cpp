#include <sim-host/platform/log_folder.hpp>

#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace axiom::host {

namespace {

constexpr char const* medium_name = "medium";
constexpr char const* unfinished_medium_name = "medium.unfinished";
constexpr char const* lock_name = "lock";
constexpr char const* segments_name = "segments";

HostResult<void> make_folder(int parent, std::string const& name, std::string const& shown_path) {
    if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_problem(shown_path, "create", errno);
    }
    return {};
}

/// Whom the lock file names, for a message; it may be out of date.
std::string named_holder(HostFile const& lock) {
    std::array<char, 32> text{};
    ssize_t const count = ::pread(lock.descriptor(), text.data(), text.size() - 1, 0);
    std::string_view digits{text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    digits = digits.substr(0, digits.find_first_not_of("0123456789"));
    return digits.empty() ? std::string{"another process"} : "process " + std::string{digits};
}

/// For people only: where there is no room for it, or it cannot be written, the lock holds as well.
void note_holder(HostFile const& lock) {
    std::string const text = std::to_string(::getpid()) + "\n";
    bool const is_written = lock.write(0, bytes_of(text)).has_value();
    static_cast<void>(lock.set_size(is_written ? text.size() : 0));
}

} // namespace

std::string LogFolder::inside(char const* name) const {
    return folder_.path() + "/" + name;
}

HostResult<HostFile> LogFolder::open_inside(char const* name, OpenFile how) const {
    return HostFile::open(folder_.descriptor(), name, how, inside(name));
}

HostResult<LogFolder> LogFolder::open(std::string const& path) {
    return LogFolder{TRY(
        HostFile::open(AT_FDCWD, path, {.kind = FileKind::folder, .follow_links = true}, path))};
}

HostResult<LogFolder> LogFolder::open_or_make(std::string const& path) {
    TRY(make_folder(AT_FDCWD, path, path));
    return open(path);
}

bool LogFolder::has_medium() const noexcept {
    struct stat status{};
    return ::fstatat(folder_.descriptor(), medium_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

HostResult<void> LogFolder::make_medium(StoreGeometry geometry) const {
    if (!is_store_geometry(geometry)) {
        return found_problem(Code::out_of_range, path(), "no medium can have this geometry");
    }
    TRY(make_folder(folder_.descriptor(), segments_name, inside(segments_name)));
    ::unlinkat(folder_.descriptor(), unfinished_medium_name, 0);
    HostFile const medium =
        TRY(open_inside(unfinished_medium_name, {.writable = true, .create_new = true}));
    TRY((MediumArea{medium, 0}.format({.geometry = geometry})));
    if (::renameat2(folder_.descriptor(), unfinished_medium_name, folder_.descriptor(), medium_name,
                    RENAME_NOREPLACE) != 0) {
        return system_problem(inside(medium_name), "name", errno);
    }
    TRY(folder_.flush_all());
    // The folder's own name lies in its parent.
    HostFile const parent = TRY(open_inside("..", {.kind = FileKind::folder}));
    return parent.flush_all();
}

HostResult<void> LogFolder::make_segments() const {
    TRY(make_folder(folder_.descriptor(), segments_name, inside(segments_name)));
    return folder_.flush_all();
}

HostResult<HostFile> LogFolder::open_medium(bool writable) const {
    return open_inside(medium_name, {.writable = writable});
}

HostResult<HostFile> LogFolder::open_segments() const {
    return open_inside(segments_name, {.kind = FileKind::folder});
}

HostResult<HostFile> LogFolder::lock(OpenMode mode) const {
    HostResult<HostFile> lock = open_inside(lock_name, {.writable = true});
    if (!lock && lock.error().error_number == ENOENT) {
        lock = open_inside(lock_name, {.writable = true, .create_new = true});
    }
    if (!lock && lock.error().error_number == EEXIST) { // another process was faster
        lock = open_inside(lock_name, {.writable = true});
    }
    if (!lock) {
        return lock;
    }
    bool const locked = TRY(lock->try_lock(0, 1));
    if (!locked && mode != OpenMode::take_over) {
        return found_problem(Code::writer_alive, path(),
                             named_holder(*lock) + " has this log open for writing");
    }
    note_holder(*lock);
    return lock;
}

HostResult<MediumHeader> read_folder_header(HostFile const& medium) {
    MediumHeader const header = TRY((MediumArea{medium, 0}.header()));
    if (header.slots_max != 0) {
        return found_problem(Code::not_a_log, medium.path(), "is the medium of an image");
    }
    return header;
}

} // namespace axiom::host
