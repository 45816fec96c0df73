#include <sim-host/platform/file_store.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace axiom::host {

namespace {

constexpr char const* medium_name = "medium";
constexpr char const* unfinished_medium_name = "medium.unfinished";
constexpr char const* lock_name = "lock";
constexpr char const* segments_name = "segments";

constexpr OpenFile folder_to_read{.kind = FileKind::folder};

std::string inside(HostFile const& folder, std::string const& name) {
    return folder.path() + "/" + name;
}

HostResult<HostFile> open_inside(HostFile const& folder, char const* name, OpenFile how) {
    return HostFile::open(folder.descriptor(), name, how, inside(folder, name));
}

HostResult<HostFile> open_folder(std::string const& path) {
    return HostFile::open(AT_FDCWD, path, {.kind = FileKind::folder, .follow_links = true}, path);
}

HostResult<void> make_folder(int parent, std::string const& name, std::string const& shown_path) {
    if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_problem(shown_path, "create", errno);
    }
    return {};
}

/// The process id that the lock file names, for a message; it may be out of date.
std::string named_holder(HostFile const& lock) {
    std::array<char, 32> text{};
    ssize_t const count = ::pread(lock.descriptor(), text.data(), text.size() - 1, 0);
    std::string_view digits{text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    digits = digits.substr(0, digits.find_first_not_of("0123456789"));
    return digits.empty() ? std::string{"another process"} : "process " + std::string{digits};
}

HostResult<void> write_medium(HostFile const& folder, StoreGeometry geometry) {
    ::unlinkat(folder.descriptor(), unfinished_medium_name, 0);
    HostFile const medium =
        TRY(open_inside(folder, unfinished_medium_name, {.writable = true, .create_new = true}));
    TRY((MediumArea{medium, 0}.format({.geometry = geometry})));
    if (::renameat2(folder.descriptor(), unfinished_medium_name, folder.descriptor(), medium_name,
                    RENAME_NOREPLACE) != 0) {
        return system_problem(inside(folder, medium_name), "name", errno);
    }
    TRY(folder.flush_all());
    // The folder's own name lies in its parent.
    HostFile const parent = TRY(open_inside(folder, "..", folder_to_read));
    return parent.flush_all();
}

} // namespace

FileStore::FileStore(Parts parts, std::uint32_t slots)
    : lock_{std::move(parts.lock)}, medium_file_{std::move(parts.medium)},
      geometry_{parts.geometry}, mode_{parts.mode},
      files_{std::move(parts.segments), geometry_.segment_bytes, mode_ != OpenMode::read},
      slots_{slots} {}

HostResult<HostFile> FileStore::lock_folder(HostFile const& folder, OpenMode mode) {
    HostResult<HostFile> lock = open_inside(folder, lock_name, {.writable = true});
    if (!lock && lock.error().error_number == ENOENT) {
        lock = open_inside(folder, lock_name, {.writable = true, .create_new = true});
        if (!lock && lock.error().error_number == EEXIST) {
            lock = open_inside(folder, lock_name, {.writable = true});
        }
    }
    if (!lock) {
        return lock;
    }
    bool const locked = TRY(lock->try_lock(0, 1));
    if (!locked && mode != OpenMode::take_over) {
        return found_problem(Code::writer_alive, folder.path(),
                             named_holder(*lock) + " has this log open for writing");
    }
    std::string const holder = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock->descriptor(), 0) != 0) {
        return system_problem(lock->path(), "truncate", errno);
    }
    TRY(lock->write(0, bytes_of(holder)));
    return lock;
}

