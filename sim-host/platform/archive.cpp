#include <sim-host/platform/archive.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/slot_files.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t chunk_bytes = std::uint64_t{1} << 20U;
constexpr char const* segments_name = "segments";
constexpr char const* next_name = "segments.unfinished"; // the folder that `segments` becomes
constexpr std::string_view unfinished_suffix = ".unfinished";

// Whether a step failed because the file system has no such thing.
bool is_unsupported(int error_number) {
    return error_number == EPERM || error_number == ENOSYS || error_number == EINVAL ||
           error_number == EOPNOTSUPP || error_number == EMLINK;
}

std::unexpected<Problem> cannot_read(std::string const& path, SlotIndex slot, Error error) {
    auto problem =
        found_problem(error.code, path,
                      "segment " + std::to_string(slot.value) + " cannot be read to archive it");
    problem.error().error = error;
    return problem;
}

/// Calls `visit(offset, bytes)` for each chunk of what the archive is to have; stops at the first
/// refusal.
template <class Visit>
HostResult<void> each_chunk(Store& from, ArchivePiece const& piece, std::string const& shown_path,
                            Visit visit) {
    std::uint64_t const end = from.geometry().segment_bytes;
    std::vector<std::byte> chunk(std::min(chunk_bytes, end));
    for (std::uint64_t at = 0; at < end; at += chunk.size()) {
        MutableBytes const part =
            MutableBytes{chunk}.first(std::min<std::uint64_t>(chunk.size(), end - at));
        std::uint64_t const copied = piece.end > at ? piece.end - at : 0;
        Result<void> const read = copied != 0 ? from.read({piece.slot, at}, part) : Result<void>{};
        if (!read) {
            return cannot_read(shown_path, piece.slot, read.error());
        }
        zero_bytes(part.subspan(std::min<std::uint64_t>(part.size(), copied)));
        TRY(visit(at, Bytes{part}));
    }
    return {};
}

/// Whether `file` holds the piece's bytes and no more.
HostResult<bool> is_copy(HostFile const& file, Store& from, ArchivePiece const& piece) {
    if (TRY(file.size()) != from.geometry().segment_bytes) {
        return false;
    }
    bool equal = true;
    std::vector<std::byte> there(std::min(chunk_bytes, from.geometry().segment_bytes));
    auto const compare = [&](std::uint64_t at, Bytes want) -> HostResult<void> {
        MutableBytes const have = MutableBytes{there}.first(want.size());
        TRY(file.read(at, have));
        equal = equal && equal_bytes(want, have);
        return {};
    };
    TRY(each_chunk(from, piece, file.path(), compare));
    return equal;
}

} // namespace

HostResult<Archive> Archive::open(std::string const& path, StoreGeometry geometry) {
    LogFolder const folder = TRY(LogFolder::open_or_make(path));
    if (!folder.has_medium()) {
        TRY(folder.make_medium(geometry));
    }
    HostFile const medium = TRY(folder.open_medium(false));
    MediumHeader const header = TRY(read_folder_header(medium));
    if (header.geometry != geometry) {
        return found_problem(Code::mirrors_differ, path,
                             "archives a log whose segments have another length");
    }
    return Archive{
        TRY(HostFile::open(AT_FDCWD, path, {.kind = FileKind::folder, .follow_links = true}, path)),
        TRY(folder.open_segments()), geometry};
}

HostResult<HostFile> Archive::open_segment(std::string const& name, OpenFile how) const {
    return HostFile::open(segments_.descriptor(), name, how, segments_.path() + "/" + name);
}

HostResult<void> Archive::copy_to(HostFile const& file, Store& from,
                                  ArchivePiece const& piece) const {
    TRY(each_chunk(from, piece, file.path(),
                   [&](std::uint64_t at, Bytes part) { return file.write(at, part); }));
    TRY(file.flush_all());
    // What is compared should come from the device and not from memory; a hint is all there is for
    // that.
    static_cast<void>(::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_DONTNEED));
    if (!TRY(is_copy(file, from, piece))) {
        return found_problem(Code::io_failed, file.path(), "does not read back as it was written");
    }
    return {};
}

HostResult<bool> Archive::holds(SlotIndex number) const {
    HostResult<HostFile> const file = open_segment(segment_file_name(number), {});
    if (!file && file.error().error_number == ENOENT) {
        return false;
    }
    if (!file) {
        return std::unexpected(file.error());
    }
    return TRY(file->size()) == geometry_.segment_bytes;
}

