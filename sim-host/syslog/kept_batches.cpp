#include <sim-host/syslog/kept_batches.hpp>

#include <filesystem>

#include <fcntl.h>

#include <axiom/base/bytes.hpp>
#include <sim-host/platform/host_file.hpp>

namespace axiom::host {

namespace {

using kernel::BatchHeader;
using kernel::Record;

HostResult<std::vector<Record>> read_whole(std::string const& path) {
    HostFile const file = TRY(HostFile::open(AT_FDCWD, path, {}, path));
    std::uint64_t const bytes = std::min(TRY(file.size()), batch_file_bytes_max);
    std::vector<Record> records(bytes / sizeof(Record));
    TRY(file.read(0, std::as_writable_bytes(std::span{records})));
    return records;
}

} // namespace

HostResult<void> for_each_kept_batch(std::string const& folder,
                                     std::function<bool(KeptBatch const&)> const& visit) {
    if (!std::filesystem::is_directory(folder)) {
        return {};
    }
    for (std::uint32_t const number : TRY(batch_files_in(folder))) {
        std::string const path = folder + '/' + batch_file_name(number);
        std::vector<Record> const records = TRY(read_whole(path));
        std::span<Record const> rest{records};
        while (!rest.empty()) {
            auto const header = std::bit_cast<BatchHeader>(rest.front());
            std::size_t const count = bytes_of_batch(header) / sizeof(Record);
            if (count == 0 || count > rest.size()) {
                break;
            }
            if (!visit({.header = header,
                        .batch = rest.first(count),
                        .file = &path,
                        .offset = (records.size() - rest.size()) * sizeof(Record)})) {
                return {};
            }
            rest = rest.subspan(count);
        }
    }
    return {};
}

std::string batches_beside(std::string const& log_path) {
    namespace fs = std::filesystem;
    fs::path path = fs::path{log_path}.lexically_normal();
    if (!path.has_filename()) {
        path = path.parent_path();
    }
    return (path.filename() == "log" ? path.parent_path() / "syslog" : path / "syslog").string();
}

} // namespace axiom::host
