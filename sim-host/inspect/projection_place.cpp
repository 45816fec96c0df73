// Places of projections; see sim-host/inspect/projection_place.hpp.

#include <sim-host/inspect/projection_place.hpp>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim-host/inspect/projection_schema.hpp>
#include <sim-host/inspect/sqlite_statement.hpp>
#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

namespace {

enum class Content : std::uint8_t { this_log, other_version, another_log, no_projection };

HostResult<bool> make_empty(std::string const& path) {
    auto const file = HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path);
    return file ? HostResult<bool>{true} : std::unexpected(file.error());
}

// Removes a projection that cannot be used, and makes an empty file in its place.
HostResult<bool> make_anew(std::string const& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return system_problem(path, "removing an old projection", errno);
    }
    return make_empty(path);
}

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

int number_from(sqlite3* database, std::string_view pragma) {
    SqliteStatement statement{database, pragma};
    bool const read = statement.get() != nullptr && statement.step() == SQLITE_ROW;
    return read ? sqlite3_column_int(statement.get(), 0) : -1;
}

// What a regular file holds. A projection that was made but not filled names no log yet.
Content content_of(std::string const& path, Hash256 const& log_id) {
    sqlite3* opened = nullptr;
    int const flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW;
    int const status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    std::unique_ptr<sqlite3, CloseDatabase> const database{opened};
    throw_if_no_sqlite_memory(status);
    if (status != SQLITE_OK) {
        return Content::no_projection;
    }
    sqlite3_busy_timeout(opened, 10'000);
    if (number_from(opened, "PRAGMA application_id") != projection_application_id) {
        return Content::no_projection;
    }
    SqliteStatement progress{opened, "SELECT log_id FROM progress"};
    if (progress.get() == nullptr) {
        return Content::no_projection;
    }
    int const row = progress.step();
    bool const named = row == SQLITE_ROW && progress.text(0) != text_of(to_hex(log_id));
    if (named || (row != SQLITE_ROW && row != SQLITE_DONE)) {
        return Content::another_log;
    }
    return number_from(opened, "PRAGMA user_version") == projection_version
               ? Content::this_log
               : Content::other_version;
}

} // namespace

void give_up_projection_place(std::string const& path) noexcept {
    std::array<char, PATH_MAX> journal{};
    int const length = std::snprintf(journal.data(), journal.size(), "%s-journal", path.c_str());
    if (length > 0 && static_cast<std::size_t>(length) < journal.size()) {
        static_cast<void>(::unlink(journal.data()));
    }
    static_cast<void>(::unlink(path.c_str())); // where it stays, the next run makes it anew
}

HostResult<bool> claim_projection_place(std::string const& path, ProjectionPlace place,
                                        Hash256 const& log_id) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return errno == ENOENT ? make_empty(path)
                               : system_problem(path, "looking for a projection", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return found_problem(Code::already_exists, path,
                             S_ISLNK(status.st_mode) ? "is a link, and no link is followed here"
                                                     : "is no regular file");
    }
    if (status.st_size == 0 && place == ProjectionPlace::cached) {
        return false; // just made, perhaps by another process that fills it now
    }
    switch (content_of(path, log_id)) {
    case Content::this_log:
        return false;
    case Content::other_version:
        return make_anew(path);
    case Content::another_log:
        if (place == ProjectionPlace::named) {
            return found_problem(Code::already_exists, path,
                                 "is the projection of another log, and stays what it is");
        }
        return make_anew(path);
    case Content::no_projection:
        break;
    }
    if (place == ProjectionPlace::named) {
        return found_problem(Code::already_exists, path,
                             "is no projection that this program made, and is not written over");
    }
    return make_anew(path);
}

} // namespace axiom::host