HostResult<ArchiveOutcome> Archive::put(Store& from, ArchivePiece const& piece) {
    std::string const name = segment_file_name(piece.number);
    if (from.geometry() != geometry_) {
        return found_problem(Code::mirrors_differ, segments_.path(),
                             "archives a log whose segments have another length");
    }
    HostResult<HostFile> const present = open_segment(name, {});
    bool const is_present = present.has_value();
    if (!is_present && present.error().error_number != ENOENT) {
        return std::unexpected(present.error());
    }
    if (is_present) {
        HostResult<bool> const same = is_copy(*present, from, piece);
        if (same && *same) {
            return ArchiveOutcome::unchanged;
        }
    }
    std::string const unfinished =
        name + "." + std::to_string(::getpid()) + std::string{unfinished_suffix};
    ::unlinkat(segments_.descriptor(), unfinished.c_str(), 0);
    HostResult<void> done = [&]() -> HostResult<void> {
        HostFile const file = TRY(open_segment(unfinished, {.writable = true, .create_new = true}));
        return copy_to(file, from, piece);
    }();
    if (done && ::renameat(segments_.descriptor(), unfinished.c_str(), segments_.descriptor(),
                           name.c_str()) != 0) {
        done = system_problem(segments_.path() + "/" + name, "name", errno);
    }
    if (!done) {
        ::unlinkat(segments_.descriptor(), unfinished.c_str(), 0);
        return std::unexpected(done.error());
    }
    TRY(segments_.flush_all());
    return is_present ? ArchiveOutcome::replaced : ArchiveOutcome::added;
}

HostResult<HostFile> Archive::open_inside(char const* name) const {
    return HostFile::open(folder_.descriptor(), name, {.kind = FileKind::folder},
                          folder_.path() + "/" + name);
}

HostResult<void> Archive::put_together(Store& from, std::span<ArchivePiece const> pieces) {
    if (pieces.size() > 1) {
        TRY(remove_next());
        if (::mkdirat(folder_.descriptor(), next_name, 0700) != 0) {
            return system_problem(folder_.path() + "/" + next_name, "create", errno);
        }
        HostFile next = TRY(open_inside(next_name));
        if (TRY(fill_next(next, from, pieces))) {
            bool const exchanged =
                ::renameat2(folder_.descriptor(), next_name, folder_.descriptor(), segments_name,
                            RENAME_EXCHANGE) == 0;
            if (!exchanged && !is_unsupported(errno)) {
                return system_problem(segments_.path(), "exchange", errno);
            }
            if (exchanged) {
                TRY(folder_.flush_all());
                segments_ = TRY(open_inside(segments_name));
                return remove_next();
            }
        }
        TRY(remove_next());
    }
    for (ArchivePiece const& piece : pieces) {
        static_cast<void>(TRY(put(from, piece)));
    }
    return {};
}

// Puts into `next` what `segments` is to have; false when there are no links here.
HostResult<bool> Archive::fill_next(HostFile const& next, Store& from,
                                    std::span<ArchivePiece const> pieces) const {
    for (std::string const& name : TRY(folder_names(segments_))) {
        bool const comes_anew = std::ranges::any_of(pieces, [&](ArchivePiece const& piece) {
            return segment_file_name(piece.number) == name;
        });
        if (comes_anew || name.ends_with(unfinished_suffix)) {
            continue;
        }
        if (::linkat(segments_.descriptor(), name.c_str(), next.descriptor(), name.c_str(), 0) !=
            0) {
            return is_unsupported(errno) ? HostResult<bool>{false}
                                         : system_problem(next.path() + "/" + name, "link", errno);
        }
    }
    for (ArchivePiece const& piece : pieces) {
        std::string const name = segment_file_name(piece.number);
        HostFile const file =
            TRY(HostFile::open(next.descriptor(), name, {.writable = true, .create_new = true},
                               next.path() + "/" + name));
        TRY(copy_to(file, from, piece));
    }
    TRY(next.flush_all());
    return true;
}

HostResult<void> Archive::remove_next() const {
    HostResult<HostFile> const next = open_inside(next_name);
    if (!next) {
        return next.error().error_number == ENOENT ? HostResult<void>{}
                                                   : std::unexpected(next.error());
    }
    for (std::string const& name : TRY(folder_names(*next))) {
        if (::unlinkat(next->descriptor(), name.c_str(), 0) != 0) {
            return system_problem(next->path() + "/" + name, "remove", errno);
        }
    }
    if (::unlinkat(folder_.descriptor(), next_name, AT_REMOVEDIR) != 0) {
        return system_problem(next->path(), "remove", errno);
    }
    return folder_.flush_all();
}

HostResult<void> Archive::remove_unfinished() const {
    TRY(remove_next());
    for (std::string const& name : TRY(folder_names(segments_))) {
        if (name.ends_with(unfinished_suffix) &&
            ::unlinkat(segments_.descriptor(), name.c_str(), 0) != 0) {
            return system_problem(segments_.path() + "/" + name, "remove", errno);
        }
    }
    return {};
}

} // namespace axiom::host
