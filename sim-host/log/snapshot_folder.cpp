// Snapshot files; see sim-host/log/snapshot_folder.hpp.

#include <sim-host/log/snapshot_folder.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

constexpr std::string_view suffix = ".axs";
constexpr std::size_t digits = 20;
constexpr char const* unfinished = "unfinished";

std::string name_of(Sequence sequence) {
    std::string const number = std::to_string(sequence.value);
    return std::string(digits - number.size(), '0') + number + std::string{suffix};
}

std::optional<Sequence> sequence_of(std::string_view name) {
    if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + digits, value);
    if (error != std::errc{} || end != name.data() + digits) {
        return std::nullopt;
    }
    return Sequence{value};
}

} // namespace

SnapshotFolder::SnapshotFolder(std::string const& log) : log_{log}, path_{log + "/snapshots"} {}

std::string SnapshotFolder::file(Sequence sequence) const {
    return path_ + "/" + name_of(sequence);
}

HostResult<std::vector<Sequence>> SnapshotFolder::listed() const {
    auto const names = folder_names(path_);
    bool const absent =
        !names && (names.error().error_number == ENOENT || names.error().error_number == ENOTDIR);
    if (!names && !absent) {
        return std::unexpected(names.error());
    }
    std::vector<Sequence> found;
    for (std::string const& name : names.value_or(std::vector<std::string>{})) {
        if (auto const sequence = sequence_of(name)) {
            found.push_back(*sequence);
        }
    }
    return found; // names of one length, so their order is that of the numbers
}

std::vector<Sequence> SnapshotFolder::list() const {
    auto found = listed();
    if (!found) {
        throw_if_no_memory(found.error().error);
    }
    return found ? std::move(*found) : std::vector<Sequence>{};
}

HostResult<std::vector<std::byte>> SnapshotFolder::read(Sequence sequence,
                                                        std::uint64_t bytes) const {
    return read_if(sequence, bytes);
}

HostResult<std::vector<std::byte>> SnapshotFolder::read(Sequence sequence) const {
    return read_if(sequence, std::nullopt);
}

HostResult<std::vector<std::byte>>
SnapshotFolder::read_if(Sequence sequence, std::optional<std::uint64_t> bytes) const {
    std::string const name = file(sequence);
    HostFile const opened = TRY(HostFile::open(AT_FDCWD, name, {}, name));
    std::uint64_t const size = TRY(opened.size());
    if (size > snapshot_file_bytes_max || size != bytes.value_or(size)) {
        return found_problem(Code::size_changed, name,
                             bytes ? "has another length than the log's entry says"
                                   : "is longer than any snapshot");
    }
    std::vector<std::byte> to(static_cast<std::size_t>(size));
    TRY(opened.read(0, to));
    return to;
}

HostResult<void> SnapshotFolder::write(Sequence sequence, Bytes snapshot) const {
    if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_problem(path_, "create", errno);
    }
    HostFile const folder = TRY(HostFile::open(AT_FDCWD, path_, {.kind = FileKind::folder}, path_));
    ::unlinkat(folder.descriptor(), unfinished, 0);
    {
        HostFile const part =
            TRY(HostFile::open(folder.descriptor(), unfinished,
                               {.writable = true, .create_new = true}, path_ + "/" + unfinished));
        TRY(part.write(0, snapshot));
        TRY(part.flush_all());
    }
    if (::renameat(folder.descriptor(), unfinished, folder.descriptor(),
                   name_of(sequence).c_str()) != 0) {
        return system_problem(file(sequence), "name", errno);
    }
    TRY(folder.flush_all());
    HostFile const parent =
        TRY(HostFile::open(AT_FDCWD, log_, {.kind = FileKind::folder, .follow_links = true}, log_));
    return parent.flush_all();
}

void SnapshotFolder::remove(Sequence sequence) const noexcept {
    static_cast<void>(or_no_memory([&]() -> Result<void> {
        ::unlink(file(sequence).c_str());
        return {};
    }));
}

} // namespace axiom::host