HostResult<std::unique_ptr<FileStore>> FileStore::create(std::string const& path,
                                                         StoreGeometry geometry) {
    if (!is_store_geometry(geometry)) {
        return found_problem(Code::out_of_range, path, "no medium can have this geometry");
    }
    TRY(make_folder(AT_FDCWD, path, path));
    HostFile folder = TRY(open_folder(path));
    HostFile lock = TRY(lock_folder(folder, OpenMode::write));
    struct stat status{};
    if (::fstatat(folder.descriptor(), medium_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return found_problem(Code::already_exists, path, "holds a log already");
    }
    TRY(make_folder(folder.descriptor(), segments_name, inside(folder, segments_name)));
    TRY(write_medium(folder, geometry));
    return assemble(std::move(folder), std::move(lock), OpenMode::write);
}

HostResult<std::unique_ptr<FileStore>> FileStore::open(std::string const& path, OpenMode mode) {
    HostFile folder = TRY(open_folder(path));
    // Look before locking: a folder that is no log is left without a lock file.
    HostResult<HostFile> const medium = open_inside(folder, medium_name, {});
    if (!medium) {
        return std::unexpected(medium.error());
    }
    HostFile lock;
    if (mode != OpenMode::read) {
        lock = TRY(lock_folder(folder, mode));
    }
    return assemble(std::move(folder), std::move(lock), mode);
}

HostResult<std::unique_ptr<FileStore>> FileStore::assemble(HostFile folder, HostFile lock,
                                                           OpenMode mode) {
    bool const writable = mode != OpenMode::read;
    HostFile medium = TRY(open_inside(folder, medium_name, {.writable = writable}));
    HostFile segments = TRY(open_inside(folder, segments_name, folder_to_read));
    MediumHeader const header = TRY((MediumArea{medium, 0}.header()));
    if (header.slots_max != 0) {
        return found_problem(Code::not_a_log, medium.path(), "is the medium of an image");
    }
    std::unique_ptr<FileStore> store{new FileStore{
        {std::move(lock), std::move(medium), std::move(segments), header.geometry, mode}, 0}};
    if (writable) {
        TRY(store->files_.remove_unfinished());
    }
    store->slots_ = TRY(store->files_.count());
    return store;
}

std::uint32_t FileStore::slots() const noexcept {
    std::uint32_t count = slots_.load();
    if (mode_ == OpenMode::read) { // the writer may have made more since
        while (files_.exists(SlotIndex{count})) {
            ++count;
        }
        slots_.store(count);
    }
    return count;
}

Result<void> FileStore::check_writable() const noexcept {
    if (mode_ == OpenMode::read) {
        return fail(Code::read_only);
    }
    if (flush_failed_.load()) {
        return fail(Code::flush_failed);
    }
    return {};
}

Result<void> FileStore::check_range(SlotOffset at, std::uint64_t bytes) const noexcept {
    if (!store_range_fits(geometry_, slots_.load(), at, bytes) &&
        !store_range_fits(geometry_, slots(), at, bytes)) {
        return fail(Code::out_of_range, at.offset, at.slot.value);
    }
    return {};
}

Failure FileStore::refuse(Problem problem, SlotIndex slot) noexcept {
    if (problem.error.code == Code::flush_failed) {
        flush_failed_.store(true);
    }
    problem.error.detail = slot.value;
    std::lock_guard const guard{mutex_};
    last_problem_ = std::move(problem.text);
    return Failure{problem.error};
}

std::string FileStore::last_problem() const {
    std::lock_guard const guard{mutex_};
    return last_problem_;
}

void FileStore::mark_dirty(SlotFiles::Handle const& file) {
    std::lock_guard const guard{mutex_};
    if (std::ranges::find(dirty_, file) == dirty_.end()) {
        dirty_.push_back(file);
    }
}

Result<SlotIndex> FileStore::extend() noexcept {
    TRY(check_writable());
    // A writer that was taken over from may have made a slot of the same index: go past it.
    for (;;) {
        SlotIndex const slot{slots_.load()};
        HostResult<void> made = files_.create(slot);
        if (!made && made.error().error.code != Code::already_exists) {
            return refuse(std::move(made.error()), slot);
        }
        slots_.store(slot.value + 1);
        if (made) {
            return slot;
        }
    }
}

Result<void> FileStore::read(SlotOffset from, MutableBytes to) noexcept {
    TRY(check_range(from, to.size()));
    HostResult<SlotFiles::Handle> file = files_.open(from.slot);
    if (!file) {
        return refuse(std::move(file.error()), from.slot);
    }
    if (HostResult<void> done = (*file)->read(from.offset, to); !done) {
        return refuse(std::move(done.error()), from.slot);
    }
    return {};
}

Result<void> FileStore::write(SlotOffset to, Bytes from) noexcept {
    TRY(check_writable());
    TRY(check_range(to, from.size()));
    HostResult<SlotFiles::Handle> file = files_.open(to.slot);
    if (!file) {
        return refuse(std::move(file.error()), to.slot);
    }
    // Dirty before written: what a failed write left behind is covered by the next flush too.
    mark_dirty(*file);
    if (HostResult<void> done = (*file)->write(to.offset, from); !done) {
        return refuse(std::move(done.error()), to.slot);
    }
    return {};
}

Result<void> FileStore::flush() noexcept {
    TRY(check_writable());
    {
        std::lock_guard const guard{mutex_};
        flushing_.swap(dirty_); // both keep their room: appending allocates nothing
    }
    for (SlotFiles::Handle const& file : flushing_) {
        if (HostResult<void> done = file->flush_data(); !done) {
            return refuse(std::move(done.error()), {});
        }
    }
    flushing_.clear();
    return {};
}

Result<void> FileStore::discard(SlotOffset from) noexcept {
    TRY(check_writable());
    TRY(check_range(from, 0));
    std::uint64_t const bytes = geometry_.segment_bytes - from.offset;
    HostResult<SlotFiles::Handle> file = files_.open(from.slot);
    if (!file) {
        return refuse(std::move(file.error()), from.slot);
    }
    if (bytes == 0) {
        return {};
    }
    mark_dirty(*file);
    if (::fallocate((*file)->descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(from.offset), static_cast<off_t>(bytes)) == 0) {
        return {};
    }
    if (HostResult<void> done = (*file)->write_zeros(from.offset, bytes); !done) {
        return refuse(std::move(done.error()), from.slot);
    }
    return {};
}

Result<Epoch> FileStore::claimed_epoch() noexcept {
    HostResult<MediumRecord> record = medium_.record();
    if (!record) {
        return refuse(std::move(record.error()), {});
    }
    return record->epoch;
}

Result<void> FileStore::claim_epoch(Epoch epoch) noexcept {
    TRY(check_writable());
    if (HostResult<void> done = medium_.claim(epoch); !done) {
        Error const error = done.error().error;
        static_cast<void>(refuse(std::move(done.error()), {}));
        return Failure{error};
    }
    return {};
}

} // namespace axiom::host
