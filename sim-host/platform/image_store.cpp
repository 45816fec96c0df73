#include <sim-host/platform/image_store.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include <fcntl.h>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t start_unit = 512;

/// Whether the medium area holds nothing, or no more than a format that was cut short leaves.
HostResult<bool> is_blank(HostFile const& file, std::uint64_t start) {
    std::vector<std::byte> area(medium_area_bytes);
    TRY(file.read(start, area));
    for (std::uint64_t const place : medium_record_places) {
        MediumText text;
        MutableBytes const there = MutableBytes{area}.subspan(place, text.size());
        copy_bytes(text, there);
        if (decode_medium_record(text)) {
            zero_bytes(there);
        }
    }
    return is_zero(area);
}

} // namespace

HostResult<HostFile> ImageStore::open_file(ImagePlace const& place, OpenMode mode) {
    HostFile file = TRY(HostFile::open(AT_FDCWD, place.path,
                                       {.kind = FileKind::regular_or_block_device,
                                        .writable = mode != OpenMode::read,
                                        .follow_links = true,
                                        .alone = mode == OpenMode::write},
                                       place.path));
    if (mode == OpenMode::read) {
        return file;
    }
    bool const locked = TRY(file.try_lock(place.start, medium_place_bytes));
    if (!locked && mode != OpenMode::take_over) {
        return found_problem(Code::writer_alive, place.path,
                             "another process has this log open for writing");
    }
    return file;
}

HostResult<std::unique_ptr<ImageStore>> ImageStore::format(ImagePlace const& place,
                                                           StoreGeometry geometry) {
    if (!is_store_geometry(geometry) || place.start % start_unit != 0) {
        return found_problem(Code::out_of_range, place.path,
                             "no medium can have this geometry and start");
    }
    HostFile file = TRY(open_file(place, OpenMode::write));
    std::uint64_t const size = TRY(file.size());
    std::uint64_t const after_start = size - std::min(size, place.start);
    std::uint64_t const room = place.bytes == 0 ? after_start : std::min(after_start, place.bytes);
    std::uint64_t const for_slots = room - std::min(room, medium_area_bytes);
    std::uint64_t const slots = std::min<std::uint64_t>(for_slots / geometry.segment_bytes,
                                                        std::numeric_limits<std::uint32_t>::max());
    if (slots == 0) {
        return found_problem(Code::store_full, place.path, "has no room for one segment");
    }
    if (!TRY(is_blank(file, place.start))) {
        return found_problem(Code::already_exists, place.path,
                             "is not empty here; wipe the first 256 KiB to use it");
    }
    TRY(check_file_size_limit(place.path, place.start + medium_area_bytes));
    TRY((MediumArea{file, place.start}.format({.geometry = geometry,
                                               .slots_start = medium_area_bytes,
                                               .slots_max = static_cast<std::uint32_t>(slots)})));
    return assemble(std::move(file), place, OpenMode::write);
}

HostResult<std::unique_ptr<ImageStore>>
ImageStore::create_file(std::string const& path, StoreGeometry geometry, std::uint32_t slots_max) {
    if (!is_store_geometry(geometry) || slots_max == 0 ||
        slots_max > (std::uint64_t{1} << 62U) / geometry.segment_bytes) {
        return found_problem(Code::out_of_range, path, "no medium can have this geometry");
    }
    {
        HostFile const file =
            TRY(HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path));
        std::uint64_t const bytes = medium_area_bytes + slots_max * geometry.segment_bytes;
        TRY(file.set_size(bytes));
        TRY(file.flush_all());
    }
    return format({.path = path}, geometry);
}

HostResult<std::unique_ptr<ImageStore>> ImageStore::open(ImagePlace const& place, OpenMode mode) {
    if (place.start % start_unit != 0) {
        return found_problem(Code::out_of_range, place.path, "no medium can start here");
    }
    return assemble(TRY(open_file(place, mode)), place, mode);
}

HostResult<std::vector<MediumMend>> ImageStore::mend(ImagePlace const& place, bool allowed) {
    if (place.start % start_unit != 0) {
        return found_problem(Code::out_of_range, place.path, "no medium can start here");
    }
    HostFile const file = TRY(open_file(place, allowed ? OpenMode::write : OpenMode::read));
    return mend_image_medium(file, place.start, allowed);
}

