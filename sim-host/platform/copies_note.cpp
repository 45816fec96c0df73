// The note of a log's copies; see sim-host/platform/copies_note.hpp.

#include <sim-host/platform/copies_note.hpp>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

namespace {

constexpr char const* note_name = "copies";
constexpr char const* unfinished_name = "copies.unfinished";
constexpr std::string_view first_line = "axiom copies 1\n";
constexpr std::uint64_t note_bytes_max = 16384;

std::unexpected<Problem> not_a_note(std::string const& path) {
    return found_problem(Code::bad_text, path,
                         "is not a note that this program wrote; remove it and name --mirror and "
                         "--archive again");
}

// Takes `name /path` from the front of `text`.
std::optional<std::string> take_line(std::string_view& text, std::string_view name) {
    if (!text.starts_with(name)) {
        return std::nullopt;
    }
    std::size_t const end = text.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    std::string path{text.substr(name.size(), end - name.size())};
    if (!path.starts_with('/') || path.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    text.remove_prefix(end + 1);
    return path;
}

HostResult<HostFile> open_folder(std::string const& log) {
    return HostFile::open(AT_FDCWD, log, {.kind = FileKind::folder, .follow_links = true}, log);
}

} // namespace

HostResult<Copies> read_copies(std::string const& log) {
    std::string const path = log + "/" + note_name;
    HostFile const folder = TRY(open_folder(log));
    HostResult<HostFile> const file = HostFile::open(folder.descriptor(), note_name, {}, path);
    if (!file && file.error().error_number == ENOENT) {
        return Copies{};
    }
    if (!file) {
        return std::unexpected(file.error());
    }
    std::uint64_t const size = TRY(file->size());
    if (size > note_bytes_max) {
        return not_a_note(path);
    }
    std::string text(static_cast<std::size_t>(size), '\0');
    TRY(file->read(0, std::as_writable_bytes(std::span{text})));
    std::string_view rest{text};
    if (!rest.starts_with(first_line)) {
        return not_a_note(path);
    }
    rest.remove_prefix(first_line.size());
    Copies copies;
    copies.mirror = take_line(rest, "mirror ");
    copies.archive = take_line(rest, "archive ");
    copies.log = take_line(rest, "log ");
    if (!rest.empty()) {
        return not_a_note(path);
    }
    return copies;
}

HostResult<void> write_copies(std::string const& log, Copies const& copies) {
    HostFile const folder = TRY(open_folder(log));
    std::string const path = log + "/" + note_name;
    if (!copies.mirror && !copies.archive && !copies.log) {
        if (::unlinkat(folder.descriptor(), note_name, 0) != 0 && errno != ENOENT) {
            return system_problem(path, "remove", errno);
        }
        return folder.flush_all();
    }
    std::string text{first_line};
    if (copies.mirror) {
        text += "mirror " + *copies.mirror + "\n";
    }
    if (copies.archive) {
        text += "archive " + *copies.archive + "\n";
    }
    if (copies.log) {
        text += "log " + *copies.log + "\n";
    }
    if (text.size() > note_bytes_max) {
        return found_problem(Code::too_long, path, "the paths of the copies are too long");
    }
    ::unlinkat(folder.descriptor(), unfinished_name, 0);
    HostFile const file =
        TRY(HostFile::open(folder.descriptor(), unfinished_name,
                           {.writable = true, .create_new = true}, log + "/" + unfinished_name));
    TRY(file.write(0, bytes_of(text)));
    TRY(file.flush_all());
    if (::renameat(folder.descriptor(), unfinished_name, folder.descriptor(), note_name) != 0) {
        return system_problem(path, "name", errno);
    }
    return folder.flush_all();
}

} // namespace axiom::host
