#include <sim-host/platform/host_file.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace axiom::host {

namespace {

constexpr std::size_t zeros_bytes = std::size_t{1} << 20U;

/// Moves a descriptor out of 0 to 2. Returns -1 with errno set when the system has none left.
int away_from_standard_streams(int descriptor) noexcept {
    if (descriptor < 0 || descriptor > 2) {
        return descriptor;
    }
    int const moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int const error_number = errno;
    ::close(descriptor);
    errno = error_number;
    return moved;
}

std::string_view kind_mismatch(FileKind wanted, mode_t mode) noexcept {
    bool const regular = S_ISREG(mode);
    switch (wanted) {
    case FileKind::regular:
        return regular ? std::string_view{} : "is not a regular file";
    case FileKind::regular_or_block_device:
        return regular || S_ISBLK(mode) ? std::string_view{}
                                        : "is neither a regular file nor a block device";
    case FileKind::folder:
        return S_ISDIR(mode) ? std::string_view{} : "is not a folder";
    }
    return "is of unknown kind";
}

int open_flags(OpenFile how) noexcept {
    // Without O_NONBLOCK, opening a pipe would wait for its other end before we could refuse it.
    int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    flags |= how.writable ? O_RDWR : O_RDONLY;
    flags |= how.create_new ? O_CREAT | O_EXCL : 0;
    flags |= how.past_cache ? O_DIRECT : 0;
    flags |= how.follow_links ? 0 : O_NOFOLLOW;
    flags |= how.kind == FileKind::folder ? O_DIRECTORY : 0;
    return flags;
}

/// What opens a block device only if nothing else uses it, mounts among them; files have no such
/// thing.
int alone_flag(int folder, std::string const& name) noexcept {
    struct stat status{};
    bool const is_device =
        ::fstatat(folder, name.c_str(), &status, 0) == 0 && S_ISBLK(status.st_mode);
    return is_device ? O_EXCL : 0;
}

struct flock lock_of(short type, std::uint64_t offset, std::uint64_t bytes) noexcept {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(offset);
    lock.l_len = static_cast<off_t>(bytes);
    return lock;
}

} // namespace

HostFile::HostFile(HostFile&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, path_{std::move(other.path_)} {}

HostFile& HostFile::operator=(HostFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    return *this;
}

HostFile::~HostFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

HostResult<HostFile> HostFile::open(int folder, std::string const& name, OpenFile how,
                                    std::string shown_path) {
    int opened = -1;
    int const flags = open_flags(how) | (how.alone ? alone_flag(folder, name) : 0);
    do {
        opened = ::openat(folder, name.c_str(), flags, 0600);
    } while (opened < 0 && errno == EINTR);
    int const descriptor = away_from_standard_streams(opened);
    if (descriptor < 0) {
        return system_problem(shown_path, how.create_new ? "create" : "open", errno);
    }
    HostFile file{descriptor, std::move(shown_path)};
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
        return system_problem(file.path_, "examine", errno);
    }
    if (std::string_view const wrong = kind_mismatch(how.kind, status.st_mode); !wrong.empty()) {
        return found_problem(Code::not_a_log, file.path_, wrong);
    }
    return file;
}

HostResult<void> HostFile::read(std::uint64_t offset, MutableBytes to) const {
    while (!to.empty()) {
        ssize_t const count =
            ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(offset));
        if (count > 0) {
            to = to.subspan(static_cast<std::size_t>(count));
            offset += static_cast<std::uint64_t>(count);
        } else if (count == 0) {
            return found_problem(Code::size_changed, path_, "ends too early", offset);
        } else if (errno != EINTR) {
            return system_problem(path_, "read", errno, offset);
        }
    }
    return {};
}

HostResult<void> HostFile::write(std::uint64_t offset, Bytes from) const {
    while (!from.empty()) {
        ssize_t const count =
            ::pwrite(descriptor_, from.data(), from.size(), static_cast<off_t>(offset));
        if (count > 0) {
            from = from.subspan(static_cast<std::size_t>(count));
            offset += static_cast<std::uint64_t>(count);
        } else if (count == 0) {
            return found_problem(Code::short_transfer, path_, "takes no more bytes", offset);
        } else if (errno != EINTR) {
            return system_problem(path_, "write", errno, offset);
        }
    }
    return {};
}

HostResult<void> HostFile::write_zeros(std::uint64_t offset, std::uint64_t bytes) const {
    auto const zeros = std::make_unique<std::byte[]>(zeros_bytes);
    while (bytes > 0) {
        auto const step = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, zeros_bytes));
        TRY(write(offset, {zeros.get(), step}));
        offset += step;
        bytes -= step;
    }
    return {};
}

HostResult<void> HostFile::fill_holes(std::uint64_t offset, std::uint64_t bytes) const {
    std::uint64_t const end = offset + bytes;
    while (offset < end) {
        off_t const hole = ::lseek(descriptor_, static_cast<off_t>(offset), SEEK_HOLE);
        if (hole < 0 || static_cast<std::uint64_t>(hole) >= end) {
            return {};
        }
        off_t const data = ::lseek(descriptor_, hole, SEEK_DATA);
        std::uint64_t const stop = data < 0 ? end : std::min(end, static_cast<std::uint64_t>(data));
        TRY(write_zeros(static_cast<std::uint64_t>(hole), stop - static_cast<std::uint64_t>(hole)));
        offset = stop;
    }
    return {};
}

HostResult<void> HostFile::flush_data() const {
    // A flush is not repeated after EINTR: whether the first one lost pages is not known then.
    if (::fdatasync(descriptor_) != 0) {
        auto problem = system_problem(path_, "flush", errno);
        problem.error().error.code = Code::flush_failed;
        return problem;
    }
    return {};
}

HostResult<void> HostFile::flush_all() const {
    if (::fsync(descriptor_) != 0) {
        auto problem = system_problem(path_, "flush", errno);
        problem.error().error.code = Code::flush_failed;
        return problem;
    }
    return {};
}

HostResult<std::uint64_t> HostFile::size() const {
    // The end is where a seek goes, for regular files and block devices alike; all transfers here
    // name their offset, so the position that this moves is nobody's.
    off_t const end = ::lseek(descriptor_, 0, SEEK_END);
    if (end < 0) {
        return system_problem(path_, "measure", errno);
    }
    return static_cast<std::uint64_t>(end);
}

HostResult<void> HostFile::set_size(std::uint64_t bytes) const {
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) {
        return system_problem(path_, "set the size", errno);
    }
    return {};
}

HostResult<bool> HostFile::try_lock(std::uint64_t offset, std::uint64_t bytes) const {
    struct flock lock = lock_of(F_WRLCK, offset, bytes);
    if (::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0) {
        return true;
    }
    if (errno == EAGAIN || errno == EACCES) {
        return false;
    }
    return system_problem(path_, "lock", errno);
}

HostResult<void> HostFile::unlock(std::uint64_t offset, std::uint64_t bytes) const {
    struct flock lock = lock_of(F_UNLCK, offset, bytes);
    if (::fcntl(descriptor_, F_OFD_SETLK, &lock) != 0) {
        return system_problem(path_, "unlock", errno);
    }
    return {};
}

HostResult<void> check_file_size_limit(std::string const& path, std::uint64_t bytes) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < bytes) {
        return found_problem(Code::store_full, path,
                             "the limit on file size (ulimit -f) is too low to write here");
    }
    return {};
}

} // namespace axiom::host
