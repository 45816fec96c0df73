#include <sim-host/platform/slot_files.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim-host/platform/folder_names.hpp>

namespace axiom::host {

namespace {

constexpr std::string_view segment_suffix = ".axm";
constexpr std::string_view unfinished_suffix = ".unfinished";
constexpr std::size_t digits_min = 8;

std::optional<std::uint32_t> slot_of_name(std::string_view name) {
    if (!name.ends_with(segment_suffix) || name.size() != digits_min + segment_suffix.size()) {
        return std::nullopt;
    }
    std::uint32_t slot = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + digits_min, slot);
    if (error != std::errc{} || end != name.data() + digits_min) {
        return std::nullopt;
    }
    return slot;
}

} // namespace

std::string segment_file_name(SlotIndex slot) {
    std::array<char, 32> text{};
    int const length = std::snprintf(text.data(), text.size(), "%08u.axm", slot.value);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string SlotFiles::shown_path(std::string const& name) const {
    return folder_.path() + "/" + name;
}

HostResult<std::uint32_t> SlotFiles::count() const {
    std::uint32_t count = 0;
    std::uint32_t present = 0;
    for (std::string const& name : TRY(folder_names(folder_))) {
        if (std::optional<std::uint32_t> const slot = slot_of_name(name)) {
            count = std::max(count, *slot + 1);
            ++present;
        }
    }
    if (count - present > missing_max) {
        return found_problem(Code::size_changed, folder_.path(),
                             "of segment files 0 to " + std::to_string(count - 1) + " only " +
                                 std::to_string(present) + " are there");
    }
    return count;
}

bool SlotFiles::exists(SlotIndex slot) const {
    struct stat status{};
    return ::fstatat(folder_.descriptor(), segment_file_name(slot).c_str(), &status,
                     AT_SYMLINK_NOFOLLOW) == 0;
}

HostResult<SlotFiles::Handle> SlotFiles::open(SlotIndex slot) {
    std::lock_guard const guard{mutex_};
    ++uses_;
    for (OpenSlot& candidate : open_) {
        if (candidate.slot == slot) {
            candidate.last_use = uses_;
            return candidate.file;
        }
    }
    std::string const name = segment_file_name(slot);
    HostResult<SegmentFile> file =
        SegmentFile::open(folder_.descriptor(), name, writable_, shown_path(name));
    if (!file && file.error().error_number == ENOENT) {
        return found_problem(Code::size_changed, shown_path(name), "the segment file is missing");
    }
    if (!file) {
        return std::unexpected(std::move(file.error()));
    }
    auto handle = std::make_shared<SegmentFile const>(std::move(*file));
    // What is written is open in two ways.
    if (open_.size() >= (writable_ ? open_files_max / 2 : open_files_max)) {
        auto const oldest = std::ranges::min_element(open_, {}, &OpenSlot::last_use);
        open_.erase(oldest);
    }
    open_.push_back({slot, uses_, handle});
    return handle;
}

HostResult<void> SlotFiles::create(SlotIndex slot) {
    std::string const name = segment_file_name(slot);
    if (slot.value >= slots_max) {
        return found_problem(Code::store_full, shown_path(name), "is past the last segment's name");
    }
    static std::atomic<unsigned> attempts{0};
    std::string const unfinished = name + "." + std::to_string(::getpid()) + "-" +
                                   std::to_string(++attempts) + std::string{unfinished_suffix};
    HostResult<void> made = fill_and_name(unfinished, slot);
    if (!made) {
        ::unlinkat(folder_.descriptor(), unfinished.c_str(), 0);
        return made;
    }
    return folder_.flush_all();
}

HostResult<void> SlotFiles::fill_and_name(std::string const& unfinished, SlotIndex slot) const {
    std::string const name = segment_file_name(slot);
    HostFile const file =
        TRY(HostFile::open(folder_.descriptor(), unfinished, {.writable = true, .create_new = true},
                           shown_path(unfinished)));
    // Asking for the whole length first makes it contiguous and finds a full disk early. The zeros
    // then turn unwritten extents into written ones: a first write into the former is a change of
    // metadata, and costs each flush half again as much.
    int const asked = ::posix_fallocate(file.descriptor(), 0, static_cast<off_t>(segment_bytes_));
    if (asked != 0 && asked != EOPNOTSUPP && asked != EINVAL) {
        return system_problem(shown_path(name), "preallocate", asked);
    }
    TRY(file.write_zeros(0, segment_bytes_));
    TRY(file.flush_all());
    // Groups go past the cache: what it holds of the zeros would have to be dropped before each.
    static_cast<void>(::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_DONTNEED));
    if (::renameat2(folder_.descriptor(), unfinished.c_str(), folder_.descriptor(), name.c_str(),
                    RENAME_NOREPLACE) != 0) {
        return system_problem(shown_path(name), "name", errno);
    }
    return {};
}

HostResult<void> SlotFiles::remove_unfinished() {
    for (std::string const& name : TRY(folder_names(folder_))) {
        if (name.ends_with(unfinished_suffix)) {
            ::unlinkat(folder_.descriptor(), name.c_str(), 0);
        }
    }
    return {};
}

} // namespace axiom::host