HostResult<std::unique_ptr<ImageStore>> ImageStore::assemble(HostFile file, ImagePlace const& place,
                                                             OpenMode mode) {
    MediumArea const area{file, place.start};
    MediumHeader const header = TRY(area.header());
    if (header.slots_max == 0 || header.slots_start != medium_area_bytes) {
        return found_problem(Code::not_a_log, place.path, "is not the medium of an image");
    }
    std::uint64_t const size = TRY(file.size());
    std::uint64_t const after_start = size - std::min(size, place.start);
    if (after_start < medium_area_bytes) {
        return found_problem(Code::size_changed, place.path, "ends inside the medium area");
    }
    std::uint32_t const slots = TRY(area.record()).slots;
    std::uint64_t const fitting = (after_start - medium_area_bytes) / header.geometry.segment_bytes;
    std::uint64_t const readable_max =
        std::min<std::uint64_t>(fitting + missing_max, header.slots_max);
    if (slots > (mode == OpenMode::read ? readable_max
                                        : std::min<std::uint64_t>(fitting, header.slots_max))) {
        return found_problem(Code::size_changed, place.path,
                             "is too small for the " + std::to_string(slots) + " segments in use");
    }
    if (mode != OpenMode::read) {
        TRY(check_file_size_limit(place.path,
                                  place.start + medium_area_bytes +
                                      header.slots_max * header.geometry.segment_bytes));
    }
    std::unique_ptr<ImageStore> store{new ImageStore{std::move(file), place.start, header, mode}};
    store->slots_ = slots;
    store->readable_max_ = static_cast<std::uint32_t>(readable_max);
    return store;
}

std::uint32_t ImageStore::slots() const noexcept {
    if (!is_writable()) { // the writer may have taken more into use since
        auto const record = or_no_memory([&] { return medium().record(); });
        if (record) {
            slots_.store(std::min(record->slots, readable_max_));
        }
    }
    return slots_.load();
}

HostResult<SlotIndex> ImageStore::extend_locked() {
    SlotIndex const slot{TRY(medium().record()).slots};
    if (slot.value >= header_.slots_max) {
        return found_problem(Code::store_full, medium_file().path(),
                             "all " + std::to_string(header_.slots_max) + " segments are in use");
    }
    TRY(medium_file().write_zeros(place_of({slot, 0}), geometry().segment_bytes));
    {
        // A flush of the one file that fails here has lost writes that a `flush` beside it would
        // vouch for.
        std::scoped_lock const lock{flush_mutex_};
        if (HostResult<void> done = medium_file().flush_all(); !done) {
            done.error().error.code = Code::flush_failed;
            static_cast<void>(refuse(done.error(), {slot, 0}));
            return std::unexpected(done.error());
        }
    }
    TRY(medium().use_slots(slot.value + 1));
    slots_.store(slot.value + 1);
    return slot;
}

Result<SlotIndex> ImageStore::extend() noexcept {
    TRY(check_writable());
    if (HostResult<void> locked = or_no_memory([&] { return medium().lock_record(); }); !locked) {
        return refuse(std::move(locked.error()));
    }
    HostResult<SlotIndex> slot = or_no_memory([&] { return extend_locked(); });
    if (HostResult<void> unlocked = or_no_memory([&] { return medium().unlock_record(); });
        !unlocked && slot) {
        return refuse(std::move(unlocked.error()));
    }
    if (!slot) {
        return refuse(std::move(slot.error()));
    }
    return *slot;
}

Result<void> ImageStore::read(SlotOffset from, MutableBytes to) noexcept {
    if (from.slot.value >= slots_.load()) { // else spare a reader the look for new slots
        static_cast<void>(slots());
    }
    if (!store_range_fits(geometry(), slots_.load(), from, to.size())) {
        return fail(Code::out_of_range, from.offset, from.slot.value);
    }
    HostResult<void> done = or_no_memory([&] { return medium_file().read(place_of(from), to); });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()), from)};
}

Result<void> ImageStore::write(SlotOffset to, Bytes from) noexcept {
    TRY(check_writable());
    TRY(check_range(to, from.size()));
    dirty_.store(true);
    HostResult<void> done = or_no_memory([&]() -> HostResult<void> {
        if (to.offset == 0) { // as in a folder: room that was given back is taken again first
            TRY(medium_file().fill_holes(place_of(to), geometry().segment_bytes));
        }
        return medium_file().write(place_of(to), from);
    });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()), to)};
}

Result<void> ImageStore::flush() noexcept {
    std::scoped_lock const lock{flush_mutex_};
    TRY(check_writable());
    if (!dirty_.exchange(false)) {
        return {};
    }
    HostResult<void> done = or_no_memory([&] { return medium_file().flush_data(); });
    if (!done) {
        end_writing();
        return refuse(std::move(done.error()));
    }
    return {};
}

Result<void> ImageStore::discard(SlotOffset from) noexcept {
    TRY(check_writable());
    TRY(check_range(from, 0));
    std::uint64_t const bytes = geometry().segment_bytes - from.offset;
    if (bytes == 0) {
        return {};
    }
    dirty_.store(true);
    if (::fallocate(medium_file().descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(place_of(from)), static_cast<off_t>(bytes)) == 0) {
        return {};
    }
    HostResult<void> done =
        or_no_memory([&] { return medium_file().write_zeros(place_of(from), bytes); });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()), from)};
}

} // namespace axiom::host
