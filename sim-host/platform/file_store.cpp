#include <sim-host/platform/file_store.hpp>

#include <algorithm>

#include <fcntl.h>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

FileStore::FileStore(HostFile lock, HostFile medium, HostFile segments, StoreGeometry geometry,
                     OpenMode mode)
    : HostStore{std::move(medium), 0, geometry, mode}, lock_{std::move(lock)},
      files_{std::move(segments), geometry.segment_bytes, mode != OpenMode::read} {}

HostResult<std::unique_ptr<FileStore>> FileStore::create(std::string const& path,
                                                         StoreGeometry geometry) {
    if (!is_store_geometry(geometry)) {
        return found_problem(Code::out_of_range, path, "no medium can have this geometry");
    }
    TRY(check_file_size_limit(path, std::max(medium_area_bytes, geometry.segment_bytes)));
    LogFolder const folder = TRY(LogFolder::open_or_make(path));
    HostFile lock = TRY(folder.lock(OpenMode::write));
    if (folder.has_medium()) {
        return found_problem(Code::already_exists, path, "holds a log already");
    }
    TRY(folder.make_medium(geometry));
    return assemble(folder, std::move(lock), OpenMode::write, geometry);
}

HostResult<std::unique_ptr<FileStore>> FileStore::open(std::string const& path, OpenMode mode,
                                                       Mending const& mending) {
    LogFolder const folder = TRY(LogFolder::open(path));
    // Who takes over leaves the medium alone: another may be at work.
    bool const mends = mode == OpenMode::write && mending.allowed;
    // Look before locking: a folder that is no log is left without a lock file.
    StoreGeometry const geometry =
        TRY(mends ? rightful_geometry(folder, mending.otherwise) : read_geometry(folder));
    HostFile lock;
    if (mode != OpenMode::read) {
        TRY(check_file_size_limit(path, std::max(medium_area_bytes, geometry.segment_bytes)));
        lock = TRY(folder.lock(mode));
    }
    std::vector<MediumMend> mended;
    if (mends) {
        mended = TRY(mend_medium(folder, {.otherwise = mending.otherwise}));
    }
    auto store = TRY(assemble(folder, std::move(lock), mode, geometry));
    store->mends_ = std::move(mended);
    return store;
}

HostResult<std::unique_ptr<FileStore>> FileStore::assemble(LogFolder const& folder, HostFile lock,
                                                           OpenMode mode, StoreGeometry geometry) {
    HostFile medium = TRY(folder.open_medium(mode != OpenMode::read));
    HostFile segments = TRY(folder.open_segments());
    std::unique_ptr<FileStore> store{
        new FileStore{std::move(lock), std::move(medium), std::move(segments), geometry, mode}};
    if (store->is_writable()) {
        TRY(store->files_.remove_unfinished());
    }
    store->slots_ = TRY(store->files_.count());
    return store;
}

std::uint32_t FileStore::slots() const noexcept {
    std::uint32_t count = slots_.load();
    if (!is_writable()) { // the writer may have made more since
        while (files_.exists(SlotIndex{count})) {
            ++count;
        }
        slots_.store(count);
    }
    return count;
}

void FileStore::mark_dirty(SlotFiles::Handle const& file) {
    std::lock_guard const guard{dirty_mutex_};
    if (std::ranges::find(dirty_, file) == dirty_.end()) {
        dirty_.push_back(file);
    }
}

Result<SlotIndex> FileStore::extend() noexcept {
    TRY(check_writable());
    // A writer that was taken over from may have made a slot of the same index: go past it.
    for (;;) {
        SlotIndex const slot{slots_.load()};
        HostResult<void> made = or_no_memory([&] { return files_.create(slot); });
        if (!made && made.error().error.code != Code::already_exists) {
            return refuse(std::move(made.error()), {slot, 0});
        }
        slots_.store(slot.value + 1);
        if (made) {
            return slot;
        }
    }
}

Result<void> FileStore::read(SlotOffset from, MutableBytes to) noexcept {
    if (from.slot.value >= slots_.load()) { // else spare a reader the look for new slots
        static_cast<void>(slots());
    }
    if (!store_range_fits(geometry(), slots_.load(), from, to.size())) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    HostResult<void> done = or_no_memory(
        [&]() -> HostResult<void> { return TRY(files_.open(from.slot))->read(from.offset, to); });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()), from)};
}

HostResult<void> FileStore::write_into(SlotOffset to, Bytes from) {
    SlotFiles::Handle const file = TRY(files_.open(to.slot));
    // Dirty before written: what a failed write left behind is covered by the next flush too.
    mark_dirty(file);
    // A slot that was discarded gets its room back before its first block is written: so a full
    // disk is met here, and not by an append further on.
    if (to.offset == 0) {
        TRY(file->fill_holes(0, geometry().segment_bytes));
    }
    return file->write_through(to.offset, from);
}

Result<void> FileStore::write(SlotOffset to, Bytes from) noexcept {
    TRY(check_writable());
    TRY(check_range(to, from.size()));
    HostResult<void> done = or_no_memory([&] { return write_into(to, from); });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()), to)};
}

Result<void> FileStore::flush() noexcept {
    std::lock_guard const alone{flush_mutex_};
    TRY(check_writable());
    {
        std::lock_guard const guard{dirty_mutex_};
        flushing_.swap(dirty_); // both keep their room: appending allocates nothing
    }
    for (SlotFiles::Handle const& file : flushing_) {
        HostResult<void> done = or_no_memory([&] { return file->flush_data(); });
        if (!done) {
            end_writing();
            return refuse(std::move(done.error()));
        }
    }
    flushing_.clear();
    return {};
}

Result<void> FileStore::discard(SlotOffset from) noexcept {
    TRY(check_writable());
    TRY(check_range(from, 0));
    if (from.offset == geometry().segment_bytes) {
        return {};
    }
    if (HostResult<void> done = or_no_memory([&] { return zero_tail(from); }); !done) {
        return refuse(std::move(done.error()), from);
    }
    return {};
}

HostResult<void> FileStore::zero_tail(SlotOffset from) {
    std::uint64_t const end = geometry().segment_bytes;
    HostResult<SlotFiles::Handle> const file = files_.open(from.slot);
    if (!file && file.error().error.code == Code::size_changed && from.offset == 0) {
        return files_.create(from.slot);
    }
    if (!file) {
        return std::unexpected(file.error());
    }
    mark_dirty(*file);
    std::uint64_t const size = TRY((*file)->size());
    bool const is_whole = size >= end;
    if (is_whole &&
        ::fallocate((*file)->descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(from.offset), static_cast<off_t>(end - from.offset)) == 0) {
        return {};
    }
    if (!is_whole && from.offset > size) {
        return found_problem(Code::size_changed, (*file)->path(), "ends before what is discarded",
                             size);
    }
    return (*file)->write_zeros(from.offset, end - from.offset);
}

} // namespace axiom::host
