// Making files; see terminal/cli/new_file.hpp.

#include <terminal/cli/new_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/host_file.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/whole_path.hpp>

namespace axiom::cli {

void write_new_file(std::string const& path, Bytes bytes) {
    auto const file =
        host::HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path);
    if (!file) {
        if (file.error().error.code == Code::already_exists) {
            throw usage(path + " exists already", "name a file that does not exist yet");
        }
        throw failure_of(file.error(), "cannot make " + path);
    }
    auto written = file->write(0, bytes);
    if (written) {
        written = file->flush_all();
    }
    if (!written) {
        ::unlink(path.c_str());
        throw failure_of(written.error(), "cannot write " + path);
    }
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
