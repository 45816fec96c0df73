// Making files; see terminal/cli/new_file.hpp.

#include <terminal/cli/new_file.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/host_file.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/whole_path.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

// Of a name like NAME.making-PROCESS.
bool maker_is_dead(std::string_view number) {
    auto const process = parse_number(number);
    return process && *process <= 0x7FFFFFFFU && ::kill(static_cast<pid_t>(*process), 0) != 0 &&
           errno == ESRCH;
}

// The file at `draft` is at `path`, too or instead; never in the place of another.
bool give_name(std::string const& draft, std::string const& path) {
    if (::link(draft.c_str(), path.c_str()) == 0) {
        return true;
    }
    bool const has_links = errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS;
    return !has_links &&
           ::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
}

void flush_folder(std::string const& folder) {
    auto const opened = value_or_stop(
        host::HostFile::open(AT_FDCWD, folder,
                             {.kind = host::FileKind::folder, .follow_links = true}, folder),
        "the folder " + folder + " cannot be opened");
    value_or_stop(opened.flush_all(), "the folder " + folder + " cannot be made durable");
}

host::HostResult<void> write_draft(std::string const& draft, std::string const& path, Bytes bytes) {
    auto const file =
        TRY(host::HostFile::open(AT_FDCWD, draft, {.writable = true, .create_new = true}, path));
    TRY(file.write(0, bytes));
    return file.flush_all();
}

} // namespace

std::string making_place(std::string const& path) {
    fs::path const target{path};
    std::string const stem = target.filename().string() + ".making-";
    fs::path const folder{folder_of(path)};
    for (std::string const& name : host::names_if_any(folder.string())) {
        std::error_code ignored;
        if (name.starts_with(stem) && maker_is_dead(std::string_view{name}.substr(stem.size()))) {
            fs::remove_all(folder / name, ignored);
        }
    }
    return target.parent_path() / (stem + std::to_string(::getpid()));
}

void write_new_file(std::string const& path, Bytes bytes) {
    if (!write_if_absent(path, bytes)) {
        throw usage(path + " exists already", "name a file that does not exist yet");
    }
}

bool write_if_absent(std::string const& path, Bytes bytes) {
    std::string const draft = making_place(path);
    ::unlink(draft.c_str()); // of a process that died under the same number
    auto const written = write_draft(draft, path, bytes);
    bool const named = written && give_name(draft, path);
    int const error_number = errno;
    ::unlink(draft.c_str());
    if (!written) {
        throw failure_of(written.error(), "cannot write " + path);
    }
    if (!named && error_number == EEXIST) {
        return false;
    }
    if (!named) {
        throw Failure{.exit = Exit::storage,
                      .code = "io_failed",
                      .sentence = "cannot make " + path,
                      .cause = std::strerror(error_number),
                      .next = "name another place"};
    }
    flush_folder(folder_of(path));
    return true;
}

std::string folder_of(std::string const& path) {
    fs::path const folder = fs::path{path}.parent_path();
    return folder.empty() ? "." : folder.string();
}

bool lies_in_log(std::string const& path, std::string const& log) {
    std::string const place = whole_path(path).string();
    std::string const folder = whole_path(log).string();
    return place == folder || place.starts_with(folder + "/");
}

void refuse_inside_log(std::string const& output, std::string const& log) {
    if (lies_in_log(output, log)) {
        throw usage(output + " lies in the log " + log, "name a file elsewhere");
    }
}

} // namespace axiom::cli
